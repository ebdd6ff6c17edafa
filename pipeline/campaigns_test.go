package pipeline

import (
	"context"
	"errors"
	"reflect"
	"sync/atomic"
	"testing"

	"sluice/formats/column"
	"sluice/screen"
)

// TestCampaigns carries out three jobs over one list at once, each of which must come to
// what it comes to alone.
func TestCampaigns(t *testing.T) {
	strict := screen.DefaultPolicy()
	if err := strict.Set(screen.Freemail, screen.Quarantine); err != nil {
		t.Fatal(err)
	}
	settings := []func(*Job){
		func(*Job) {},
		func(j *Job) { j.Dedupe, j.RejectsContent = false, true },
		func(j *Job) { j.Policy, j.Sinks.Quarantine, j.Decisions = strict, nil, nil },
	}
	for _, workers := range []int{1, 3} {
		var alone, together []*fakeRun
		var jobs []Job
		var want []*Result
		for _, set := range settings {
			a, b := newFakeRun(17, twoFiles(300)...), newFakeRun(17, twoFiles(300)...)
			set(&a.job)
			set(&b.job)
			a.job.Workers, b.job.Workers = workers, workers
			res, err := Run(context.Background(), a.job)
			if err != nil {
				t.Fatal(err)
			}
			alone, together, jobs, want = append(alone, a), append(together, b), append(jobs, b.job), append(want, res)
		}
		got, err := RunAll(context.Background(), jobs)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%d workers: other results together than alone", workers)
		}
		for i := range settings {
			a, b := alone[i], together[i]
			for name, out := range map[string][2]string{"kept": {a.kept.String(), b.kept.String()}, "quarantine": {a.quarantine.String(), b.quarantine.String()},
				"rejects": {a.rejects.String(), b.rejects.String()}, "decisions": {a.decisions.String(), b.decisions.String()}} {
				if out[0] != out[1] {
					t.Errorf("%d workers, job %d: %s differ", workers, i, name)
				}
			}
		}
		together[0].checkClosed(t)
	}
}

// TestCampaignsGate fails all jobs if one may not be published.
func TestCampaignsGate(t *testing.T) {
	a, b := newFakeRun(17, twoFiles(100)...), newFakeRun(17, twoFiles(100)...)
	b.job.MinKept = Limit{Set: true, N: 1 << 40}
	results, err := RunAll(context.Background(), []Job{a.job, b.job})
	var gate *GateError
	if !errors.As(err, &gate) || len(results) != 2 {
		t.Errorf("%d results, %v", len(results), err)
	}
}

type countWatcher struct{ rows *atomic.Int64 }

func (w countWatcher) Row(views []column.View, i int) {
	if len(views) == 3 && len(views[0].At(i)) > 0 {
		w.rows.Add(1)
	}
}

// TestWatcher looks at one row of 64, the same rows with any number of workers and any
// size of batches.
func TestWatcher(t *testing.T) {
	var first int64
	for _, run := range []struct{ workers, size int }{{1, 10}, {4, 1000}, {2, 5000}} {
		r := newFakeRun(run.size, twoFiles(watchCycle+100)...)
		var rows atomic.Int64
		r.job.Workers = run.workers
		r.job.NewWatcher = func() Watcher { return countWatcher{&rows} }
		// Every campaign has its own: one without, and one more.
		without, with := newFakeRun(run.size), newFakeRun(run.size)
		var others atomic.Int64
		with.job.NewWatcher = func() Watcher { return countWatcher{&others} }
		results, err := RunAll(context.Background(), []Job{r.job, without.job, with.job})
		if err != nil {
			t.Fatal(err)
		}
		res, n := results[0], rows.Load()
		if others.Load() != n {
			t.Errorf("%+v: %d rows were looked at for one campaign, %d for another", run, n, others.Load())
		}
		if share := float64(n) / float64(res.Accounting.Read); share < 1.0/96 || share > 1.0/48 || first > 0 && n != first {
			t.Errorf("%+v: %d rows of %d were looked at, before %d", run, n, res.Accounting.Read, first)
		}
		first = n
	}
}
