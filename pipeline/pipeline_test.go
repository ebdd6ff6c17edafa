package pipeline

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"sluice/formats"
	"sluice/pipeline/merkle"
	"sluice/screen"
)

func twoFiles(n int) []fakeFile {
	return []fakeFile{{"a.csv", fakeList(n, 1)}, {"empty.csv", nil}, {"b.csv", fakeList(n/2, 2)}}
}

// TestSameOutputs runs one job with every number of workers and size of chunk, and
// wants one answer.
func TestSameOutputs(t *testing.T) {
	for _, content := range []bool{false, true} {
		var want string
		var wantResult *Result
		for _, workers := range []int{1, 2, 7} {
			for _, size := range []int{1, 3, 64, 1000} {
				r := newFakeRun(size, twoFiles(300)...)
				r.job.Workers, r.job.RejectsContent = workers, content
				res, err := Run(context.Background(), r.job)
				if err != nil {
					t.Fatal(err)
				}
				r.checkClosed(t)
				if want == "" {
					want, wantResult = r.all(), res
					continue
				}
				if got := r.all(); got != want {
					t.Fatalf("workers=%d size=%d content=%t: outputs differ", workers, size, content)
				}
				if !reflect.DeepEqual(res, wantResult) {
					t.Fatalf("workers=%d size=%d: result %+v, want %+v", workers, size, res, wantResult)
				}
			}
		}
	}
}

// TestOracle compares a run with a slow, obvious account of the same list.
func TestOracle(t *testing.T) {
	files := twoFiles(500)
	r := newFakeRun(17, files...)
	res, err := Run(context.Background(), r.job)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	var kept, quarantine, annotated, restricted, ledger strings.Builder
	ledger.WriteString("file,row,verdict,reason,reasons,flags,list,form,evidence\n")
	row := 0
	var listMatched int64
	for f, file := range files {
		for i, cells := range file.rows {
			row++
			bad := broken(cells)
			what, raw, fields := "row_malformed", "", []string{"", "", ""}
			if !bad {
				what, fields = cells[2], cells
			} else if strings.Contains(cells[0], "erased") {
				what = "erased"
			} else if !strings.Contains(cells[0], "listed") {
				raw = cells[0]
			}
			d := decide(what)
			if d.List != 0 || bad && strings.Contains(cells[0], "listed") {
				listMatched++
			}
			first, ok := d.Reasons.First()
			if d.Verdict == screen.Keep && seen[cells[0]] {
				first, ok, d.Verdict = screen.Duplicate, true, screen.Reject
				d.Reasons = d.Reasons.With(first)
			}
			reason := ""
			if ok {
				reason = first.String()
			}
			line := strings.Join(fields, "\t")
			switch {
			case d.Verdict == screen.Sealed:
			case reason == "restricted":
				fmt.Fprintln(&restricted, line)
			case d.Verdict == screen.Keep:
				seen[cells[0]] = true
				fmt.Fprintln(&kept, line)
			case d.Verdict == screen.Quarantine:
				fmt.Fprintf(&quarantine, "%s\t%s\t%d\t%d\t%d\t%s\t*\t%s\n", line, file.name, i+1, i+2, 10*i, reason, raw)
			}
			if d.Verdict != screen.Sealed && reason != "restricted" {
				fmt.Fprintf(&annotated, "%s\t%s\t%s\n", line, d.Verdict, reason)
			}
			list, form := "", ""
			if d.List != 0 {
				list, form = "2", "form3"
			}
			fmt.Fprintf(&ledger, "%d,%d,%s,%s,%s,%s,%s,%s,\n", f+1, row, d.Verdict, reason,
				appendReasons(nil, d.Reasons), appendFlags(nil, d.Flags), list, form)
		}
	}
	var tree merkle.Tree
	for line := range strings.Lines(ledger.String()) {
		if strings.HasPrefix(line, "file,") {
			continue
		}
		var leaf merkle.Leaf
		leaf.Reset(someSalts().Append(nil, tree.Len()+1, 1))
		for cell := range strings.SplitSeq(strings.TrimSuffix(line, "\n"), ",") {
			leaf.Cell([]byte(cell))
		}
		tree.Add(merkle.Subtree{Hash: leaf.Hash()})
	}
	if root, _ := tree.Root(); root != res.LedgerRoot {
		t.Errorf("root of the ledger %x, want %x", res.LedgerRoot, root)
	}
	for _, c := range []struct{ name, got, want string }{
		{"kept", r.kept.String(), kept.String()},
		{"quarantine", maskDetail(r.quarantine.String()), quarantine.String()},
		{"annotated", r.annotated.String(), annotated.String()},
		{"restricted", r.restricted.String(), restricted.String()},
		{"decisions", r.decisions.String(), ledger.String()},
	} {
		if c.got != c.want {
			t.Errorf("%s:\n%s\nwant:\n%s", c.name, c.got, c.want)
		}
	}
	if strings.Contains(r.all(), "SEALED") || strings.Contains(r.all(), "broken erased") || strings.Contains(r.all(), "broken listed") {
		t.Error("text of a sealed row or of a listed broken record was written")
	}
	a := res.Accounting
	if a.Read != int64(row) || a.Read != a.Kept+a.Quarantined+a.Rejected+a.Sealed {
		t.Errorf("accounting %+v for %d rows", a, row)
	}
	if got := res.Lists[1].Matched; got != listMatched {
		t.Errorf("%d rows on list 2, want %d", got, listMatched)
	}
	rows := Rows{Kept: lines(kept.String()), Quarantine: lines(quarantine.String()), Annotated: lines(annotated.String()),
		Restricted: lines(restricted.String()), Rejects: a.Rejected, Decisions: a.Read}
	if res.Rows != rows {
		t.Errorf("rows %+v, want %+v", res.Rows, rows)
	}
	if res.Inputs[0].Rows != 500 || res.Inputs[1].Rows != 0 || res.Inputs[2].Rows != 250 {
		t.Errorf("rows of inputs: %+v", res.Inputs)
	}
}

func lines(s string) int64 { return int64(strings.Count(s, "\n")) }

func TestRejects(t *testing.T) {
	file := fakeFile{"my, list.csv", [][]string{
		{"a@w.example", "A", ""},
		{"b@w.example", "B \"x\"", "freemail domain_mismatch"},
		{"broken @"},
		{"c@w.example", "C", "excluded_email"},
		{"d@w.example", "D", "erased"},
		{"e@w.example", "E", "restricted"},
		{"a@w.example", "F", ""},
		{"g@w.example", "G", "domain_near"},
	}}
	r := newFakeRun(3, file)
	r.job.Sinks.Quarantine, r.job.RejectsContent = nil, true
	res, err := Run(context.Background(), r.job)
	if err != nil {
		t.Fatal(err)
	}
	want := `file,row,line,offset,verdict,reason,list,detail,email,"name, full",what
"my, list.csv",2,3,10,reject,freemail,,also domain_mismatch,b@w.example,"B ""x""",freemail domain_mismatch
"my, list.csv",3,4,20,quarantine,row_malformed,,"ragged in field 2: 1 field, 3 expected",,,
"my, list.csv",4,5,30,reject,excluded_email,"the ""second""",address form form3,c@w.example,C,excluded_email
"my, list.csv",6,7,50,reject,restricted,"the ""second""",address form form3,,,
"my, list.csv",7,8,60,reject,duplicate,,,a@w.example,F,
"my, list.csv",8,9,70,quarantine,domain_near,,,g@w.example,G,domain_near
`
	if got := r.rejects.String(); got != want {
		t.Errorf("rejects:\n%s\nwant:\n%s", got, want)
	}
	if res.Rows.Rejects != 6 {
		t.Errorf("%d rows in the report, want 6", res.Rows.Rejects)
	}
}

// TestEmpty: a list without rows still has its reports' headers.
func TestEmpty(t *testing.T) {
	r := newFakeRun(3, fakeFile{"a.csv", nil})
	res, err := Run(context.Background(), r.job)
	if err != nil || res.Accounting.Read != 0 {
		t.Fatal(res, err)
	}
	if r.decisions.String() != "file,row,verdict,reason,reasons,flags,list,form,evidence\n" || !strings.HasPrefix(r.rejects.String(), "file,row,") {
		t.Errorf("reports without headers: %q %q", r.decisions, r.rejects)
	}
	r.checkClosed(t)
}

// TestTrouble makes each stage fail or panic, and wants that error, everything
// released, and no goroutine left.
func TestTrouble(t *testing.T) {
	before := runtime.NumGoroutine()
	inside := func(stage string) func(error) bool {
		return func(err error) bool {
			var ie *InternalError
			return errors.As(err, &ie) && ie.Stage == stage && !strings.Contains(err.Error(), "secret") && len(ie.Stack) > 0
		}
	}
	fake := func(err error) bool { return errors.Is(err, errFake) }
	for _, c := range []struct {
		name string
		set  func(r *fakeRun)
		want func(error) bool
		text string
	}{
		{"next", func(r *fakeRun) { r.src.failAt = 20 }, fake, ""},
		{"next panics", func(r *fakeRun) { r.src.panicAt = 20 }, inside("read"), ""},
		{"decode", func(r *fakeRun) { r.src.decodeAt = 20 }, fake, "a.csv:99: fake trouble"},
		{"worker panics", func(r *fakeRun) {
			r.job.NewWorker = func() Worker { return fakeWorker{panics: true} }
			r.src.files[0].rows[101] = []string{"x", "y", "panic"}
		}, inside("screen"), "a.csv: rows 101 to 105: internal error in screen: panic with a string"},
		{"encode", func(r *fakeRun) { r.sinks[0].encodeErrAt = 20 }, fake, ""},
		{"encode panics", func(r *fakeRun) { r.sinks[1].encodePanicAt = 5 }, inside("encode"), ""},
		{"commit", func(r *fakeRun) { r.sinks[0].commitErrAt = 20 }, fake, ""},
		{"commit panics", func(r *fakeRun) { r.sinks[2].commitPanicAt = 20 }, inside("commit"), ""},
		{"rejects", func(r *fakeRun) { r.job.Rejects = failingWriter{} }, fake, ""},
		{"too few rows", func(r *fakeRun) { r.src.claims = map[string]int64{"a.csv": 301} }, func(err error) bool {
			var fe *formats.Error
			return errors.As(err, &fe) && fe.Code == "truncated"
		}, "a.csv: 301 rows announced, 300 found"},
	} {
		for _, workers := range []int{1, 4} {
			r := newFakeRun(5, twoFiles(300)...)
			r.job.Workers = workers
			c.set(r)
			_, err := Run(context.Background(), r.job)
			if !c.want(err) {
				t.Errorf("%s, %d workers: %v", c.name, workers, err)
			}
			if c.text != "" && (err == nil || err.Error() != c.text) {
				t.Errorf("%s: %v, want %s", c.name, err, c.text)
			}
			r.checkClosed(t)
		}
	}
	noGoroutines(t, before)
}

type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, errFake }

// noGoroutines waits for goroutines that are on their way out.
func noGoroutines(t *testing.T, before int) {
	t.Helper()
	for range 200 {
		if runtime.NumGoroutine() <= before {
			return
		}
		runtime.Gosched()
		time.Sleep(time.Millisecond)
	}
	t.Errorf("%d goroutines, %d before", runtime.NumGoroutine(), before)
}

// TestCancel cancels at many points.
func TestCancel(t *testing.T) {
	before := runtime.NumGoroutine()
	why := errors.New("enough")
	for n := range 60 {
		ctx, cancel := context.WithCancelCause(context.Background())
		r := newFakeRun(3, twoFiles(300)...)
		calls := 0
		r.sinks[0].out = writerFunc(func(p []byte) (int, error) {
			if calls++; calls == n {
				cancel(why)
			}
			return len(p), nil
		})
		r.job.Workers = 1 + n%4
		if n == 0 {
			cancel(why)
		}
		_, err := Run(ctx, r.job)
		if !errors.Is(err, why) {
			t.Fatalf("cancelled at write %d: %v", n, err)
		}
		r.checkClosed(t)
		cancel(nil)
	}
	noGoroutines(t, before)
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

func TestGates(t *testing.T) {
	limit := func(s string) Limit {
		l, err := ParseLimit(s)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	base := newFakeRun(7, twoFiles(300)...)
	res, err := Run(context.Background(), base.job)
	if err != nil {
		t.Fatal(err)
	}
	n := func(v int64) string { return strconv.FormatInt(v, 10) }
	for _, c := range []struct {
		errs, kept, rejected string
		breaches             int
	}{
		{"", "", "", 0},
		{n(res.Malformed), n(res.Accounting.Kept), n(res.Accounting.Rejected + res.Accounting.Sealed), 0},
		{"0.5%", n(res.Accounting.Kept + 1), n(res.Accounting.Rejected + res.Accounting.Sealed - 1), 3},
		{"100%", "0%", "100%", 0},
		{"0.0001%", "99.9999%", "0%", 3},
	} {
		r := newFakeRun(7, twoFiles(300)...)
		r.job.MaxErrors, r.job.MinKept, r.job.MaxRejected = limit(c.errs), limit(c.kept), limit(c.rejected)
		got, err := Run(context.Background(), r.job)
		var ge *GateError
		if c.breaches == 0 && err == nil {
			continue
		}
		if !errors.As(err, &ge) || len(ge.Breaches) != c.breaches || got == nil {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

// TestMaxErrors: a number of malformed rows is enough to stop at, at the same row for
// any chunk size.
func TestMaxErrors(t *testing.T) {
	list := [][]string{{"a", "", ""}, {"broken"}, {"b", "", ""}, {"broken"}, {"c", "", ""}}
	for _, size := range []int{1, 2, 3, 10} {
		r := newFakeRun(size, fakeFile{"a.csv", list[:2]}, fakeFile{"b.csv", list})
		r.job.MaxErrors = Limit{Set: true, N: 2}
		_, err := Run(context.Background(), r.job)
		if want := "b.csv:5: 3 of 6 rows malformed, --max-errors allows 2"; err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
		r.checkClosed(t)
	}
}

func TestParseLimit(t *testing.T) {
	for in, want := range map[string]string{"": "", "0": "0", "250": "250", "2%": "2%", "0.5%": "0.5%", "100%": "100%", "0.0001%": "0.0001%", "02.50%": "2.5%"} {
		l, err := ParseLimit(in)
		if err != nil || l.String() != want {
			t.Errorf("ParseLimit(%q) = %q, %v; want %q", in, l, err, want)
		}
	}
	for _, in := range []string{"-1", "x", "%", ".5%", "101%", "1.00001%", "1e3", "-1%", "+1%", " 1", "99999999999999999999"} {
		if l, err := ParseLimit(in); err == nil {
			t.Errorf("ParseLimit(%q) = %v, want an error", in, l)
		}
	}
}

// TestCheck: everything that is wrong with a job is reported, before anything is read.
func TestCheck(t *testing.T) {
	r := newFakeRun(3, fakeFile{"a.csv", fakeList(3, 1)})
	r.job.NewWorker = nil
	r.job.Roles[screen.Phone] = []int{7}
	_, err := Run(context.Background(), r.job)
	if err == nil || strings.Count(err.Error(), "job:") != 2 || r.src.chunks != 0 {
		t.Errorf("%v, after %d chunks", err, r.src.chunks)
	}
	r.checkClosed(t)
}

// TestPolicy: repeats follow the policy, and a reason that only flags a row is not
// the one that is counted when another drops it.
func TestPolicy(t *testing.T) {
	list := fakeFile{"a.csv", [][]string{{"a@w.example", "A", ""}, {"a@w.example", "B", ""}, {"b@w.example", "C", "domain_near"}, {"b@w.example", "D", ""}}}
	run := func(policy *screen.Policy) *Result {
		r := newFakeRun(2, list)
		r.job.Policy = policy
		r.job.NewWorker = func() Worker { return policyWorker{policy} }
		res, err := Run(context.Background(), r.job)
		if err != nil {
			t.Fatal(err)
		}
		return res
	}
	p := screen.DefaultPolicy()
	p.Set(screen.Duplicate, screen.Quarantine)
	p.Set(screen.DomainNear, screen.Keep)
	res := run(p)
	if a := res.Accounting; a.Kept != 2 || a.Quarantined != 2 || res.Reasons[screen.Duplicate][screen.Quarantine] != 2 || res.Reasons[screen.DomainNear][screen.Keep] != 1 {
		t.Errorf("repeats to quarantine: %+v", res)
	}
	p.Off(screen.Duplicate)
	if a := run(p).Accounting; a.Kept != 4 {
		t.Errorf("repeats off: %+v", a)
	}
}

// policyWorker is fakeWorker with a policy.
type policyWorker struct{ policy *screen.Policy }

func (w policyWorker) Screen(in *screen.Input, out *screen.Outcome) error {
	err := fakeWorker{}.Screen(in, out)
	for i := range out.Decisions {
		w.policy.Decide(&out.Decisions[i])
	}
	return err
}

// FuzzCell: appendCell and quoteTail write what encoding/csv reads back.
func FuzzCell(f *testing.F) {
	for _, s := range []string{"", "a", "a,b", `"`, `a"b""c`, "x\ny", "\r"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a := string(appendCell([]byte("x,"), []byte(s)))
		b := string(quoteTail(append([]byte("x,"), s...), 2))
		if a != b {
			t.Fatalf("%q: %q, in place %q", s, a, b)
		}
		rec, err := csv.NewReader(strings.NewReader(a + "\n")).Read()
		want := strings.ReplaceAll(s, "\r\n", "\n") // as encoding/csv reads
		if err != nil || len(rec) != 2 || rec[1] != want {
			t.Fatalf("%q: read back %q, %v", s, rec, err)
		}
	})
}

// maskDetail puts a star in the place of each line's detail, the last cell but one. Its
// wording is tested with the rejects.
func maskDetail(table string) string {
	var b strings.Builder
	for line := range strings.Lines(table) {
		cells := strings.Split(line, "\t")
		cells[len(cells)-2] = "*"
		b.WriteString(strings.Join(cells, "\t"))
	}
	return b.String()
}
