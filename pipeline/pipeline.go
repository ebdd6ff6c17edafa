package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"
)

// Run carries out job and returns what it counted. It closes the job's sinks and
// source in any case. An error is the first in input order: one of the source or a
// sink, an *InternalError, a *GateError (with the Result, for the record, if the list
// was read to its end), or ctx's cause. After an error nothing must be published.
//
// Cancelling ctx ends every stage; only a Next that blocks on its input is waited
// for, so a source that can block should watch ctx itself.
func Run(ctx context.Context, job Job) (*Result, error) {
	results, err := RunAll(ctx, []Job{job})
	if results == nil {
		return nil, err
	}
	return results[0], err
}

// RunAll carries out several jobs over one source, which is read and hashed once. All
// have the source of the first, whose Workers and Batches hold, too. It is Run otherwise:
// what goes wrong in one of the jobs ends all, and the results are in the jobs' order.
func RunAll(ctx context.Context, jobs []Job) (results []*Result, err error) {
	defer func() { err = errors.Join(err, closeAll(jobs, err == nil)) }()
	for i := range jobs {
		jobs[i].Source, jobs[i].Workers, jobs[i].Batches = jobs[0].Source, jobs[0].Workers, jobs[0].Batches
		if err := jobs[i].check(); err != nil {
			return nil, err
		}
	}
	r := newRun(jobs)
	defer r.close()
	if err := r.run(ctx); err != nil {
		return nil, err
	}
	var breached []error
	for i, c := range r.campaigns {
		res, err := c.settler.result()
		if err != nil {
			return nil, err
		}
		res.Rows = c.committer.rows
		if jobs[i].Salts != nil {
			res.LedgerRoot, _ = c.committer.tree.Root()
		}
		results = append(results, res)
		breached = append(breached, jobs[i].Check(res.Accounting, res.Malformed))
	}
	if len(jobs) == 1 {
		return results, breached[0]
	}
	return results, errors.Join(breached...)
}

// closeAll closes the sinks and the source. What they say matters only if all went
// well until then.
func closeAll(jobs []Job, well bool) error {
	var errs []error
	for _, job := range jobs {
		for _, w := range []io.Closer{job.Sinks.Kept, job.Sinks.Quarantine, job.Sinks.Annotated, job.Sinks.Restricted, job.Decisions} {
			if w != nil {
				errs = append(errs, guard("close", w.Close))
			}
		}
		if job.Keys != nil {
			errs = append(errs, guard("close", job.Keys.Close))
		}
	}
	if source := jobs[0].Source; source != nil {
		errs = append(errs, guard("close", source.Close))
	}
	if !well {
		return nil
	}
	return errors.Join(errs...)
}

// A run is the queues between the stages. Each holds every batch there is, so a
// send never waits for long; what bounds the run is the free list.
type run struct {
	campaigns []*campaign
	batches   []*batch

	// A chunk may be a whole row group, which its batch and its reader have in memory: of
	// such ones fewer are in flight, by the rows that are.
	rows     *semaphore.Weighted
	mostRows int64

	free     chan *batch
	toScreen chan *batch // reader → workers
	screened chan *batch // reader → settle, in order
	toEncode chan *batch // settle → workers
	encoded  chan *batch // settle → commit, in order
}

// A campaign is one job of a run: its share of each batch is in the parts of its number.
type campaign struct {
	plan      *plan
	settler   *settler
	committer committer
}

func newRun(jobs []Job) *run {
	n := jobs[0].Batches
	most := int64(jobs[0].Workers+1) * inFlight
	r := &run{rows: semaphore.NewWeighted(most), mostRows: most, free: make(chan *batch, n),
		toScreen: make(chan *batch, n), screened: make(chan *batch, n),
		toEncode: make(chan *batch, n), encoded: make(chan *batch, n)}
	for i := range jobs {
		p := newPlan(&jobs[i])
		r.campaigns = append(r.campaigns, &campaign{p, newSettler(p), committer{plan: p}})
	}
	for range n {
		b := newBatch(len(jobs))
		r.batches = append(r.batches, b)
		r.free <- b
	}
	return r
}

// close gives back what chunks and tables hold, also after an error.
func (r *run) close() {
	for _, b := range r.batches {
		b.release()
	}
	for _, c := range r.campaigns {
		c.settler.close()
	}
}

// job returns the first of the jobs, which says what is read and by how many workers.
func (r *run) job() *Job { return r.campaigns[0].plan.job }

// each does one step for the batch's part of every campaign, until one fails.
func (r *run) each(b *batch, stage string, step func(c *campaign, part *batch, k int) error) error {
	return guard(stage, func() error {
		for k, c := range r.campaigns {
			if err := step(c, b.parts[k], k); err != nil {
				return err
			}
		}
		return nil
	})
}

func (r *run) run(parent context.Context) error {
	g, ctx := errgroup.WithContext(parent)
	g.Go(func() error { return r.read(ctx) })
	for range r.job().Workers {
		g.Go(func() error { return r.work(ctx) })
	}
	g.Go(func() error { return r.settle(ctx) })
	g.Go(func() error { return r.commit(ctx) })
	err := g.Wait()
	if parent.Err() != nil {
		return context.Cause(parent)
	}
	return err
}

// read takes chunks from the source. An error travels with the batches, so that
// what went wrong earlier in the list is reported first.
func (r *run) read(ctx context.Context) error {
	defer close(r.toScreen)
	defer close(r.screened)
	source := r.job().Source
	measured, _ := source.(Measured)
	var rows int64
	for {
		b, err := receive(ctx, r.free)
		if b == nil {
			return err
		}
		b.reset()
		b.err = guard("read", func() (err error) { b.chunk, err = source.Next(); return err })
		if measured != nil {
			b.share = measured.Share()
		}
		b.divide()
		if b.err == io.EOF {
			return nil
		}
		last := b.err != nil
		if err := r.enter(ctx, b); err != nil {
			b.release()
			return err
		}
		if err := send(ctx, r.screened, b); err != nil {
			return err
		}
		if last {
			b.chunk = nil
			b.divide()
			b.screened <- struct{}{}
			return nil
		}
		n := int64(b.chunk.Len())
		for k, c := range r.campaigns {
			b.parts[k].passed = c.plan.job.Passed != nil && c.plan.job.Passed(rows, rows+n)
		}
		rows += n
		if err := send(ctx, r.toScreen, b); err != nil {
			return err
		}
	}
}

// work screens and encodes. Encoding comes first: it moves batches out.
func (r *run) work(ctx context.Context) error {
	var watchers []Watcher
	columns := len(r.job().Source.Schema().Fields)
	var workers []Worker
	for _, c := range r.campaigns {
		if c.plan.job.NewWatcher != nil {
			watchers = append(watchers, c.plan.job.NewWatcher())
		}
		if err := guard("screen", func() error { workers = append(workers, c.plan.job.NewWorker()); return nil }); err != nil {
			return err
		}
	}
	screen, encode := r.toScreen, r.toEncode
	for screen != nil || encode != nil {
		var b *batch
		var ok, encoding bool
		select {
		case b, ok = <-encode:
			encoding = true
		default:
			select {
			case b, ok = <-encode:
				encoding = true
			case b, ok = <-screen:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		switch {
		case !ok && encoding:
			encode = nil
		case !ok:
			screen = nil
		case encoding:
			if b.err = guard("watch", func() error { return b.watch(watchers, columns) }); b.err == nil {
				b.err = r.each(b, "encode", func(c *campaign, part *batch, _ int) error { return part.encode(c.plan) })
			}
			b.encoded <- struct{}{}
		default:
			b.err = r.each(b, "screen", func(c *campaign, part *batch, k int) error { return part.judge(c.plan, workers[k]) })
			b.screened <- struct{}{}
		}
	}
	return nil
}

// settle gives each batch its place and its verdicts, in input order.
func (r *run) settle(ctx context.Context) error {
	defer close(r.encoded)
	defer close(r.toEncode)
	for {
		b, err := receive(ctx, r.screened)
		if b == nil {
			return err
		}
		if _, err := receive(ctx, b.screened); err != nil {
			return err
		}
		for k, c := range r.campaigns {
			c.settler.locate(b.parts[k])
		}
		if b.err == nil {
			b.err = r.each(b, "settle", func(c *campaign, part *batch, _ int) error { return c.settler.settle(part) })
		}
		last := b.err != nil
		if last {
			b.err = b.place(b.err)
			b.encoded <- struct{}{}
		} else if err := send(ctx, r.toEncode, b); err != nil {
			return err
		}
		if err := send(ctx, r.encoded, b); err != nil || last {
			return err
		}
	}
}

// commit writes what was rendered, in input order, and sends batches round again.
func (r *run) commit(ctx context.Context) error {
	for _, c := range r.campaigns {
		if err := guard("commit", c.committer.begin); err != nil {
			return err
		}
	}
	for {
		b, err := receive(ctx, r.encoded)
		if b == nil {
			return err
		}
		if _, err := receive(ctx, b.encoded); err != nil {
			return err
		}
		if b.err == nil {
			b.err = r.each(b, "commit", func(c *campaign, part *batch, _ int) error { return c.committer.commit(part) })
			if b.err != nil {
				b.err = b.place(b.err)
			}
		}
		if b.err != nil {
			return b.err
		}
		b.release()
		r.rows.Release(b.weight)
		if err := send(ctx, r.free, b); err != nil {
			return err
		}
	}
}

// inFlight is the rows that are in flight for each worker, and once more.
const inFlight = 128 << 10

// enter waits until there is room for the rows of b.
func (r *run) enter(ctx context.Context, b *batch) error {
	b.weight = 0
	if b.chunk == nil {
		return nil
	}
	b.weight = min(int64(b.chunk.Len()), r.mostRows)
	if err := r.rows.Acquire(ctx, b.weight); err != nil {
		return fmt.Errorf("pipeline: %w", err)
	}
	return nil
}

// receive returns the zero value and no error when c is closed and empty.
func receive[T any](ctx context.Context, c <-chan T) (v T, err error) {
	select {
	case v = <-c:
		return v, nil
	case <-ctx.Done():
		return v, ctx.Err()
	}
}

func send[T any](ctx context.Context, c chan<- T, v T) error {
	select {
	case c <- v:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("pipeline: %w", ctx.Err())
	}
}
