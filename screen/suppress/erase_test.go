package suppress

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"sluice/screen/address"
)

// keysOf returns the keys of all forms of an address.
func keysOf(addr string) (keys []Key) {
	var p address.Parser
	var a address.Parsed
	p.Parse([]byte(addr), &a)
	keys = append(keys, AddressKey(a.Canon))
	for _, alt := range p.Alternates([]byte(addr), bytes.Clone(a.Canon), a.Info, address.DefaultForms) {
		keys = append(keys, AddressKey(alt.Text))
	}
	return keys
}

// eraser returns an Eraser for Jane, who has two addresses.
func eraser() *Eraser {
	return NewEraser([][]Key{keysOf(jane), keysOf("Jane.Doe+x@gmail.com")})
}

// erasures are lists and what is left of them without Jane. The lines of June stay.
var erasures = []struct{ name, list, want string }{
	{"nothing to do", "june@widgets.example\n" + juneHex + "\n", ""},
	{"a line", "june@widgets.example\njane@widgets.example\nw.com\n", "june@widgets.example\nw.com\n"},
	{"spellings", "JANE@Widgets.Example\n Jane Doe <jane@widgets.example>;\nmailto:jane@widgets.example\n\"jane@widgets.example\"\njane@widgets\u200b.example\n" +
		"jane＠widgets.example\njane+news@widgets.example\nemail=jane@widgets.example\nx\n", "x\n"},
	{"gmail", "jane.doe@gmail.com\njanedoe@gmail.com\nj.a.n.e.doe+y@gmail.com\njanedo@gmail.com\n", "janedo@gmail.com\n"},
	{"a digest stays", janeHex + "\njane@widgets.example\n", janeHex + "\n"},
	{"crlf, no last line break", "june@widgets.example\r\njane@widgets.example", "june@widgets.example\r\n"},
	{"cr", "june@widgets.example\rjane@widgets.example\rw.com\r", "june@widgets.example\rw.com\r"},
	{"a comment", "# list of jane@widgets.example\n# of 2026\nw.com\n", "# of 2026\nw.com\n"},
	{"a comment with an escape", "# https://x.example/?e=jane%40widgets.example\nw.com\n", "w.com\n"},
	{"a count", "# count: 2\njane@widgets.example\njune@widgets.example\n", "# count: 1\njune@widgets.example\n"},
	{"a count of many", "# Entries = 10\n" + strings.Repeat("june@widgets.example\n", 9) + "jane@widgets.example\n",
		"# Entries = 9\n" + strings.Repeat("june@widgets.example\n", 9)},
	{"a checksum", sealedText("# count: 2\njane@widgets.example\njune@widgets.example\n") + "# the end\n",
		sealedText("# count: 1\njune@widgets.example\n") + "# the end\n"},
	{"a canary", "# canary: " + janeHex + "\n# canary: june@widgets.example\njane@widgets.example\njune@widgets.example\n",
		"# canary: june@widgets.example\njune@widgets.example\n"},
	{"a canary that stays", "# canary: " + janeHex + "\njane@widgets.example\n" + janeHex + "\n", "# canary: " + janeHex + "\n" + janeHex + "\n"},
	{"a canary in full", "# canary: jane@widgets.example\njane@widgets.example\njune@widgets.example\n", "june@widgets.example\n"},
	{"others on the line", "jane@widgets.example; June <june@widgets.example>, joan@widgets.example\nw.com\nw.com\n",
		"june@widgets.example joan@widgets.example\nw.com\nw.com\n"},
	{"a profile", "https://www.linkedin.com/in/joan-doe?e=jane%40widgets.example\nw.com\n", "https://www.linkedin.com/in/joan-doe\nw.com\n"},
	{"a profile in columns", "linkedin,name\n\"https://www.linkedin.com/in/joan-doe?e=jane%40widgets.example\",J\nlinkedin.com/in/x,X\n",
		"linkedin,name\nhttps://www.linkedin.com/in/joan-doe,\nlinkedin.com/in/x,X\n"},

	{"columns", "email,name,since\njane@widgets.example,Jane,2026\njune@widgets.example,June,2025\n", "email,name,since\njune@widgets.example,June,2025\n"},
	{"quotes", "name;email\n\"Doe; Jane\";\"jane@widgets.example\"\n\"June\";\"june@widgets.example\"\n", "name;email\n\"June\";\"june@widgets.example\"\n"},
	{"several lines", "email,note\njune@widgets.example,\"of\n\"\"June\"\"\"\njane@widgets.example,\"of\nJane\"\n", "email,note\njune@widgets.example,\"of\n\"\"June\"\"\"\n"},
	{"in a note of another", "email,name,note\njune@widgets.example,June,\"ask jane@widgets.example, or Joan\"\n", "email,name,note\njune@widgets.example,,\n"},
	{"two addresses", "email,email,name\njane@widgets.example,june@widgets.example,J\n", "email,email,name\n,june@widgets.example,\n"},
	{"two of one person", "email,email,name\njane@widgets.example,Jane.Doe+x@gmail.com,J\nw@w.com,,\n", "email,email,name\nw@w.com,,\n"},
	{"her digest beside", "email,sha1,name\njane@widgets.example," + janeHex + ",J\njune@widgets.example,,J\n", "email,sha1,name\njune@widgets.example,,J\n"},
	{"her telephone beside", "email,phone,name\njane@widgets.example,\"+49 30 123456\",Jane\njune@widgets.example,,J\n",
		"email,phone,name\n,\"+49 30 123456\",\njune@widgets.example,,J\n"},
	{"her company beside", "email,domain,name\njane@widgets.example,widgets.example,Jane\njune@widgets.example,,J\n", "email,domain,name\njune@widgets.example,,J\n"},
	{"several in a cell", "email,name\njane@widgets.example june@widgets.example,J\nw@w.com,\n", "email,name\njune@widgets.example,\nw@w.com,\n"},
	{"one who may be written to", "channels.email.address,channels.email.subscribestatus\njane@widgets.example,subscribed\njune@widgets.example,unsubscribed\n",
		"channels.email.address,channels.email.subscribestatus\njune@widgets.example,unsubscribed\n"},
	{"a header", "email,of jane@widgets.example\njune@widgets.example,1\n", "email,\njune@widgets.example,1\n"},
	{"sep", "sep=;\r\nemail;name\r\njane@widgets.example;J\r\njune@widgets.example;J\r\n", "sep=;\r\nemail;name\r\njune@widgets.example;J\r\n"},
}

// TestErase erases Jane from lists in every encoding and compression, twice.
func TestErase(t *testing.T) {
	for _, test := range erasures {
		for _, coding := range codings {
			t.Run(test.name+"/"+coding.name, func(t *testing.T) {
				if coding.name == "windows-1252" && (strings.ContainsAny(test.list, "\u200b＠") || test.name == "cr") ||
					coding.name != "utf-8" && strings.Contains(test.list, "sha256: ") {
					t.Skip("cannot be written so, or is hashed in another way")
				}
				path := filepath.Join(t.TempDir(), "list")
				stored := coding.encode(t, test.list)
				at := time.Date(2026, 3, 1, 2, 3, 4, 0, time.UTC)
				if err := errors.Join(os.WriteFile(path, stored, 0o640), os.Chtimes(path, at, at)); err != nil {
					t.Fatal(err)
				}
				for round := range 2 {
					got, err := eraser().Erase(context.Background(), path)
					if err != nil {
						t.Fatal(err)
					}
					now, _ := os.ReadFile(path)
					if test.want == "" && !bytes.Equal(now, stored) {
						t.Errorf("the file was changed, to %q", coding.decode(t, now))
					}
					if changed := test.want != "" && round == 0; got.Changed() != changed {
						t.Errorf("round %d: changed %v: %+v", round, !changed, got)
					}
					if text := coding.decode(t, now); test.want != "" && text != test.want {
						t.Errorf("round %d: left\n%q, want\n%q", round, text, test.want)
					}
					if info, _ := os.Stat(path); !info.ModTime().Equal(at) || info.Mode().Perm() != 0o640 {
						t.Errorf("the file is %v of %v", info.Mode(), info.ModTime())
					}
				}
			})
		}
	}
}

// A coding is a way in which a text is stored.
type coding struct {
	name   string
	encode func(*testing.T, string) []byte
	decode func(*testing.T, []byte) string
}

var codings = func() (all []coding) {
	add := func(name string, encode func(string) ([]byte, error), decode func([]byte) ([]byte, error)) {
		all = append(all, coding{name, func(t *testing.T, s string) []byte {
			b, err := encode(s)
			if err != nil {
				t.Fatal(err)
			}
			return b
		}, func(t *testing.T, b []byte) string {
			s, err := decode(b)
			if err != nil {
				t.Fatal(err)
			}
			return string(s)
		}})
	}
	same := func(b []byte) ([]byte, error) { return b, nil }
	add("utf-8", func(s string) ([]byte, error) { return []byte(s), nil }, same)
	add("gzip", func(s string) ([]byte, error) { return []byte(gz(s)), nil }, func(b []byte) ([]byte, error) {
		r, err := gzip.NewReader(bytes.NewReader(b))
		if err != nil {
			return nil, err
		}
		var out bytes.Buffer
		_, err = out.ReadFrom(r)
		return out.Bytes(), err
	})
	add("zstd", func(s string) ([]byte, error) { return []byte(zst(s)), nil }, func(b []byte) ([]byte, error) {
		r, _ := zstd.NewReader(nil)
		return r.DecodeAll(b, nil)
	})
	utf16 := unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	add("utf-16", func(s string) ([]byte, error) { return utf16.NewEncoder().Bytes([]byte(s)) },
		func(b []byte) ([]byte, error) { return utf16.NewDecoder().Bytes(b) })
	add("utf-16le without mark", func(s string) ([]byte, error) { return []byte(utf16le(s)), nil },
		unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewDecoder().Bytes)
	add("windows-1252", func(s string) ([]byte, error) { return charmap.Windows1252.NewEncoder().Bytes([]byte("# café\n" + s)) },
		func(b []byte) ([]byte, error) {
			b, err := charmap.Windows1252.NewDecoder().Bytes(b)
			return bytes.TrimPrefix(b, []byte("# café\n")), err
		})
	return all
}()

// TestEraseChecksumUTF16 redoes the checksum of a text that is hashed in UTF-8: loading it
// again checks it.
func TestEraseChecksumUTF16(t *testing.T) {
	text := "\ufeffjane@widgets.example\njune@widgets.example\n"
	path := filepath.Join(t.TempDir(), "list")
	sum := strings.TrimPrefix(sealedText("\xff\xfe"+text[3:]), "\xff\xfe")
	os.WriteFile(path, []byte("\xff\xfe"+utf16le(sum)), 0o600)
	if got, err := eraser().Erase(context.Background(), path); err != nil || got.Records != 1 {
		t.Fatalf("%+v, %v", got, err)
	}
	var b Builder
	if info, err := b.AddFile(context.Background(), ListSpec{Path: path}); err != nil || info.Total() != 1 {
		t.Errorf("%d entries: %v", info.Total(), err)
	}
}

// TestEraseRefuses names lists that cannot be rewritten; none is changed.
func TestEraseRefuses(t *testing.T) {
	for _, test := range []struct{ name, list, want string }{
		{"damaged", "# count: 3\njane@widgets.example\njune@widgets.example\n", "the comment counts 3 entries, the list has 2"},
		{"cut", gz("jane@widgets.example\n")[:30], "ends in the middle of its gzip data"},
		{"json", `[{"email": "x@w.com", "by": "jane\u0040widgets.example"}]`, "holds an address that is to be erased, and is json"},
		{"xml", "<blacklist><entry who='jane@widgets.example'/></blacklist>", "and is mapp"},
		{"xml with a charset", "<?xml version='1.0' encoding='iso-8859-1'?><blacklist><email>JANE@widgets.example</email></blacklist>", "and is mapp"},
		{"archive", "PK\x03\x04 and so on", "is an archive, in which nobody can be erased"},
		{"parquet", "PAR1 and so on", "is a Parquet file"},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "list")
			os.WriteFile(path, []byte(test.list), 0o600)
			_, err := eraser().Erase(context.Background(), path)
			var bad *ListError
			if !errors.As(err, &bad) || !strings.Contains(err.Error(), test.want) || bad.Path != path {
				t.Errorf("error %v, want one that holds %q", err, test.want)
			}
			if now, _ := os.ReadFile(path); string(now) != test.list {
				t.Error("the file was changed")
			}
		})
	}
	t.Run("another name", func(t *testing.T) {
		dir := t.TempDir()
		path := filepath.Join(dir, "list")
		os.WriteFile(path, []byte("jane@widgets.example\n"), 0o600)
		os.Link(path, filepath.Join(dir, "backup"))
		if _, err := eraser().Erase(context.Background(), path); err == nil || !strings.Contains(err.Error(), "has another name") {
			t.Error(err)
		}
	})
	t.Run("structured without her", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "list")
		os.WriteFile(path, []byte(`[{"email": "x@w.com"}]`), 0o600)
		if got, err := eraser().Erase(context.Background(), path); err != nil || got.Changed() {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

// TestEraseAdds adds digests behind the last entry, those that are not there yet.
func TestEraseAdds(t *testing.T) {
	for _, test := range []struct{ name, list, want string }{
		{"empty", "", janeHex + "\n" + juneHex + "\n"},
		{"one is there", "JUNE@widgets.example\n", "JUNE@widgets.example\n" + janeHex + "\n"},
		{"in place of the address", "jane@widgets.example\nw.com\n", "w.com\n" + janeHex + "\n" + juneHex + "\n"},
		{"in place of the last", "w.com\r\njane@widgets.example", "w.com\r\n" + janeHex + "\r\n" + juneHex + "\r\n"},
		{"no last line break", "w.com", "w.com\n" + janeHex + "\n" + juneHex + "\n"},
		{"before what says of it", sealedText("# count: 1\nw.com\n"), sealedText("# count: 3\nw.com\n" + janeHex + "\n" + juneHex + "\n")},
		{"comments", "# of 2026", "# of 2026\n" + janeHex + "\n" + juneHex + "\n"},
		{"columns", "name,sha1,day\nx," + juneHex + ",1\n", "name,sha1,day\nx," + juneHex + ",1\n," + janeHex + ",\n"},
		{"header only", "name,sha1,day\n", "name,sha1,day\n," + janeHex + ",\n," + juneHex + ",\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "list")
			os.WriteFile(path, []byte(test.list), 0o600)
			for range 2 {
				if _, err := eraser().Erase(context.Background(), path, Key(janeSum), AddressKey([]byte(june))); err != nil {
					t.Fatal(err)
				}
				if now, _ := os.ReadFile(path); string(now) != test.want {
					t.Errorf("left\n%q, want\n%q", now, test.want)
				}
			}
		})
	}
}

// TestEraseStops stops at every step and wants the old file or the new one, nothing else
// that has the address, and the same end after another call.
func TestEraseStops(t *testing.T) {
	const list, want = "june@widgets.example\njane@widgets.example\n", "june@widgets.example\n"
	stop := errors.New("stopped")
	for n := 0; ; n++ {
		dir := t.TempDir()
		path := filepath.Join(dir, "list")
		os.WriteFile(path, []byte(list), 0o600)
		os.WriteFile(path+".canary", []byte(janeHex+"\n"+juneHex+"\n"), 0o600)
		os.WriteFile(stagedName(path), []byte("left by a killed process"), 0o600)
		e, steps := eraser(), 0
		e.step = func(string, string) error {
			if steps++; steps > n {
				return stop
			}
			return nil
		}
		_, err := e.Erase(context.Background(), path)
		done := err == nil
		if err != nil && !errors.Is(err, stop) {
			t.Fatal(err)
		}
		if now, _ := os.ReadFile(path); string(now) != list && string(now) != want {
			t.Errorf("after %d steps: %q", n, now)
		}
		if _, err := eraser().Erase(context.Background(), path); err != nil {
			t.Fatal(err)
		}
		files := map[string]string{}
		filepath.WalkDir(dir, func(p string, d fs.DirEntry, _ error) error {
			if !d.IsDir() {
				text, _ := os.ReadFile(p)
				files[d.Name()] = string(text)
			}
			return nil
		})
		if diff := cmp.Diff(map[string]string{"list": want, "list.canary": juneHex + "\n"}, files); diff != "" {
			t.Errorf("after %d steps and another call: %s", n, diff)
		}
		if done {
			return
		}
	}
}

// TestEraseBefore leaves a list as it was if what is called before says so.
func TestEraseBefore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "list")
	os.WriteFile(path, []byte("jane@widgets.example\njane@widgets.example\nJaneDoe@gmail.com\n"), 0o600)
	e, no := eraser(), errors.New("no")
	e.Before(func(got *Erased) error {
		if got.Records != 3 || got.Subjects[0] != 2 || got.Subjects[1] != 1 || !got.Empty || len(got.SHA256) != 64 {
			t.Errorf("%+v", got)
		}
		return no
	})
	if _, err := e.Erase(context.Background(), path); err != no {
		t.Error(err)
	}
	if entries, _ := os.ReadDir(filepath.Dir(path)); len(entries) != 1 {
		t.Errorf("%d files", len(entries))
	}
}

// FuzzErase erases Jane from anything that loads as a list. Every entry of others is still
// there, no domain is new, lines without an at sign are as they were, and another call has
// nothing to do.
func FuzzErase(f *testing.F) {
	for _, test := range erasures {
		f.Add([]byte(test.list))
		f.Add([]byte(utf16le(test.list)))
	}
	for _, c := range accepted {
		f.Add([]byte(strings.ReplaceAll(c.text, june, jane)))
	}
	path := filepath.Join(f.TempDir(), "list")
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > 1<<14 || os.WriteFile(path, text, 0o600) != nil {
			return
		}
		before := indexed(t, path)
		if before == nil {
			return
		}
		got, err := eraser().Erase(context.Background(), path)
		var bad *ListError
		if err != nil && !errors.As(err, &bad) && !strings.Contains(err.Error(), "in its encoding") {
			t.Fatalf("%v", err)
		}
		if err != nil {
			return
		}
		if again, err := eraser().Erase(context.Background(), path); err != nil || again.Changed() || len(again.Subjects) > 0 {
			t.Fatalf("again: %+v, %v", again, err)
		}
		if !got.Changed() {
			return
		}
		left, _ := os.ReadFile(path)
		after := indexed(t, path)
		if after == nil {
			t.Fatalf("%q became %q, which does not load", text, left)
		}
		gone := janes(text)
		for i := range before.keys {
			if k := before.keys[i]; after.Lookup(&k) == 0 && !gone[k] {
				t.Errorf("%q became %q, which has lost an entry", text, left)
			}
		}
		for i := range after.domains.len() {
			if before.domains.lookup(after.domains.name(i)) == 0 {
				t.Errorf("%q became %q, which has a domain more", text, left)
			}
		}
		if !bytes.ContainsAny(text, "\"\r\x00") && bytes.IndexByte(text, 0x1f) < 0 {
			rest := plainLines(left)
			for _, line := range plainLines(text) {
				i := slices.Index(rest, line)
				if i < 0 {
					t.Fatalf("%q became %q, without a line that holds no address", text, left)
				}
				rest = rest[i+1:]
			}
		}
	})
}

// indexed compiles the list at path, or returns nil.
func indexed(t *testing.T, path string) *Index {
	var b Builder
	if _, err := b.AddFile(context.Background(), ListSpec{Path: path, Allow: map[Code]string{NoEntries: "-", BadLines: "-", Canary: "-"}}); err != nil {
		return nil
	}
	x, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// janes are the keys of entries that hold Jane's address, as a line or between delimiters.
func janes(text []byte) map[Key]bool {
	e, all, r := eraser(), map[Key]bool{}, newReader()
	for _, s := range e.keys {
		all[s.Key] = true
	}
	var v value
	note := func(cell []byte) {
		if r.read(cell, anyRole, &v); v.verdict == keyed && e.in(cell) && (v.kind == Address || e.in(unasked(cell))) {
			all[v.key] = true
		}
	}
	for _, enc := range []string{"", "utf-16le", "utf-16be", "windows-1252"} {
		decoded := text
		if enc != "" {
			decoded, _ = encodingNamed(enc).NewDecoder().Bytes(text)
		}
		for line := range bytes.FieldsFuncSeq(decoded, func(c rune) bool { return c == '\n' || c == '\r' }) {
			note(line)
			for _, delim := range delimiters {
				d := dialect{delim: delim, eol: '\n'}
				for _, c := range d.cells(nil, line) {
					note(c)
				}
			}
		}
	}
	return all
}

// plainLines are the lines that cannot hold an address, nor say anything of the list.
func plainLines(text []byte) (all []string) {
	for line := range bytes.Lines(text) {
		if !mayHold(line) && !isComment(line) {
			all = append(all, string(bytes.TrimRight(line, "\n")))
		}
	}
	return all
}
