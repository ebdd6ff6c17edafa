package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/parquet-go/parquet-go"

	"sluice/formats/anyio"
	"sluice/formats/column"
	"sluice/pipeline/manifest"
)

// A shardCase is a list in some form, in one file or several, and how it is screened.
type shardCase struct {
	files []string // paths
	args  []string
}

// screenShards screens the case whole and in n shards, in order, merges the manifests, and
// returns the directories of both, each with out/manifest.json.
func (c *shardCase) screenShards(t *testing.T, whole string, n int) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if _, err := os.Stat(filepath.Join(whole, "manifest.json")); err != nil {
		c.screen(t, whole, "", "")
	}
	merge := []string{"manifest", "merge", "-o", filepath.Join(dir, "manifest.json")}
	for i := 1; i <= n; i++ {
		c.screen(t, dir, fmt.Sprintf("%d/%d", i, n), "-{shard}")
		merge = append(merge, filepath.Join(dir, fmt.Sprintf("manifest-%d-of-%d.json", i, n)))
	}
	mustRun(t, merge...)
	return dir
}

// screen screens into dir; names of outputs get a suffix.
func (c *shardCase) screen(t *testing.T, dir, shard, suffix string) {
	t.Helper()
	args := append([]string{"screen"}, c.files...)
	ext := filepath.Ext(strings.TrimSuffix(strings.TrimSuffix(c.files[0], ".gz"), ".zst"))
	for flag, name := range map[string]string{"-o": "kept" + suffix + ext, "--rejects": "rejects" + suffix + ".csv", "--quarantine": "quarantine" + suffix + ".csv",
		"--decisions": "decisions" + suffix + ".csv", "-m": "manifest" + suffix + ".json"} {
		args = append(args, flag, filepath.Join(dir, name))
	}
	if shard != "" {
		args = append(args, "--shard", shard)
	}
	mustRun(t, append(append(args, c.args...), "-q")...)
}

func mustRun(t *testing.T, args ...string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if code := run(context.Background(), args, strings.NewReader(""), &stdout, &stderr); code != exitOK {
		t.Fatalf("%q: exit code %d: %s%s", args, code, stderr.String(), stdout.String())
	}
}

// compare wants the outputs of n shards to hold, one after the other, what one run wrote,
// and the merged manifest to say the same.
func (c *shardCase) compare(t *testing.T, whole, dir string, n int) {
	t.Helper()
	kept, err := filepath.Glob(filepath.Join(whole, "kept.*"))
	if err != nil || len(kept) != 1 {
		t.Fatal(kept, err)
	}
	for _, name := range []string{filepath.Base(kept[0]), "rejects.csv", "quarantine.csv", "decisions.csv"} {
		stem, ext, _ := strings.Cut(name, ".")
		want := plainRows(t, filepath.Join(whole, name))
		var got []byte
		for i := 1; i <= n; i++ {
			got = append(got, plainRows(t, filepath.Join(dir, fmt.Sprintf("%s-%d-of-%d.%s", stem, i, n, ext)))...)
		}
		if !bytes.Equal(got, want) {
			at := firstDifference(string(got), string(want))
			t.Fatalf("%d shards: %s differs at byte %d:\n got  %q\n want %q", n, stem, at, clipAround(got, at), clipAround(want, at))
		}
	}
	one, all := readManifest(t, whole), readManifest(t, dir)
	counts := func(s *manifest.Statement) []any {
		p := s.Predicate
		for i := range p.Lists {
			p.Lists[i].File = filepath.Base(p.Lists[i].File)
		}
		return []any{p.Accounting, p.Reasons, p.Flags, p.Lists, p.Columns, p.DataMap, p.Policy.SHA256, p.Tool, p.NotChecked, p.Index.Entries}
	}
	if a, b := counts(one), counts(all); !reflect.DeepEqual(a, b) {
		x, _ := json.Marshal(a)
		y, _ := json.Marshal(b)
		t.Fatalf("%d shards: the manifests differ:\n got  %s\n want %s", n, y, x)
	}
	mustRun(t, "verify", filepath.Join(dir, "manifest.json"), "--inputs")
	mustRun(t, "verify", dir)
	if left, _ := filepath.Glob(filepath.Join(dir, ".sluice*")); len(left) > 0 {
		t.Errorf("merging left %v", left)
	}
}

func clipAround(b []byte, at int) []byte { return b[max(0, at-80):min(len(b), at+80)] }

func readManifest(t *testing.T, dir string) *manifest.Statement {
	t.Helper()
	s, err := manifest.ReadFile(filepath.Join(dir, "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// plainRows returns a list behind its header: of plain text the bytes, of anything else the
// cells.
func plainRows(t *testing.T, path string) []byte {
	t.Helper()
	if strings.HasSuffix(path, ".csv") && !strings.Contains(path, "utf16") {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		_, rows, _ := bytes.Cut(data, []byte("\n"))
		return rows
	}
	src, err := anyio.Open(context.Background(), []string{path}, anyio.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	var cols []int
	for i := range src.Schema().Fields {
		cols = append(cols, i)
	}
	var out []byte
	for {
		chunk, err := src.Next()
		if err == io.EOF {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		views, err := chunk.Decode(nil, cols)
		if err != nil {
			t.Fatal(err)
		}
		for i := range chunk.Len() {
			for _, v := range views {
				out = fmt.Appendf(out, "%q ", v.At(i))
			}
			out = append(out, '\n')
		}
		chunk.Release()
	}
}

// shardRow is a row of tortureHeader.
type shardRow struct {
	Name    string `parquet:"name"`
	Email   string `parquet:"email"`
	Company string `parquet:"company"`
	Website string `parquet:"website"`
	Phone   string `parquet:"phone"`
	Profile string `parquet:"linkedin_url"`
	Other   string `parquet:"second_email"`
	Notes   string `parquet:"notes"`
}

// repeated is a list of n distinct records, most of which come more than once.
func repeated(seed uint64, n int) string {
	r := rand.New(rand.NewPCG(seed, 3))
	var b strings.Builder
	b.WriteString(tortureHeader)
	for range 3 * n {
		k := r.IntN(n)
		fmt.Fprintf(&b, "Person %d,%s@kelpfoods.com,,kelpfoods.com,,,,\"note, %d\"\n", k, []string{"p" + fmt.Sprint(k), "P" + fmt.Sprint(k), "gone", "x y"}[min(3, r.IntN(40))], r.IntN(3))
	}
	return b.String()
}

// shardLists writes a list in every form that is cut in a way of its own.
func shardLists(t *testing.T, seed uint64) map[string]*shardCase {
	t.Helper()
	dir := t.TempDir()
	put := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	random, plain := randomList(seed, 150), repeated(seed, 100)
	random += strings.TrimPrefix(random, tortureHeader) + "\n\n\n" + strings.TrimPrefix(plain, tortureHeader) + "\n \n\n"
	cases := map[string]*shardCase{
		"random csv": {files: []string{put("random.csv", []byte(random))}, args: []string{"--delimiter", ","}},
		"files": {files: []string{put("1.csv", []byte(plain)), put("2.csv", []byte(tortureHeader)), put("3.csv", []byte(random)),
			put("4.csv", []byte(repeated(seed, 5))), put("5.csv", []byte(tortureHeader+"\n\n"))}, args: []string{"--delimiter", ","}},
		"dedupe off": {files: []string{put("off.csv", []byte(plain))}, args: []string{"--dedupe", "off"}},
		"arrow":      {files: []string{inPieces(t, dir, plain, "list.arrow", "arrow")}},
		"stream":     {files: []string{inPieces(t, dir, plain, "list.arrows", "arrow"), inPieces(t, dir, repeated(seed+1, 50), "more.arrow", "arrow")}},
		"parquet":    {files: []string{put("list.parquet", parquetPieces(t, plain))}},
		"gzip":       {files: []string{inPieces(t, dir, plain, "list.csv.gz", "csv"), put("more.csv", []byte(repeated(seed, 30)))}},
	}
	for i, l := range tortureLists {
		path := put(fmt.Sprintf("suppress%d.txt", i+1), []byte(l.text))
		for _, c := range cases {
			c.args = append(c.args, "-s", l.class+"="+path)
		}
	}
	return cases
}

// inPieces writes a list of text in another form, in chunks of a few rows.
func inPieces(t *testing.T, dir, text, name, format string) string {
	t.Helper()
	from, to := filepath.Join(t.TempDir(), "list.csv"), filepath.Join(dir, name)
	if err := os.WriteFile(from, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	o := anyio.Options{}
	o.CSV.BlockSize = 1500
	src, err := anyio.Open(context.Background(), []string{from}, o)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	file, err := os.Create(to)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	w, err := anyio.NewWriter(file, format, src, anyio.WriterOptions{Path: to})
	if err != nil {
		t.Fatal(err)
	}
	for {
		chunk, err := src.Next()
		if err == io.EOF {
			break
		}
		var commit func() error
		if err == nil {
			commit, err = w.Encode(chunk, column.All(chunk.Len()), nil)
		}
		if err == nil {
			err = commit()
		}
		if err != nil {
			t.Fatal(err)
		}
		chunk.Release()
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return to
}

// parquetPieces returns a list of text as Parquet, in row groups of a few rows.
func parquetPieces(t *testing.T, text string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := parquet.NewGenericWriter[shardRow](&out)
	for i, r := range oracleSplit(text, ',') {
		if i == 0 {
			continue
		}
		c := r.cells
		_, err := w.Write([]shardRow{{c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7]}})
		if err == nil && i%23 == 0 {
			err = w.Flush()
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestShardsAreTheWhole: whatever the form of a list and the number of shards, they write
// what one run does, under the same numbers, and count the same. With SLUICE_ORACLE_SEEDS
// set, for that many lists and up to seven shards.
func TestShardsAreTheWhole(t *testing.T) {
	t.Parallel()
	seeds, counts := oracleRandomSeeds(t), []int{1, 2, 3, 4, 5, 6, 7}
	if os.Getenv("SLUICE_ORACLE_SEEDS") == "" {
		seeds, counts = 1, []int{2, 5}
	}
	for seed := range seeds {
		for name, c := range shardLists(t, seed) {
			t.Run(fmt.Sprint(name, " ", seed), func(t *testing.T) {
				whole := t.TempDir()
				for _, n := range counts {
					c.compare(t, whole, c.screenShards(t, whole, n), n)
				}
			})
		}
	}
}

// TestShardsAtOnce starts the shards backwards, so that all but the first have to wait, and
// runs one of them again.
func TestShardsAtOnce(t *testing.T) {
	t.Parallel()
	c := shardLists(t, 5)["random csv"]
	whole, dir := t.TempDir(), t.TempDir()
	c.screen(t, whole, "", "")
	const n = 4
	var wg sync.WaitGroup
	for i := n; i >= 1; i-- {
		wg.Go(func() { c.screen(t, dir, fmt.Sprintf("%d/%d", i, n), "-{shard}") })
	}
	wg.Wait()
	c.screen(t, dir, "3/4", "-{shard}")
	merge := []string{"manifest", "merge", "-o", filepath.Join(dir, "manifest.json")}
	for _, i := range []int{3, 1, 4, 2} {
		merge = append(merge, filepath.Join(dir, fmt.Sprintf("manifest-%d-of-%d.json", i, n)))
	}
	mustRun(t, merge...)
	c.compare(t, whole, dir, n)
}

// TestMergeTellsAlteredShards: what was done to a shard's manifest, or to one of its files,
// shows in verifying the merged one.
func TestMergeTellsAlteredShards(t *testing.T) {
	c := shardLists(t, 6)["files"]
	for _, name := range []string{"manifest-2-of-3.json", "kept-3-of-3.csv", "rejects-1-of-3.csv"} {
		dir := c.screenShards(t, t.TempDir(), 3)
		path := filepath.Join(dir, name)
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		data[len(data)/2] ^= 1
		if err := errors.Join(os.WriteFile(path, data, 0o600)); err != nil {
			t.Fatal(err)
		}
		var out, stderr bytes.Buffer
		code := run(context.Background(), []string{"verify", filepath.Join(dir, "manifest.json")}, strings.NewReader(""), &out, &stderr)
		if code != exitVerify || !strings.Contains(out.String(), name) {
			t.Errorf("%s altered: exit code %d: %s%s", name, code, out.String(), stderr.String())
		}
	}
}
