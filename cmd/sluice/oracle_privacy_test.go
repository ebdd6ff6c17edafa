package main

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// secret is part of every cell of a planted row, and of nothing else.
const secret = "qzxvkj"

// planted are the records of people who asked to be forgotten or objected, their
// addresses spelt in many ways and found in all sorts of places. %s is the address.
var planted = []string{
	"@N,@N,%s,@N,@N,https://@n.com,@N,@N,@N,@N,@N\n",
	"@N,@N,@U,@N,@N,https://@n.com,@N,@N,@N,@N,@N\n",
	"@N,@N,@N <%s>,@N,@N,@n.com/@N,@N,@N,@N,@N,@N\n",
	"@N,@N,mailto:%s,@N,@N,@n.com,@N,@N,@N,@N,@N\n",
	"@N,@N,@T,@N,@N,@n.com,@N,@N,@N,@N,@N\n",
	"@N,@N,other@n.com,@N,@N,@n.com,@N,@N,@N,@N,\"=@N write to %s, or call\"\n",
	"@N,@N,other@n.com,@N,@N,@n.com,@N,@N,@N,%s,@N\n",
	"@N,@N,\"other@n.com, %s\",@N,@N,@n.com,@N,@N,@N,@N,@N\n",
	"@N,@N,@N,@N,@N,%s,@N,@N,@N,@N,@N\n",
	"@N,@N,%s,@N,@N\n",                                  // ragged
	"@N,@N,%s,@N \"quoted\",@N,@n.com,@N,@N,@N,@N,@N\n", // a bare quote
	"@N,@N,%s,@N,\"@N\"x,@n.com,@N,@N,@N,@N,@N\n",
	"@N,\"@N,%s,@N\n",
	"@N,@N,%s,@N,@N,@n.com,@N,@N,@N,@N,caf\xe9@N\n",
	"@N,@N,%s,@N,@N,@n.com,@N,@N,@N,@N,\x00@N\n",
	"@N,@N,%s,@N,@N,facebook.com/@N,@N,@N,@N,@N,@N\n",
	"@N,@N,%s,@N,@N,n/a,@N,@N,@N,@N,@N\n",
	"@N,@N,%s,@N,@N,@n.com,@N,@N,@N,@N,\"two\nlines @N\"\n",
}

// plantedRow is record i of the planted ones and the address in it.
func plantedRow(i int) (record, address string) {
	id := fmt.Sprintf("%s%d", secret, i)
	address = fmt.Sprintf("%s.person@%s.com", id, id)
	upper := strings.ToUpper(address)
	tagged := strings.Replace(address, "@", "+tag@", 1)
	record = strings.NewReplacer("%s", address, "@N", id, "@n", "@"+id, "@U", upper, "@T", tagged).Replace(planted[i%len(planted)])
	return strings.ReplaceAll(record, "https://@", "https://"), address
}

// plantedCase is a synthetic list with planted rows in it.
func plantedCase(t *testing.T, rows int64) (*oracleCase, int) {
	c := corpusCase(t, 11, rows)
	var list, erased, objected strings.Builder
	n := 0
	for k, r := range oracleSplit(c.list, ',') {
		list.WriteString(r.raw)
		if k%20 != 0 || r.broken {
			continue
		}
		record, address := plantedRow(n)
		list.WriteString(record)
		if n++; n%3 == 0 {
			objected.WriteString(address + "\n")
		} else {
			erased.WriteString(hex.EncodeToString([]byte(oracleSHA1(address))) + "\n")
		}
	}
	c.list = list.String()
	c.lists = append([]oracleFile{{"erasure", erased.String()}, {"objection", objected.String()}}, c.lists...)
	return c, n
}

// A watcher looks through directories for something that may not be there.
type watcher struct {
	dirs   []string
	tokens []string // lower case

	looks int
	files map[string]bool
	found map[string]bool
}

func (w *watcher) look() {
	w.looks++
	for _, dir := range w.dirs {
		filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return nil // it may be gone by now
			}
			w.files[path] = true
			data, _ := os.ReadFile(path)
			w.scan(path, data)
			return nil
		})
	}
}

func (w *watcher) scan(name string, data []byte) {
	data = bytes.ToLower(data)
	for _, s := range append(w.tokens, name) {
		if strings.Contains(s, secret) && s == name || bytes.Contains(data, []byte(s)) && s != name {
			w.found[name] = true
		}
	}
}

// TestSealedLeaveNoTrace: of people who asked to be forgotten, or objected, nothing is
// in any output, report, message or temporary file, while the run lasts and after it.
func TestSealedLeaveNoTrace(t *testing.T) {
	// Lists in formats other than text are not compressed, so that one can look into them.
	formats := map[string]string{"parquet list": "parquet", "arrow list": "arrow", "arrow stream": "arrows"}
	for name, args := range map[string][]string{
		"parquet list": {"--to", "parquet"},
		"arrow list":   {"--to", "arrow"},
		"arrow stream": {"--to", "arrow", "--annotate"},
		"screened":     nil,
		"reported":     {"--rejects-content"},
		"annotated":    {"--annotate"},
		"one by one":   {"-j", "1"},
		"json":         {"--log-format", "json", "--progress", "on"},
		"parquet":      {"--to", "parquet"},
		"arrow":        {"--to", "arrow"},
		"failed":       {"--max-errors", "1"},
		"refused":      {"--website-column", "no such column"},
	} {
		t.Run(name, func(t *testing.T) {
			c, n := plantedCase(t, oracleDefaultRows/3)
			c.args = args
			dir, tmp := t.TempDir(), t.TempDir()
			t.Setenv("TMPDIR", tmp)
			cmd := c.write(t, dir)
			if f := formats[name]; f != "" {
				cmd[1] = filepath.Join(dir, "list."+f)
				convert(t, filepath.Join(dir, "list.csv"), cmd[1], strings.TrimSuffix(f, "s"), "none")
			}
			w := &watcher{dirs: []string{filepath.Join(dir, "out"), tmp}, tokens: []string{secret}, files: map[string]bool{}, found: map[string]bool{}}
			for i := range n {
				_, address := plantedRow(i)
				w.tokens = append(w.tokens, hex.EncodeToString([]byte(oracleSHA1(address))))
			}
			digests := w.tokens
			w.tokens = w.tokens[:1] // while it runs, look fast
			done := make(chan struct{})
			var wg sync.WaitGroup
			wg.Go(func() {
				for {
					w.look()
					select {
					case <-done:
						return
					default:
					}
				}
			})
			var stdout, stderr bytes.Buffer
			code := run(context.Background(), cmd, strings.NewReader(""), &stdout, &stderr)
			close(done)
			wg.Wait()
			w.tokens = digests
			w.look()
			w.scan("standard output", stdout.Bytes())
			w.scan("standard error", stderr.Bytes())
			for f := range w.found {
				t.Errorf("%s holds something of a sealed row", f)
			}
			if entries, _ := os.ReadDir(tmp); len(entries) > 0 {
				t.Errorf("%d temporary files are left", len(entries))
			}
			switch name {
			case "failed", "refused":
				if code == exitOK {
					t.Error("the run succeeded")
				}
				return
			}
			if code != exitOK {
				t.Fatalf("exit code %d: %s", code, stderr.String())
			}
			o := &oracleOutputs{dir: dir}
			o.read(t)
			if formats[name] != "" {
				n = n * 2 / 3 // the broken ones could not be converted
				if !bytes.Contains(o.kept, []byte("Head of Sales")) {
					t.Error("the kept list cannot be looked into")
				}
			}
			if a := o.manifest.Predicate.Accounting; a.Sealed < int64(n) {
				t.Errorf("%d rows are sealed, want at least the %d planted", a.Sealed, n)
			}
			t.Logf("looked %d times at %d files", w.looks, len(w.files))
		})
	}
}
