package pipeline

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sluice/pipeline/keyfile"
	"sluice/screen"
	"sluice/screen/suppress"
)

// tracing returns r with a real screener that traces, for lists that hold the addresses,
// and a key file beside what is kept.
func tracing(t *testing.T, r *fakeRun, addresses []string, w func(*bytes.Buffer) *keyfile.Writer) (*fakeRun, *bytes.Buffer) {
	t.Helper()
	var b suppress.Builder
	o := screen.Options{Trace: true}
	if len(addresses) > 0 {
		if _, err := b.AddReader(context.Background(), strings.NewReader(strings.Join(addresses, "\n")), suppress.ListSpec{Path: "list", Class: suppress.Erasure}); err != nil {
			t.Fatal(err)
		}
		x, err := b.Build()
		if err != nil {
			t.Fatal(err)
		}
		o.Indexes = []*suppress.Index{x}
	}
	s := screen.New(o)
	r.job.NewWorker = func() Worker { return s.Worker() }
	r.job.Policy, r.job.Sinks.Annotated = s.Policy(), nil
	r.job.Roles = map[screen.Role][]int{screen.Email: {0}}
	var out bytes.Buffer
	r.job.Keys = w(&out)
	return r, &out
}

func fresh(out *bytes.Buffer) *keyfile.Writer {
	return keyfile.NewWriter(out, keyfile.About{Vocabulary: keyfile.Vocabulary})
}

func openKeys(t *testing.T, data []byte) *keyfile.File {
	t.Helper()
	path := filepath.Join(t.TempDir(), "list.keys")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := keyfile.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// companies is a list of n rows, some of them at providers of mailboxes, some twice.
func companies(n int) fakeFile {
	f := fakeFile{name: "list"}
	for i := range n {
		address := fmt.Sprintf("p%d@kelpfoods%d.com", i, i%5000)
		switch i % 7 {
		case 1:
			address = fmt.Sprintf("p%d@gmail.com", i)
		case 3:
			address = fmt.Sprintf("p%d@kelpfoods%d.com", i-3, (i-3)%5000)
		}
		f.rows = append(f.rows, []string{address, "", ""})
	}
	return f
}

// kept returns the addresses that were kept, in order.
func (r *fakeRun) keptAddresses() []string {
	var all []string
	for line := range strings.Lines(r.kept.String()) {
		address, _, _ := strings.Cut(line, "\t")
		all = append(all, address)
	}
	return all
}

// checkKeys has the key file find every row of the list that is kept, and no other.
func checkKeys(t *testing.T, f *keyfile.File, kept, gone []string) {
	t.Helper()
	if f.Rows() != int64(len(kept)) {
		t.Fatalf("the key file knows %d rows, %d are kept", f.Rows(), len(kept))
	}
	keysOf := func(addresses []string) (keys []suppress.Key) {
		for _, a := range addresses {
			keys = append(keys, suppress.AddressKey([]byte(a)))
		}
		return keys
	}
	hits, err := f.Find(keysOf(kept))
	if err != nil {
		t.Fatal(err)
	}
	found := make([]bool, len(kept))
	for _, h := range hits {
		found[h.Key] = found[h.Key] || h.Lo <= int64(h.Key) && int64(h.Key) < h.Hi
	}
	if i := slices.Index(found, false); i >= 0 {
		t.Fatalf("row %d is not found where it is", i)
	}
	if hits, err = f.Find(keysOf(gone)); err != nil || len(hits) > 2 {
		t.Fatalf("%d of %d rows that are gone are found (%v)", len(hits), len(gone), err)
	}
}

// TestKeys writes the key file of a list with every number of workers and size of chunk.
func TestKeys(t *testing.T) {
	list := companies(3 * keyfile.UnitRows / 2)
	var want []byte
	for workers, size := range map[int]int{1: 50000, 2: 7001, 7: 997} {
		r, out := tracing(t, newFakeRun(size, list), nil, fresh)
		r.job.Workers = workers
		if _, err := Run(context.Background(), r.job); err != nil {
			t.Fatal(err)
		}
		if want == nil {
			want = out.Bytes()
			checkKeys(t, openKeys(t, want), r.keptAddresses(), []string{"p1@gmail.com", "p8@gmail.com", "nobody@kelpfoods1.com"})
		}
		if !bytes.Equal(out.Bytes(), want) {
			t.Errorf("%d workers, chunks of %d: another key file", workers, size)
		}
	}
}

// TestPassed takes people out of a list: what their key file does not find is not looked
// at, and the new list and key file are as if all had been.
func TestPassed(t *testing.T) {
	list := companies(3 * keyfile.UnitRows / 2)
	r, out := tracing(t, newFakeRun(5000, list), nil, fresh)
	if _, err := Run(context.Background(), r.job); err != nil {
		t.Fatal(err)
	}
	kept := r.keptAddresses()
	delivered := fakeFile{name: "delivered"}
	for _, a := range kept {
		delivered.rows = append(delivered.rows, []string{a, "", ""})
	}
	old := openKeys(t, out.Bytes())
	gone := []string{kept[len(kept)-1], kept[len(kept)-1711]}
	var keys []suppress.Key
	for _, a := range gone {
		keys = append(keys, suppress.AddressKey([]byte(a)))
	}
	hits, err := old.Find(keys)
	if err != nil {
		t.Fatal(err)
	}
	renew := func(out *bytes.Buffer) *keyfile.Writer { return keyfile.NewRenewal(out, old) }
	r, out = tracing(t, newFakeRun(999, delivered), gone, renew)
	r.job.Dedupe, r.job.Workers = false, 5
	r.src.decodeAt = 2 // which is in no stretch that was found
	next, passed := int64(0), 0
	r.job.Passed = func(lo, hi int64) bool {
		if lo != next {
			t.Errorf("asked of row %d, want %d", lo, next)
		}
		next = hi
		if slices.ContainsFunc(hits, func(h keyfile.Hit) bool { return h.Lo < hi && lo < h.Hi }) {
			return false
		}
		passed++
		return true
	}
	result, err := Run(context.Background(), r.job)
	if err != nil {
		t.Fatal(err)
	}
	if passed < 10 || result.Accounting.Sealed != 2 || result.Accounting.Read != int64(len(kept)) {
		t.Errorf("%d chunks passed, %+v", passed, result.Accounting)
	}
	want := slices.DeleteFunc(slices.Clone(kept), func(a string) bool { return slices.Contains(gone, a) })
	if !slices.Equal(r.keptAddresses(), want) {
		t.Error("another list than if all rows had been looked at")
	}
	checkKeys(t, openKeys(t, out.Bytes()), want, gone)
}

// TestKeysNeedTrace asks for keys that the screener does not tell of.
func TestKeysNeedTrace(t *testing.T) {
	r := newFakeRun(10, twoFiles(20)...)
	r.job.Keys = fresh(new(bytes.Buffer))
	if _, err := Run(context.Background(), r.job); err == nil || !strings.Contains(err.Error(), "trace") {
		t.Errorf("error %v, want one that the keys are not traced", err)
	}
}
