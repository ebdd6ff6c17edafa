package suppress

import (
	"context"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/cespare/xxhash/v2"
)

// refusal runs f and returns the *ListError that it returns or panics with. Any other
// panic is the test's.
func refusal(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			e, ok := p.(*ListError)
			if !ok {
				panic(p)
			}
			err = e
		}
	}()
	return f()
}

// questions are asked of an index, with the answers of the undamaged one.
type questions struct {
	keys    []Key
	hosts   []string
	members [][]ListID
}

func (q *questions) ask(x *Index) (all [][]ListID) {
	hits := make([]Hit, len(q.keys))
	var st Stats
	x.LookupBatch(q.keys, hits, &st)
	for _, h := range hits {
		all = append(all, x.Members(h))
	}
	for _, h := range q.hosts {
		all = append(all, x.Members(x.Domain([]byte(h))))
	}
	return all
}

func newQuestions(x *Index) *questions {
	q := &questions{keys: slices.Clone(x.keys), hosts: []string{"foreign.test"}}
	q.keys = append(q.keys, adversarial(50, 99)[:200]...)
	for i := range x.domains.len() {
		q.hosts = append(q.hosts, string(x.domains.name(i)), "www."+string(x.domains.name(i)))
	}
	q.members = q.ask(x)
	return q
}

// agrees asks a file that is in memory: it must refuse, or answer right. It reports
// whether it refused. small is up to which size all pages are checked at once; of larger
// files look-ups check them.
func (q *questions) agrees(t *testing.T, text []byte, small int64, what string) (refused bool) {
	t.Helper()
	err := refusal(func() error {
		h, err := decodeHeader(text[:min(len(text), pageSize)], int64(len(text)))
		if err != nil {
			return err
		}
		m := &mapping{path: "index", data: text, head: *h}
		x, err := m.index(small)
		if err != nil {
			return err
		}
		if got := q.ask(x); !slices.EqualFunc(got, q.members, slices.Equal) {
			t.Fatalf("%s: other answers", what)
		}
		return nil
	})
	var e *ListError
	var f *formatError
	if err != nil && !errors.As(err, &e) && !errors.As(err, &f) {
		t.Fatalf("%s: %v is no ListError", what, err)
	}
	return err != nil
}

// aligned returns a copy that starts where numbers of any size may.
func aligned(text []byte) []byte {
	b := bytesOf(make([]uint64, len(text)/8+1))[:len(text)]
	copy(b, text)
	return b
}

// TestEveryByteFlipped changes each byte of a file in turn: the answers are right, or
// there are none. Verify sees every change.
func TestEveryByteFlipped(t *testing.T) {
	built := mixed(t, 40)
	path := written(t, built)
	text := fileBytes(t, path)
	q := newQuestions(built)
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	step, verify := 1, 41
	if testing.Short() {
		step, verify = 23, 23*101
	}
	b := aligned(text)
	unnoticed := 0
	for at := 0; at < len(text); at += step {
		b[at] ^= 1 << (at % 8)
		lazy, atOnce := q.agrees(t, b, 0, "lazily"), q.agrees(t, b, 1<<40, "at once")
		if !atOnce {
			unnoticed++
		}
		if lazy && !atOnce {
			t.Fatalf("byte %d: refused by a look-up, not by Open", at)
		}
		if at%verify == 0 {
			f.WriteAt(b[at:at+1], int64(at))
			var e *ListError
			if _, err := Verify(context.Background(), path, nil); !errors.As(err, &e) {
				t.Fatalf("byte %d: Verify says %v", at, err)
			}
			x, err := Open(path)
			if (err != nil) != atOnce || err != nil && !errors.As(err, &e) {
				t.Fatalf("byte %d: Open says %v", at, err)
			}
			if err == nil {
				x.Close()
			}
			f.WriteAt(text[at:at+1], int64(at))
		}
		b[at] = text[at]
	}
	// What no look-up needs: the zeros behind the page checksums.
	if unnoticed*step > pageSize {
		t.Errorf("%d changes went unnoticed", unnoticed)
	}
	if q.agrees(t, b, 0, "whole again") {
		t.Error("the file as it was is refused")
	}
	verified(t, path)
}

// TestEveryCut cuts a file at many lengths.
func TestEveryCut(t *testing.T) {
	built := mixed(t, 40)
	path := written(t, built)
	text := fileBytes(t, path)
	q := newQuestions(built)
	step := 1
	if testing.Short() {
		step = 11
	}
	for n := len(text) - 1; n >= 0; n -= step {
		if !q.agrees(t, text[:n], 1<<40, "cut") {
			t.Fatalf("a file of %d of %d bytes is accepted", n, len(text))
		}
	}
	if !q.agrees(t, append(slices.Clone(text), 0), 1<<40, "longer") {
		t.Error("a file with a byte too many is accepted")
	}
	cut := filepath.Join(t.TempDir(), "cut.idx")
	for _, n := range []int{0, 1, 8, 100, pageSize - 1, pageSize, pageSize + 1, len(text) / 2 &^ (pageSize - 1), len(text) - pageSize, len(text) - 1} {
		os.WriteFile(cut, text[:n], 0o600)
		var e *ListError
		if _, err := Open(cut); !errors.As(err, &e) {
			t.Errorf("a file of %d bytes: %v", n, err)
		}
	}
}

// TestCutWhileOpen cuts a file that is mapped. Look-ups end in an error, not in a crash.
func TestCutWhileOpen(t *testing.T) {
	built := mixed(t, 5000)
	for _, lazy := range []bool{true, false} {
		path := written(t, built)
		m, err := openMapping(path)
		if err != nil {
			t.Fatal(err)
		}
		small := int64(1 << 30)
		if lazy {
			small = 0
		}
		x, err := m.index(small)
		if err != nil {
			t.Fatal(err)
		}
		q := newQuestions(built)
		os.Truncate(path, 2*pageSize)
		for name, ask := range map[string]func() error{
			"keys":   func() error { q.ask(x); return nil },
			"key":    func() error { x.Lookup(&q.keys[3]); return nil },
			"domain": func() error { x.Domain([]byte("gadgets.example")); return nil },
		} {
			var e *ListError
			if err := refusal(ask); !errors.As(err, &e) || e.Code != Damaged {
				t.Errorf("lazy %v, %s: %v", lazy, name, err)
			}
		}
		x.Close()
	}
}

// reseal gives a changed file the checksums that it needs to be opened, as somebody who
// wants to harm would.
func reseal(text []byte) {
	le := binary.LittleEndian
	at := func(s section) (lo, n int64) {
		e := text[atTable+int(s)*tableEntry:]
		return int64(le.Uint64(e[8:])), int64(le.Uint64(e[16:]))
	}
	inside := func(lo, n int64) bool { return lo >= 0 && n >= 0 && lo <= int64(len(text)) && n <= int64(len(text))-lo }
	lo, n := at(pageSumSection)
	if !inside(lo, n) {
		return
	}
	for page := int64(1); page <= n/8 && (page+1)*pageSize <= int64(len(text)); page++ {
		le.PutUint64(text[lo+8*(page-1):], xxhash.Sum64(text[page*pageSize:(page+1)*pageSize]))
	}
	for s := range numSections {
		if lo, n := at(s); inside(lo, n) {
			le.PutUint64(text[atTable+int(s)*tableEntry+24:], xxhash.Sum64(text[lo:lo+n]))
		}
	}
	le.PutUint64(text[sumOffset:], xxhash.Sum64(text[:sumOffset]))
}

// TestEveryByteForged changes each byte in turn and makes the checksums right again. The
// answers may be wrong then, but they come, or an error does.
func TestEveryByteForged(t *testing.T) {
	built := mixed(t, 40)
	text := fileBytes(t, written(t, built))
	q := newQuestions(built)
	step := 7
	if testing.Short() {
		step = 53
	}
	for _, flip := range []byte{0xff, 1, 0x80} {
		b := aligned(text)
		for at := int(flip) % step; at < len(text); at += step {
			b[at] ^= flip
			reseal(b)
			refusal(func() error {
				h, err := decodeHeader(b[:pageSize], int64(len(b)))
				if err != nil {
					return err
				}
				x, err := (&mapping{path: "index", data: b, head: *h}).index(1 << 40)
				if err != nil {
					return err
				}
				q.ask(x)
				x.Overlaps()
				x.FilterRate()
				return nil
			})
			copy(b, text)
		}
	}
}

// FuzzFile changes a file and makes its checksums right again: no look-up reads where it
// must not, loops or panics but with a ListError, whatever the answers.
func FuzzFile(f *testing.F) {
	path := written(f, mixed(f, 30))
	text := fileBytes(f, path)
	for s := range numSections {
		f.Add(uint32(binary.LittleEndian.Uint64(text[atTable+int(s)*tableEntry+8:])), uint64(1)<<40, uint32(atTable+int(s)*tableEntry+16), uint64(7))
	}
	f.Add(uint32(atKeys), uint64(1)<<62, uint32(atSet), uint64(0xffff))
	x, err := Open(path)
	if err != nil {
		f.Fatal(err)
	}
	q := newQuestions(x)
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, at1 uint32, v1 uint64, at2 uint32, v2 uint64) {
		b := slices.Clone(text)
		for _, c := range []struct {
			at uint32
			v  uint64
		}{{at1, v1}, {at2, v2}} {
			at := int(c.at) % (len(b) - 8)
			binary.LittleEndian.PutUint64(b[at:], binary.LittleEndian.Uint64(b[at:])^c.v)
		}
		reseal(b)
		bad := filepath.Join(dir, "bad.idx")
		if err := os.WriteFile(bad, b, 0o600); err != nil {
			t.Fatal(err)
		}
		refusal(func() error {
			x, err := Open(bad)
			if err != nil {
				return err
			}
			defer x.Close()
			q.ask(x)
			x.Lookup(&q.keys[0])
			x.Overlaps()
			return nil
		})
		refusal(func() error { _, err := Verify(context.Background(), bad, nil); return err })
		e := External{}
		refusal(func() error {
			_, err := e.Merge(context.Background(), filepath.Join(dir, "out.idx"), bad, path)
			return err
		})
	})
}
