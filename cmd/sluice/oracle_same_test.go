package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"sluice/bench/corpus"
	"sluice/formats/anyio"
	"sluice/formats/column"
	"sluice/pipeline"
	"sluice/pipeline/manifest"
	"sluice/screen/address"
)

// runBlocks is run with a block size, which is no flag of the command.
func (c *oracleCase) runBlocks(t *testing.T, dir string, workers, blockSize int) *oracleOutputs {
	t.Helper()
	ctx := context.Background()
	p := &program{stdin: strings.NewReader(""), stdout: io.Discard, stderr: io.Discard, logFormat: "text", getenv: func(string) string { return "" }}
	s := &screening{p: p}
	args := c.write(t, dir)
	s.inputs, s.dedupe, s.progress, s.quiet, s.workers, s.started = args[1:2], "on", "off", true, workers, time.Now()
	s.header, s.digest, s.keys = "auto", "sha256", c.keys
	paths := map[string]*string{"-o": &s.output, "--rejects": &s.rejects, "--quarantine": &s.quarantine, "--decisions": &s.decisions, "-m": &s.manifest, "--alias-domains": &s.aliases}
	for i := 2; i < len(args); i += 2 {
		if args[i] == "-s" {
			s.suppress = append(s.suppress, args[i+1])
		} else {
			*paths[args[i]] = args[i+1]
		}
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	job := pipeline.Job{Workers: workers, FormName: func(f uint8) string { return address.Form(f).String() }, Progress: &s.counts}
	must(s.check(&job))
	var err error
	s.lists, err = s.load(ctx, s.started, "")
	must(err)
	reading, err := s.reading(p)
	must(err)
	reading.CSV.BlockSize = blockSize
	s.source, err = anyio.Open(ctx, s.inputs, reading)
	must(err)
	sample, err := sampleOf(s.source)
	must(err)
	must(s.open(&job, sample))
	defer s.outputs.Abort()
	result, err := pipeline.Run(ctx, job)
	must(err)
	written, err := s.outputs.Finish()
	must(err)
	statement, err := s.record(result, written)
	must(err)
	data, err := statement.Marshal()
	must(err)
	must(s.outputs.Publish(data))
	o := &oracleOutputs{dir: dir}
	o.read(t)
	return o
}

// timeless is a manifest without what may differ between two runs.
func timeless(t *testing.T, s manifest.Statement) string {
	t.Helper()
	s.Predicate.Run, s.Predicate.Chain = manifest.Run{}, manifest.Chain{}
	data, err := json.MarshalIndent(s, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestSameBytes: the same bytes come out at any number of workers and any block size.
func TestSameBytes(t *testing.T) {
	t.Parallel()
	planted, _ := plantedCase(t, oracleDefaultRows/3)
	for name, c := range map[string]*oracleCase{
		"torture": {list: tortureList("\r\n"), comma: ',', lists: tortureLists, aliases: tortureAliases},
		"corpus":  planted,
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir() // one for all, because the names of files are in the reports
			var want *oracleOutputs
			for _, workers := range []int{1, 2, 7} {
				for _, block := range []int{64, 3_000, 1 << 20} {
					got := c.runBlocks(t, dir, workers, block)
					if want == nil {
						want = got
						continue
					}
					for name, pair := range map[string][2][]byte{"kept": {got.kept, want.kept}, "rejects": {got.rejects, want.rejects},
						"quarantine": {got.quarantine, want.quarantine}, "decisions": {got.decisions, want.decisions},
						"manifest": {[]byte(timeless(t, got.manifest)), []byte(timeless(t, want.manifest))}} {
						if !bytes.Equal(pair[0], pair[1]) {
							i := firstDifference(string(pair[0]), string(pair[1]))
							t.Errorf("%d workers, blocks of %d: %s differs at byte %d:\n got  %q\n want %q", workers, block, name, i,
								pair[0][max(0, i-80):min(len(pair[0]), i+80)], pair[1][max(0, i-80):min(len(pair[1]), i+80)])
						}
					}
				}
			}
		})
	}
}

// TestSameAnswerAcrossFormats: a list in any format is screened alike.
func TestSameAnswerAcrossFormats(t *testing.T) {
	list := corpus.Options{Seed: 21, Rows: oracleDefaultRows / 3, Clean: true}
	var b strings.Builder
	if err := corpus.WriteCSV(&b, list); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	for _, row := range tortureRows { // name, e-mail, website, telephone, profile, second address and notes
		b.Reset()
		w := csv.NewWriter(&b)
		w.Write([]string{row[0], "", row[1], "", row[2], row[3], "", row[6], row[4], row[5], row[7]})
		w.Flush()
		text += b.String()
	}
	c := corpusCase(t, 21, list.Rows)
	c.list, c.lists = text, append(c.lists, tortureLists...)
	want := c.run(t)
	wantRows := oracleSplit(string(want.kept), ',')
	source := filepath.Join(want.dir, "list.csv")

	for _, f := range []struct{ format, path string }{
		{"csv", "list.csv"}, {"csv", "list.csv.gz"}, {"tsv", "list.tsv"}, {"tsv", "list.tsv.zst"},
		{"parquet", "list.parquet"}, {"arrow", "list.arrow"}, {"arrow", "list.arrows"},
	} {
		t.Run(f.path, func(t *testing.T) {
			dir := t.TempDir()
			converted := filepath.Join(dir, f.path)
			convert(t, source, converted, f.format, "")
			args := c.write(t, dir)
			args[1] = converted
			args = append(args, "--to", "csv")
			var stderr bytes.Buffer
			if code := run(context.Background(), args, strings.NewReader(""), io.Discard, &stderr); code != exitOK {
				t.Fatalf("exit code %d: %s", code, stderr.String())
			}
			got := &oracleOutputs{dir: dir}
			got.read(t)
			sameLines(t, "decisions", string(got.decisions), string(want.decisions))
			rows := oracleSplit(string(got.kept), ',')
			if len(rows) != len(wantRows) {
				t.Errorf("%d rows are kept, want %d", len(rows), len(wantRows))
			}
			for i := range min(len(rows), len(wantRows)) {
				if !slices.Equal(rows[i].cells, wantRows[i].cells) {
					t.Fatalf("row %d that is kept: got %q, want %q", i, rows[i].cells, wantRows[i].cells)
				}
			}
			g, w := &got.manifest.Predicate, &want.manifest.Predicate
			if g.Accounting != w.Accounting || fmt.Sprint(g.Reasons, g.Flags) != fmt.Sprint(w.Reasons, w.Flags) {
				t.Errorf("other counts: %+v, want %+v", g.Accounting, w.Accounting)
			}
		})
	}
}

// convert writes a list in another format; an empty codec is the usual one.
func convert(t *testing.T, from, to, format, codec string) {
	t.Helper()
	src, err := anyio.Open(context.Background(), []string{from}, anyio.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	file, err := os.Create(to)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	w, err := anyio.NewWriter(file, format, src, anyio.WriterOptions{Path: to, Codec: codec})
	if err != nil {
		t.Fatal(err)
	}
	for {
		chunk, err := src.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		commit, err := w.Encode(chunk, column.All(chunk.Len()), nil)
		if err == nil && commit != nil {
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
}

// sameLines compares texts line by line and shows the first few that differ.
func sameLines(t *testing.T, what, got, want string) {
	t.Helper()
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	if len(g) != len(w) {
		t.Errorf("%s: %d lines, want %d", what, len(g), len(w))
	}
	shown := 0
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] && shown < 5 {
			shown++
			t.Errorf("%s, line %d: got %s, want %s", what, i+1, g[i], w[i])
		}
	}
}
