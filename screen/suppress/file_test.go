package suppress

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

func TestAddFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "optouts.txt")
	if err := os.WriteFile(path, []byte(jane+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(path, clock, clock); err != nil {
		t.Fatal(err)
	}
	var b Builder
	info, err := b.AddFile(context.Background(), ListSpec{Path: path, MaxAge: time.Hour, Now: clock.Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	if info.Name != "optouts.txt" || !info.AsOf.Equal(clock) || info.AsOfSource != "modified" {
		t.Errorf("info %+v", info)
	}
	var e *ListError
	_, err = b.AddFile(context.Background(), ListSpec{Path: path, MaxAge: time.Hour, Now: clock.Add(time.Hour + time.Second)})
	if !errors.As(err, &e) || e.Code != Stale {
		t.Errorf("an old list: %v", err)
	}
	_, err = b.AddFile(context.Background(), ListSpec{Path: path + "x", Class: Erasure})
	if !errors.As(err, &e) || e.Code != Missing || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing list: %v", err)
	}
	if want := path + "x: list optouts.txtx (erasure): there is no such file"; err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	_, err = b.AddFile(context.Background(), ListSpec{Path: filepath.Dir(path)})
	if !errors.As(err, &e) || e.Code != Unreadable {
		t.Errorf("a directory: %v", err)
	}
}

// TestReadError gives up in the middle of a list: a disk that fails is not a damaged
// list, and never a shorter one.
func TestReadError(t *testing.T) {
	broken := errors.New("input/output error")
	for _, text := range []string{"", jane + "\n", manyLines(40_000, 1<<30, ""), gz(jane)} {
		r := &failing{strings.NewReader(text), broken}
		var b Builder
		_, err := b.AddReader(context.Background(), r, ListSpec{Path: "list.txt"})
		var e *ListError
		if !errors.As(err, &e) || e.Code != Unreadable || !errors.Is(err, broken) {
			t.Errorf("%d bytes, then an error: %v", len(text), err)
		}
	}
}

type failing struct {
	r   *strings.Reader
	err error
}

func (f *failing) Read(p []byte) (int, error) {
	n, err := f.r.Read(p)
	if err != nil {
		err = f.err
	}
	return n, err
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var b Builder
	for _, text := range []string{manyLines(1000, 1<<30, ""), packed(1000)} {
		if _, err := b.AddReader(ctx, strings.NewReader(text), ListSpec{}); !errors.Is(err, context.Canceled) {
			t.Errorf("error %v, want %v", err, context.Canceled)
		}
	}
}

// TestChunksDoNotMatter reads lists in pieces of many sizes: what is found, counted and
// said is the same.
func TestChunksDoNotMatter(t *testing.T) {
	texts := map[string]string{
		"fields": "# c\n\n\nname,email,note\n\"a\",jane@widgets.example,\"x\ny\"\n\"open,june@widgets.example\n" +
			"b,\"joe@widgets.example\",\"\"\"q\"\"\"\n# \"comment\n,,\n\"z\"z,bad,\n" + strings.Repeat("n,jim@widgets.example,\"1\n2\"\n", 50) +
			strings.Repeat("\"never closed,", 3) + "\nc,jill@widgets.example,\"last\nline\"",
		"huge quote": "name,email\n\"" + strings.Repeat("jane@widgets.example\n", 1500) + "\",x@widgets.example\nb,y@widgets.example\n",
	}
	for _, c := range accepted {
		texts[c.name] = c.text
	}
	for _, c := range refused {
		if len(c.text) < 1<<20 {
			texts["refused: "+c.name] = c.text
		}
	}
	for name, text := range texts {
		var want string
		for _, size := range []int{1 << 20, 1, 7, 64, 4097} {
			for _, workers := range []int{1, 3} {
				if workers > 1 && size == 1<<20 {
					continue // one chunk, one worker
				}
				b := Builder{Workers: workers, chunk: size}
				info, err := b.AddReader(context.Background(), iotest.HalfReader(strings.NewReader(text)), ListSpec{Path: "l"})
				got := dump(t, &b, info, err)
				if want == "" {
					want = got
				}
				if got != want {
					t.Errorf("%s: chunks of %d, %d workers:\n%s\nwant as with one chunk:\n%s", name, size, workers, got, want)
				}
			}
		}
	}
}

// TestOrderDoesNotMatter shuffles the lines of a list.
func TestOrderDoesNotMatter(t *testing.T) {
	lines := strings.SplitAfter(manyLines(500, 250, "who knows")+strings.Repeat("a.example\n", 3)+janeHex+"\n"+jane+"\n", "\n")
	var want *Index
	for shift := range 5 {
		text := strings.Join(append(lines[shift*97:len(lines):len(lines)], lines[:shift*97]...), "")
		x, infos, err := load(t, ListSpec{}, text)
		if err != nil {
			t.Fatal(err)
		}
		if want == nil {
			want = x
			continue
		}
		if !bytes.Equal(flat(x), flat(want)) || infos[0].Duplicates != want.lists[0].Duplicates || infos[0].Refused.Total != 2 {
			t.Errorf("shifted by %d lines: another index", shift*97)
		}
	}
}
