package keyfile

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sluice/screen/suppress"
)

// TestFind asks key files of lists of many shapes for everyone on them.
func TestFind(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, tt := range []struct {
		rows, people int
		unit         uint32
		most         int
	}{
		{0, 10, 4, 100}, {1, 3, 4, 100}, {100, 1, 1, 3}, {1000, 300, 1, 7}, {1000, 300, 10, 100}, {1000, 5000, 64, 1 << 20},
		{2000, 6000, 3, 400}, {3000, 50, 1000, 500}, {5000, 20000, UnitRows, segmentRecords},
	} {
		rows := randomList(r, tt.rows, tt.people)
		f := read(t, write(t, rows, tt.unit, tt.most))
		falsely := checkFinds(t, f, rows, tt.people)
		if most := 2 + tt.people*len(f.foot.segments)/100000; falsely > most {
			t.Errorf("%+v: %d stretches without a reason, want at most %d", tt, falsely, most)
		}
		if err := f.Verify(); err != nil {
			t.Error(err)
		}
	}
}

// TestFindAll compares what it finds with what Find does.
func TestFindAll(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	rows := randomList(r, 3000, 4000)
	rows[17] = append(rows[17], suppress.DomainKey([]byte("gadgets.example")))
	f := read(t, write(t, rows, 20, 1000))
	for _, entries := range []int{0, 1, 10, 400} {
		var text strings.Builder
		text.WriteString("mail.acme.example\n") // in no row
		var keys []suppress.Key
		for range entries {
			k := keyOf(r.IntN(8000))
			keys = append(keys, k)
			fmt.Fprintf(&text, "%x\n", k)
		}
		if entries == 10 {
			text.WriteString("gadgets.example\n")
			keys = append(keys, suppress.DomainKey([]byte("gadgets.example")))
		}
		var b suppress.Builder
		if _, err := b.AddReader(context.Background(), strings.NewReader(text.String()), suppress.ListSpec{Path: "list", Class: suppress.Erasure}); err != nil {
			t.Fatal(err)
		}
		x, err := b.Build()
		if err != nil {
			t.Fatal(err)
		}
		got, err := f.FindAll(x)
		if err != nil {
			t.Fatal(err)
		}
		hits, err := f.Find(keys)
		if err != nil {
			t.Fatal(err)
		}
		for row := range f.Rows() {
			want := slices.ContainsFunc(hits, func(h Hit) bool { return h.Lo <= row && row < h.Hi })
			if holds(got, row) != want {
				t.Fatalf("%d entries: row %d: found by FindAll is %v, by Find %v", entries, row, !want, want)
			}
		}
		for i := 1; i < len(got); i++ {
			if got[i].Lo <= got[i-1].Hi {
				t.Errorf("%d entries: stretches %v are not joined", entries, got)
			}
		}
	}
}

// TestRenewal takes rows out of a list, some at a time, and compares what the renewed key
// files find with what is in the list.
func TestRenewal(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	const people = 900
	for _, tt := range []struct {
		unit uint32
		most int
	}{{10, 1 << 20}, {7, 100}, {50, 60}, {1, 10}} {
		rows := randomList(r, 600, people)
		data := write(t, rows, tt.unit, tt.most)
		for night := range 6 {
			f := read(t, data)
			var wanted []suppress.Key
			for range []int{0, 1, 20, 5, 100, people}[night] {
				wanted = append(wanted, keyOf(r.IntN(people)))
			}
			hits, err := f.Find(wanted)
			if err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			w := NewRenewal(&out, f)
			var left list
			for i, keys := range rows {
				looked := slices.ContainsFunc(hits, func(h Hit) bool { return h.Lo <= int64(i) && int64(i) < h.Hi })
				gone := slices.ContainsFunc(keys, func(k suppress.Key) bool { return slices.Contains(wanted, k) })
				switch {
				case gone:
					err = w.Gone(1)
				case looked:
					err = w.Row(heads(keys))
				default:
					err = w.Pass(1)
				}
				if err != nil {
					t.Fatal(err)
				}
				if !gone {
					left = append(left, keys)
				}
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			rows, data = left, out.Bytes()
			renewed := read(t, data)
			if falsely := checkFinds(t, renewed, rows, people); falsely > 10 {
				t.Errorf("%+v: night %d: %d stretches without a reason", tt, night, falsely)
			}
			if n := fresh(t, rows, tt.unit, tt.most); renewed.Prints() > n+n/2+20 {
				t.Errorf("%+v: night %d: %d prints, %d in a new file", tt, night, renewed.Prints(), n)
			}
			if night == 0 && !bytes.Equal(data, f.data) {
				t.Errorf("%+v: a renewal of which no row is gone has other bytes", tt)
			}
		}
	}
}

// fresh returns how many prints a new key file of rows has.
func fresh(t *testing.T, rows list, unit uint32, most int) int64 {
	return read(t, write(t, rows, unit, most)).Prints()
}

// TestRenewalForgets checks that no print of a row that is gone stays, unless another row of
// its stretch has it.
func TestRenewalForgets(t *testing.T) {
	shared, own := keyOf(1), keyOf(2)
	rows := list{{shared, own}, {shared}, {keyOf(3)}, {keyOf(4)}}
	f := read(t, write(t, rows, 2, 100))
	var out bytes.Buffer
	w := NewRenewal(&out, f)
	w.Gone(1)
	w.Row(heads(rows[1]))
	w.Pass(2)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	g := read(t, out.Bytes())
	hits, err := g.Find([]suppress.Key{shared, own, keyOf(4)})
	if err != nil {
		t.Fatal(err)
	}
	want := []Hit{{0, Range{0, 1}}, {2, Range{1, 3}}}
	if !slices.Equal(hits, want) {
		t.Errorf("found %v, want %v", hits, want)
	}
	if g.Prints() != 3 {
		t.Errorf("%d prints, want 3", g.Prints())
	}
}

// TestRenewalRefuses tells renewals of lists that their old files are not of.
func TestRenewalRefuses(t *testing.T) {
	f := read(t, write(t, randomList(rand.New(rand.NewPCG(7, 8)), 10, 10), 4, 100))
	for name, tell := range map[string]func(w *Writer){
		"fewer rows": func(w *Writer) { w.Pass(9) },
		"more rows":  func(w *Writer) { w.Pass(11) },
		"not looked at": func(w *Writer) {
			w.Gone(1)
			w.Pass(9)
		},
	} {
		w := NewRenewal(&bytes.Buffer{}, f)
		tell(w)
		if err := w.Close(); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	w := NewWriter(&bytes.Buffer{}, About{})
	if err := w.Pass(1); err == nil {
		t.Error("a new file: rows were passed over without an error")
	}
}

// TestOpen opens files that are as they were written, and files that are not.
func TestOpen(t *testing.T) {
	rows := randomList(rand.New(rand.NewPCG(9, 10)), 2000, 3000)
	data := write(t, rows, 100, 1500)
	path := filepath.Join(t.TempDir(), "list.csv.keys")
	open := func(b []byte) (*File, error) {
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return Open(path)
	}
	f, err := open(data)
	if err != nil {
		t.Fatal(err)
	}
	if f.About() != (About{Vocabulary, 7}) {
		t.Errorf("about: %v", f.About())
	}
	checkFinds(t, f, rows, 3000)
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	for cut := 0; cut < len(data); cut += 137 {
		if _, err := open(data[:cut]); !errors.Is(err, ErrDamaged) {
			t.Fatalf("cut to %d bytes: %v", cut, err)
		}
	}
	// Every byte that is not what it was is noticed, at the latest by who looks at all.
	for at := 0; at < len(data); at += 31 {
		b := bytes.Clone(data)
		b[at] ^= 1 << (at % 8)
		f, err := parse("list", b)
		if err == nil {
			err = f.Verify()
		}
		if !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrVersion) {
			t.Fatalf("byte %d was changed: %v", at, err)
		}
	}
}

// TestDamageFound checks that looking keys up notices a changed page.
func TestDamageFound(t *testing.T) {
	rows := randomList(rand.New(rand.NewPCG(11, 12)), 2000, 3000)
	data := write(t, rows, 100, 1<<20)
	data[len(data)/2] ^= 1
	f := read(t, data)
	var keys []suppress.Key
	for person := range 3000 {
		keys = append(keys, keyOf(person))
	}
	if _, err := f.Find(keys); !errors.Is(err, ErrDamaged) || !strings.HasPrefix(err.Error(), "list.csv.keys: ") {
		t.Errorf("error %v, want one of damage", err)
	}
}

// TestSort compares with the sort that everybody knows.
func TestSort(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 14))
	for _, n := range []int{0, 1, 2, 100, 5000} {
		records := make([]uint64, n)
		for i := range records {
			records[i] = printOf(r.Uint64N(1<<63)>>r.IntN(3)) | uint64(i)
		}
		want := slices.Clone(records)
		slices.Sort(want)
		sortRecords(records, make([]uint64, n))
		if !slices.Equal(records, want) {
			t.Errorf("%d records are not in order", n)
		}
	}
}

func FuzzOpen(f *testing.F) {
	r := rand.New(rand.NewPCG(15, 16))
	f.Add([]byte(magic))
	f.Add(write(f, nil, 4, 100))
	f.Add(write(f, randomList(r, 100, 50), 10, 60))
	keys := []suppress.Key{keyOf(1), keyOf(2), {}, suppress.Key(bytes.Repeat([]byte{255}, 20))}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, data := range [][]byte{data, repaired(data)} {
			x, err := parse("fuzz", data)
			if err != nil {
				if !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrVersion) {
					t.Fatal(err)
				}
				continue
			}
			if _, err := x.Find(keys); err != nil {
				continue
			}
			w := NewRenewal(&bytes.Buffer{}, x)
			if n := x.Rows(); n > 0 && n < 1e4 {
				w.Gone(1)
				for range n - 1 {
					w.Row([]uint64{1, 1 << 60})
				}
				w.Close()
			}
		}
	})
}
