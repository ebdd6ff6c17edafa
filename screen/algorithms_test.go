package screen

import (
	"context"
	"crypto/md5"
	"crypto/sha256"
	"crypto/sha512"
	"fmt"
	"slices"
	"strings"
	"testing"

	"sluice/formats/column"
	"sluice/screen/suppress"
)

// algorithmsIndex is of one list a text.
func algorithmsIndex(t testing.TB, texts ...string) *suppress.Index {
	t.Helper()
	var b suppress.Builder
	for _, text := range texts {
		if _, err := b.AddReader(context.Background(), strings.NewReader(text), suppress.ListSpec{Name: "l", Class: suppress.Erasure}); err != nil {
			t.Fatal(err)
		}
	}
	x, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func mailColumn(mails ...string) *Input {
	var v column.View
	for _, m := range mails {
		lo := uint32(len(v.Data))
		v.Data = append(v.Data, m...)
		v.Spans = append(v.Spans, column.Span{Lo: lo, Hi: uint32(len(v.Data))})
	}
	in := &Input{N: len(mails)}
	in.Cols[Email] = []column.View{v}
	return in
}

// TestAlgorithms looks rows up in digests of every algorithm, of the canonical form and
// of others, each on a list of its own.
func TestAlgorithms(t *testing.T) {
	digests := []string{
		sha("gone1@kelpfoods.com"),
		fmt.Sprintf("%x", md5.Sum([]byte("gone2@kelpfoods.com"))),
		fmt.Sprintf("%X", sha256.Sum256([]byte("gone3@kelpfoods.com"))),
		fmt.Sprintf("{SHA512}%x", sha512.Sum512([]byte("gone4@kelpfoods.com"))),
		fmt.Sprintf("%x", md5.Sum([]byte("As.It.Was@Kelpfoods.com"))),
	}
	in := mailColumn("GONE1@kelpfoods.com", "gone2+tag@kelpfoods.com", "Gone3@Kelpfoods.com", "gone4@kelpfoods.com",
		"As.It.Was@Kelpfoods.com", "jane@kelpfoods.com")
	s := New(Options{Indexes: []*suppress.Index{algorithmsIndex(t, digests...)}})
	if want := []suppress.Algorithm{suppress.MD5, suppress.SHA256, suppress.SHA512}; !slices.Equal(s.further, want) {
		t.Errorf("rows are hashed with %v beside SHA-1, want %v", s.further, want)
	}
	var out Outcome
	if err := s.Worker().Screen(in, &out); err != nil {
		t.Fatal(err)
	}
	for i := range digests {
		if d := out.Decisions[i]; d.Verdict != Sealed || d.List != suppress.ListID(i+1) {
			t.Errorf("row %d: %v by list %d, want sealed by list %d", i, d.Verdict, d.List, i+1)
		}
	}
	if d := out.Decisions[len(digests)]; d.Verdict == Sealed {
		t.Error("a row on no list is sealed")
	}
	if s := New(Options{Indexes: []*suppress.Index{algorithmsIndex(t, digests[0])}}); len(s.further) != 0 {
		t.Errorf("rows are hashed with %v for a list of SHA-1", s.further)
	}
}

func TestAlgorithmsDoNotAllocate(t *testing.T) {
	if raced {
		t.Skip("the race detector makes hashing allocate")
	}
	sum := func(s string) string {
		return fmt.Sprintf("%x\n%x\n%x\n", md5.Sum([]byte(s)), sha256.Sum256([]byte(s)), sha512.Sum512([]byte(s)))
	}
	s := New(Options{Indexes: []*suppress.Index{algorithmsIndex(t, sum("gone@kelpfoods.com"))}})
	var mails []string
	for i := range 500 {
		mails = append(mails, fmt.Sprintf("Jane.Doe%d+x@kelpfoods.com", i))
	}
	in := mailColumn(mails...)
	w := s.Worker()
	var out Outcome
	if n := testing.AllocsPerRun(20, func() { w.Screen(in, &out) }); n > 0 {
		t.Errorf("%v allocations for a batch", n)
	}
}

// BenchmarkAlgorithms screens addresses against lists of one algorithm and of four.
func BenchmarkAlgorithms(b *testing.B) {
	var mails []string
	for i := range 6000 {
		mails = append(mails, fmt.Sprintf("jane.doe%d@company-%d.com", i, i%900))
	}
	in := mailColumn(mails...)
	for _, c := range []struct{ name, text string }{
		{"SHA-1", sha("gone@kelpfoods.com")},
		{"all", sha("a@b.example") + fmt.Sprintf("\n%x\n%x\n%x\n", md5.Sum([]byte("x")), sha256.Sum256([]byte("x")), sha512.Sum512([]byte("x")))},
	} {
		b.Run(c.name, func(b *testing.B) {
			w := New(Options{Indexes: []*suppress.Index{algorithmsIndex(b, c.text)}}).Worker()
			var out Outcome
			for b.Loop() {
				w.Screen(in, &out)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*in.N), "ns/row")
		})
	}
}
