package anyio

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cespare/xxhash/v2"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"sluice/formats"
	"sluice/formats/arrowio"
	"sluice/formats/column"
	"sluice/formats/csvio"
	"sluice/formats/formatstest"
	"sluice/formats/parquetio"
)

// render writes rows in a format.
func render(t testing.TB, format, path string, rows [][]string) []byte {
	t.Helper()
	var out bytes.Buffer
	l := &formatstest.List{Name: "memory", Rows: rows, ChunkRows: 50}
	w, err := NewListWriter(&out, format, l.Schema(), WriterOptions{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	copyAll(t, w, l)
	return out.Bytes()
}

// copyAll moves all rows of r to w, and closes w.
func copyAll(t testing.TB, w formats.Writer, r formats.Reader) {
	t.Helper()
	for {
		c, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		commit, err := w.Encode(c, column.All(c.Len()), nil)
		if err == nil {
			err = commit()
		}
		if err != nil {
			t.Fatal(err)
		}
		c.Release()
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

func gz(t testing.TB, members ...[]byte) []byte {
	var out bytes.Buffer
	for _, b := range members {
		z := gzip.NewWriter(&out)
		if _, err := z.Write(b); err != nil {
			t.Fatal(err)
		}
		z.Close()
	}
	return out.Bytes()
}

func zst(t testing.TB, members ...[]byte) []byte {
	z, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	var out []byte
	for _, b := range members {
		out = z.EncodeAll(b, out)
	}
	return out
}

// onlyReader is standard input that is no file.
type onlyReader struct{ io.Reader }

func TestFormats(t *testing.T) {
	for _, format := range []string{CSV, Parquet} {
		formatstest.Run(t, formatstest.Format{
			Name: format,
			Read: func(t *testing.T, stored []byte) formats.Reader {
				var r formats.Reader
				var err error
				switch format {
				case CSV:
					r, err = csvio.NewReader(bytes.NewReader(stored), "list", csvio.Options{BlockSize: 512, Header: csvio.HeaderYes})
				case Parquet:
					r, err = parquetio.Open(bytes.NewReader(stored), int64(len(stored)), "list", parquetio.Options{})
				}
				if err != nil {
					t.Fatal(err)
				}
				return r
			},
			Write: func(t *testing.T, w io.Writer, src formats.Reader, extra []string) formats.Writer {
				var out formats.Writer
				var err error
				switch own := src.(type) {
				case *csvio.Reader:
					out, err = csvio.NewWriter(w, src.Schema(), csvio.WriterOptions{Dialect: own.Dialect(), HeaderBytes: own.HeaderBytes(), Extra: extra})
				case *parquetio.Reader:
					out, err = parquetio.NewWriter(w, src.Schema(), parquetio.WriterOptions{Like: own, Extra: extra})
				default:
					out, err = NewListWriter(w, format, src.Schema(), WriterOptions{Extra: extra})
				}
				if err != nil {
					t.Fatal(err)
				}
				return out
			},
		})
	}
}

// TestOpen reads the same rows in every format, stored in every way, from files,
// standard input that is a file, and pipes.
func TestOpen(t *testing.T) {
	rows := formatstest.Rows(300, 5)
	dir := t.TempDir()
	for _, c := range []struct {
		name   string
		stored []byte
		format string
		how    string
	}{
		{"l.csv", render(t, CSV, "", rows), CSV, "none"},
		{"l.tsv", render(t, TSV, "", rows), TSV, "none"},
		{"l.csv.gz", gz(t, render(t, CSV, "", rows)), CSV, "gzip"},
		{"two_members.gz", gz(t, render(t, CSV, "", rows)[:5000], render(t, CSV, "", rows)[5000:]), CSV, "gzip"},
		{"l.csv.zst", zst(t, render(t, CSV, "", rows)[:5000], render(t, CSV, "", rows)[5000:]), CSV, "zstd"},
		{"l.parquet", render(t, Parquet, "", rows), Parquet, "none"},
		{"l.parquet.zst", zst(t, render(t, Parquet, "", rows)), Parquet, "zstd"},
		{"l.arrows", render(t, Arrow, "x.arrows", rows), Arrow, "none"},
		{"l.arrow", render(t, Arrow, "x.arrow", rows), Arrow, "none"},
		{"l.arrows.gz", gz(t, render(t, Arrow, "", rows)), Arrow, "gzip"},
		{"l.arrow.gz", gz(t, render(t, Arrow, "x.arrow", rows)), Arrow, "gzip"},
	} {
		path := filepath.Join(dir, c.name)
		if err := os.WriteFile(path, c.stored, 0o600); err != nil {
			t.Fatal(err)
		}
		for _, via := range []string{"file", "stdin_file", "pipe", "reader"} {
			t.Run(c.name+"/"+via, func(t *testing.T) {
				o := Options{SpoolDir: dir, CSV: csvio.Options{BlockSize: 700}}
				paths := []string{path}
				name := path
				if via != "file" {
					paths, name = []string{"-"}, "stdin"
				}
				switch via {
				case "stdin_file":
					f, err := os.Open(path)
					if err != nil {
						t.Fatal(err)
					}
					defer f.Close()
					o.Stdin = f
				case "pipe":
					r, w, err := os.Pipe()
					if err != nil {
						t.Fatal(err)
					}
					defer r.Close()
					go func() {
						w.Write(c.stored)
						w.Close()
					}()
					o.Stdin = r
				case "reader":
					o.Stdin = onlyReader{bytes.NewReader(c.stored)}
				}
				s, err := Open(context.Background(), paths, o)
				if err != nil {
					t.Fatal(err)
				}
				defer s.Close()
				if got := formatstest.All(t, s); !slices.EqualFunc(got, rows, slices.Equal[[]string]) {
					t.Errorf("%d rows, want %d, or others", len(got)-1, len(rows)-1)
				}
				sum := sha256.Sum256(c.stored)
				info := s.Infos()[0]
				if info.SHA256 != hex.EncodeToString(sum[:]) || info.Bytes != int64(len(c.stored)) ||
					info.Compression != c.how || info.Name != name || info.Rows != 300 {
					t.Errorf("info %+v", info)
				}
				if s.Format() != c.format {
					t.Errorf("format %s, want %s", s.Format(), c.format)
				}
				if s.BytesRead() != int64(len(c.stored)) {
					t.Errorf("%d bytes read of %d", s.BytesRead(), len(c.stored))
				}
				if want := int64(len(c.stored)); (via == "file" || via == "stdin_file") && s.TotalBytes() != want {
					t.Errorf("%d bytes in total, want %d", s.TotalBytes(), want)
				}
			})
		}
	}
	left, _ := filepath.Glob(filepath.Join(dir, ".sluice-spool-*"))
	if len(left) > 0 {
		t.Errorf("spools left behind: %v", left)
	}
}

// TestChain reads a directory of many files in several formats as one list.
func TestChain(t *testing.T) {
	rows := formatstest.Rows(400, 9)
	dir := t.TempDir()
	var want [][]string
	want = append(want, rows[0])
	for i := range 40 {
		part := append([][]string{rows[0]}, rows[1+10*i:11+10*i]...)
		want = append(want, part[1:]...)
		ext := []string{".csv", ".parquet", ".arrow", ".csv.gz"}[i%4]
		name := filepath.Join(dir, fmt.Sprintf("part-%02d%s", i, ext))
		format, how := FormatOf(name)
		b := render(t, format, strings.TrimSuffix(name, ".gz"), part)
		if how != "" {
			b = gz(t, b)
		}
		if err := os.WriteFile(name, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, junk := range []string{".hidden.csv", "manifest.json", "_SUCCESS"} {
		if err := os.WriteFile(filepath.Join(dir, junk), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, digest := range []string{"sha256", "xxh64"} {
		s, err := Open(context.Background(), []string{dir}, Options{Digest: digest})
		if err != nil {
			t.Fatal(err)
		}
		// Hold every chunk to the end: files must be readable that long.
		var chunks []formats.Chunk
		for {
			c, err := s.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			chunks = append(chunks, c)
		}
		got := [][]string{s.Schema().Names()}
		for _, c := range chunks {
			views, err := c.Decode(nil, []int{0, 1, 2, 3})
			if err != nil {
				t.Fatal(err)
			}
			for i := range c.Len() {
				got = append(got, []string{string(views[0].At(i)), string(views[1].At(i)), string(views[2].At(i)), string(views[3].At(i))})
			}
			c.Release()
		}
		if !slices.EqualFunc(got, want, slices.Equal[[]string]) {
			t.Errorf("%d rows, want %d, or others", len(got)-1, len(want)-1)
		}
		infos := s.Infos()
		if len(infos) != 40 {
			t.Fatalf("%d inputs, want 40", len(infos))
		}
		for _, info := range infos {
			b, _ := os.ReadFile(info.Name)
			if digest == "xxh64" && info.XXH64 != fmt.Sprintf("%016x", xxhash.Sum64(b)) || digest == "sha256" && info.XXH64 != "" {
				t.Errorf("%s: digests %q, %q", info.Name, info.SHA256, info.XXH64)
			}
		}
		if s.BytesRead() != s.TotalBytes() {
			t.Errorf("%d bytes read of %d", s.BytesRead(), s.TotalBytes())
		}
		if err := s.Verify(); err != nil {
			t.Error(err)
		}
		s.Close()
	}
}

// TestErrors says what is wrong with inputs, and what would help.
func TestErrors(t *testing.T) {
	dir := t.TempDir()
	put := func(name string, b []byte) string {
		p := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(p), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return p
	}
	rows := formatstest.Rows(500, 1)
	list := render(t, CSV, "", rows)
	good := put("good.csv", list)
	other := put("other.csv", []byte("name,mail,country,note\na,b@c.example,DE,\n"))
	zipped, frame := gz(t, list), zst(t, list)
	for _, c := range []struct {
		name  string
		paths []string
		o     Options
		want  string
	}{
		{"missing", []string{filepath.Join(dir, "nope.csv")}, Options{}, "no such file"},
		{"no match", []string{filepath.Join(dir, "n*.csv")}, Options{}, "no file matches"},
		{"bad pattern", []string{filepath.Join(dir, "[.csv")}, Options{}, "malformed"},
		{"empty directory", []string{filepath.Dir(put("sub/readme.md", nil))}, Options{}, "no list"},
		{"empty file", []string{good, put("empty.csv", nil)}, Options{}, "empty"},
		{"twice", []string{good, filepath.Join(dir, "g*.csv")}, Options{}, "twice"},
		{"columns", []string{good, other}, Options{}, `"email"`},
		{"not parquet", []string{good}, Options{From: Parquet}, "parquet"},
		{"format", []string{good}, Options{From: "xlsx"}, "xlsx"},
		{"digest", []string{good}, Options{Digest: "md5"}, "md5"},
		{"gzip cut", []string{put("cut.gz", zipped[:len(zipped)-4])}, Options{}, "cut short"},
		{"gzip damaged", []string{put("bad.gz", flip(zipped, len(zipped)-6))}, Options{}, "damaged gzip"},
		{"gzip and more", []string{put("more.gz", append(bytes.Clone(zipped), "tail"...))}, Options{}, "gzip"},
		{"zstd cut", []string{put("cut.zst", frame[:len(frame)-4])}, Options{}, "cut short"},
		{"zstd damaged", []string{put("bad.zst", flip(frame, len(frame)-2))}, Options{}, "damaged zstd"},
		{"twice compressed", []string{put("gz.gz", gz(t, zipped))}, Options{}, "compressed twice"},
		{"inflates", []string{put("big.gz", zipped)}, Options{MaxInflated: 1000}, "1000 bytes"},
		{"spool", []string{put("big.parquet.gz", gz(t, render(t, Parquet, "", rows)))}, Options{MaxSpool: 1000}, "1000 bytes"},
		{"spool dir", []string{filepath.Join(dir, "big.parquet.gz")}, Options{SpoolDir: filepath.Join(dir, "nodir")}, "spool"},
	} {
		s, err := Open(context.Background(), c.paths, c.o)
		if err == nil {
			for err == nil {
				var chunk formats.Chunk
				if chunk, err = s.Next(); err == nil {
					chunk.Release()
				}
			}
			s.Close()
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", c.name, err, c.want)
		}
		var fe *formats.Error
		if errors.As(err, &fe) && fe.Hint == "" && c.name != "not parquet" {
			t.Errorf("%s: no hint with %v", c.name, err)
		}
	}
}

func flip(b []byte, i int) []byte {
	b = bytes.Clone(b)
	b[i] ^= 0x55
	return b
}

// TestChanged fails a run whose input is written to, or replaced, while it is read.
func TestChanged(t *testing.T) {
	for _, format := range []string{CSV, Parquet, Arrow} {
		for _, how := range []string{"append", "touch", "replace"} {
			path := filepath.Join(t.TempDir(), "list."+format)
			b := render(t, format, path, formatstest.Rows(100, 2))
			if err := os.WriteFile(path, b, 0o600); err != nil {
				t.Fatal(err)
			}
			s, err := Open(context.Background(), []string{path}, Options{})
			if err != nil {
				t.Fatal(err)
			}
			switch how {
			case "append":
				f, _ := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
				f.WriteString("x")
				f.Close()
			case "touch":
				err = os.Chtimes(path, time.Unix(1, 0), time.Unix(1, 0))
			case "replace":
				err = errors.Join(os.Rename(path, path+".old"), os.WriteFile(path, b, 0o600))
			}
			if err != nil {
				t.Fatal(err)
			}
			for err == nil {
				var c formats.Chunk
				if c, err = s.Next(); err == nil {
					c.Release()
				}
			}
			var fe *formats.Error
			if !errors.As(err, &fe) || fe.Code != "changed" {
				t.Errorf("%s, %s: error %v, want one with code changed", format, how, err)
			}
			s.Close()
		}
	}
}

// TestCancel ends a read that waits for a pipe to say more.
func TestCancel(t *testing.T) {
	r, w := io.Pipe()
	defer w.Close()
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		io.WriteString(w, "email,b\n"+strings.Repeat("a@b.example,c\n", 100_000))
		cancel() // and never an end
	}()
	s, err := Open(ctx, []string{"-"}, Options{Stdin: r})
	for err == nil {
		var c formats.Chunk
		if c, err = s.Next(); err == nil {
			c.Release()
		}
	}
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
}

// TestConvert carries a list through every pair of formats.
func TestConvert(t *testing.T) {
	rows := formatstest.Rows(200, 3)
	dir := t.TempDir()
	names := []string{"l.csv", "l.tsv", "l.parquet", "l.arrow", "l.arrows", "l.csv.gz", "l.tsv.zst", "l.arrows.gz"}
	for _, from := range names {
		format, how := FormatOf(from)
		path := filepath.Join(dir, from)
		b := render(t, format, path, rows)
		if how != "" && detect(b) != map[string]kind{"gzip": kindGzip, "zstd": kindZstd}[how] {
			t.Fatalf("%s is not compressed", from)
		}
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		for _, to := range names {
			format, _ := FormatOf(to)
			var first []byte
			for _, block := range []int{300, 1 << 20} {
				s, err := Open(context.Background(), []string{path}, Options{CSV: csvio.Options{BlockSize: block}, Arrow: arrowio.Options{ChunkRows: block}})
				if err != nil {
					t.Fatal(err)
				}
				var out bytes.Buffer
				w, err := NewWriter(&out, format, s, WriterOptions{Path: to})
				if err != nil {
					t.Fatal(err)
				}
				copyAll(t, w, s)
				s.Close()
				if first == nil {
					first = out.Bytes()
				} else if !bytes.Equal(first, out.Bytes()) {
					t.Errorf("%s to %s: the output depends on the size of blocks", from, to)
				}
				if to == from && format != Arrow && how == "" && !bytes.Equal(out.Bytes(), b) {
					t.Errorf("%s: a copy in the same format differs", from)
				}
			}
			s, err := Open(context.Background(), []string{"-"}, Options{Stdin: onlyReader{bytes.NewReader(first)}, SpoolDir: dir})
			if err != nil {
				t.Fatalf("%s to %s: %v", from, to, err)
			}
			if got := formatstest.All(t, s); !slices.EqualFunc(got, rows, slices.Equal[[]string]) {
				t.Errorf("%s to %s: other rows", from, to)
			}
			s.Close()
		}
	}
}

// TestSpool reads what was spooled at every offset, finds none of it on the disk, and
// no name that leads to it.
func TestSpool(t *testing.T) {
	plain := bytes.Repeat([]byte("wanda@widgets.example,"), 100)
	dir := t.TempDir()
	s, err := newSpool(bytes.NewReader(plain), dir, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for off := range 70 {
		for _, n := range []int{0, 1, 15, 16, 17, 100} {
			got := make([]byte, n)
			if _, err := s.ReadAt(got, int64(off)); err != nil || !bytes.Equal(got, plain[off:off+n]) {
				t.Fatalf("%d bytes at %d: %v, or others than were written", n, off, err)
			}
		}
	}
	raw := make([]byte, len(plain))
	if _, err := s.f.ReadAt(raw, 0); err != nil || bytes.Contains(raw, []byte("widgets")) {
		t.Errorf("plain text in the spool (%v)", err)
	}
	if names, _ := os.ReadDir(dir); len(names) > 0 {
		t.Errorf("the spool has a name: %s", names[0].Name())
	}
	if info, err := s.f.Stat(); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, want 0600", info.Mode())
	}
}

func TestFormatOf(t *testing.T) {
	for path, want := range map[string][2]string{
		"a.csv": {CSV, ""}, "A.CSV.GZ": {CSV, "gzip"}, "a.tsv.zst": {TSV, "zstd"}, "d/a.parquet": {Parquet, ""},
		"a.arrows": {Arrow, ""}, "a.feather": {Arrow, ""}, "a.ipc": {Arrow, ""}, "a": {"", ""}, "-": {"", ""}, "a.gz": {"", "gzip"},
	} {
		if format, how := FormatOf(path); format != want[0] || how != want[1] {
			t.Errorf("%s: %q, %q, want %q", path, format, how, want)
		}
	}
}

// FuzzInflate reads damaged gzip and zstd: an error, or what was compressed.
func FuzzInflate(f *testing.F) {
	plain := []byte("email,name\nwanda@widgets.example,Wanda\ngus@gadgets.example,Gus\n")
	f.Add(gz(f, plain))
	f.Add(zst(f, plain))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := Open(context.Background(), nil, Options{Stdin: onlyReader{bytes.NewReader(b)}, MaxInflated: 1 << 20, MaxSpool: 1 << 20})
		if err != nil {
			return
		}
		defer s.Close()
		for err == nil {
			var c formats.Chunk
			if c, err = s.Next(); err == nil {
				c.Release()
			}
		}
	})
}

// TestChainConvert writes chains of inputs, alike and mixed, in every format.
func TestChainConvert(t *testing.T) {
	rows := formatstest.Rows(120, 4)
	for _, exts := range [][]string{{".parquet", ".parquet", ".parquet"}, {".parquet", ".csv", ".arrow"},
		{".arrow", ".arrows", ".parquet"}, {".csv", ".tsv", ".arrow"}} {
		dir := t.TempDir()
		var paths []string
		for i, ext := range exts {
			p := filepath.Join(dir, fmt.Sprint(i)+ext)
			format, _ := FormatOf(p)
			part := append([][]string{rows[0]}, rows[1+40*i:41+40*i]...)
			if err := os.WriteFile(p, render(t, format, p, part), 0o600); err != nil {
				t.Fatal(err)
			}
			paths = append(paths, p)
		}
		for _, to := range []string{"", CSV, TSV, Parquet, Arrow} {
			s, err := Open(context.Background(), paths, Options{})
			if err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			w, err := NewWriter(&out, to, s, WriterOptions{})
			if err != nil {
				t.Fatal(err)
			}
			copyAll(t, w, s)
			s.Close()
			back, err := Open(context.Background(), nil, Options{Stdin: onlyReader{&out}, SpoolDir: dir})
			if err != nil {
				t.Fatalf("%v to %s: %v", exts, to, err)
			}
			if got := formatstest.All(t, back); !slices.EqualFunc(got, rows, slices.Equal[[]string]) {
				t.Errorf("%v to %s: %d rows, want %d, or others", exts, to, len(got)-1, len(rows)-1)
			}
			back.Close()
		}
	}
}
