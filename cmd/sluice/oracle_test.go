package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding"

	"sluice/bench/corpus"
	"sluice/pipeline/manifest"
)

// An oracleCase is a list and the suppression lists it is screened against.
type oracleCase struct {
	list    string
	comma   byte
	lists   []oracleFile
	aliases string
	args    []string // further arguments of the command

	encoding encoding.Encoding // of the file; UTF-8 if nil

	keys bool // with a key file
}

type oracleFile struct{ class, text string }

// oracleOutputs is all that a run left.
type oracleOutputs struct {
	dir                                  string
	kept, rejects, quarantine, decisions []byte
	keys                                 []byte // nil if there is none
	manifest                             manifest.Statement
	stderr                               string
}

var oracleTime = time.Date(2026, time.January, 2, 3, 4, 5, 0, time.UTC)

// write puts the case's files into a directory and returns the command's arguments.
func (c *oracleCase) write(t testing.TB, dir string) []string {
	t.Helper()
	put := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, oracleTime, oracleTime); err != nil { // it is in the manifest
			t.Fatal(err)
		}
		return path
	}
	args := []string{"screen", put("list.csv", c.encoded(c.list))}
	for i, l := range c.lists {
		args = append(args, "-s", l.class+"="+put(fmt.Sprintf("suppress%d.txt", i+1), l.text))
	}
	if c.aliases != "" {
		args = append(args, "--alias-domains", put("aliases.txt", c.aliases))
	}
	out := func(name string) string { return filepath.Join(dir, "out", name) }
	if err := os.MkdirAll(out(""), 0o700); err != nil {
		t.Fatal(err)
	}
	args = append(args, "-o", out("kept.csv"), "--rejects", out("rejects.csv"), "--quarantine", out("quarantine.csv"),
		"--decisions", out("decisions.csv"), "-m", out("manifest.json"))
	return append(args, c.args...)
}

func (c *oracleCase) encoded(text string) string {
	if c.encoding == nil {
		return text
	}
	s, err := c.encoding.NewEncoder().String(text)
	if err != nil {
		panic(err) // the test's own text
	}
	return s
}

func (c *oracleCase) decoded(t testing.TB, data []byte) []byte {
	if c.encoding == nil {
		return data
	}
	b, err := c.encoding.NewDecoder().Bytes(data)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// run screens the case with the command.
func (c *oracleCase) run(t testing.TB) *oracleOutputs {
	t.Helper()
	o := &oracleOutputs{dir: t.TempDir()}
	var stdout, stderr bytes.Buffer
	if code := run(context.Background(), c.write(t, o.dir), strings.NewReader(""), &stdout, &stderr); code != exitOK {
		t.Fatalf("exit code %d: %s", code, stderr.String())
	}
	o.stderr = stderr.String()
	if stdout.Len() > 0 {
		t.Errorf("%d bytes on standard output", stdout.Len())
	}
	o.read(t)
	return o
}

func (o *oracleOutputs) read(t testing.TB) {
	t.Helper()
	for name, to := range map[string]*[]byte{"kept.csv": &o.kept, "rejects.csv": &o.rejects, "quarantine.csv": &o.quarantine, "decisions.csv": &o.decisions} {
		data, err := os.ReadFile(filepath.Join(o.dir, "out", name))
		if err != nil {
			t.Fatal(err)
		}
		*to = data
	}
	o.keys, _ = os.ReadFile(filepath.Join(o.dir, "out", "kept.csv.keys"))
	data, err := os.ReadFile(filepath.Join(o.dir, "out", "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &o.manifest); err != nil {
		t.Fatal(err)
	}
}

// check screens the case with the command and the oracle and compares all they say.
func (c *oracleCase) check(t *testing.T) {
	t.Helper()
	records := oracleSplit(c.list, c.comma)
	header, records := records[0], records[1:]
	o, err := newOracle(header.cells)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range c.lists {
		o.lists = append(o.lists, oracleLoad(l.class, l.text))
	}
	o.aliases = map[string][]string{}
	for line := range strings.Lines(c.aliases) {
		company, mails, _ := strings.Cut(line, ":")
		o.aliases[company] = strings.Fields(mails)
	}
	want := o.screen(records)
	got := c.run(t)

	m := &mismatches{T: t}
	m.decisions(got.decisions, want, records)
	if m.n > 0 {
		t.Fatalf("%d rows are decided otherwise", m.n)
	}
	if text := c.decoded(t, got.kept); c.encoded(string(text)) != string(got.kept) {
		t.Error("the kept list is written in another way than the list")
	}
	m.kept(c.decoded(t, got.kept), header.raw, want, records)
	for i := range records {
		records[i].offset = len(c.encoded(c.list[:records[i].offset]))
	}
	m.rejects(got.rejects, want, records)
	m.quarantine(c.decoded(t, got.quarantine), c.comma, header.cells, want, records)
	m.manifest(&got.manifest, want)
	if m.n > mismatchesShown {
		t.Errorf("%d mismatches in all", m.n)
	}
}

// mismatches shows the first few of many.
type mismatches struct {
	*testing.T
	n int
}

const mismatchesShown = 25

func (m *mismatches) addf(format string, args ...any) {
	m.Helper()
	if m.n++; m.n <= mismatchesShown {
		m.Errorf(format, args...)
	}
}

// table reads a report, checks its columns and returns its rows.
func (m *mismatches) table(data []byte, comma byte, columns ...string) [][]string {
	m.Helper()
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
	r.Comma, r.FieldsPerRecord = rune(comma), -1
	rows, err := r.ReadAll()
	if err != nil {
		m.Fatal(err)
	}
	if len(rows) == 0 || !slices.Equal(rows[0], columns) {
		m.Fatalf("columns %q, want %q", rows[:min(1, len(rows))], columns)
	}
	return rows[1:]
}

// oracleFlags are the flags that the oracle knows.
const oracleFlags = " alias_match formula_cell plus_tag role_account subdomain_match weak_listed "

func (m *mismatches) decisions(data []byte, want []oracleRow, records []oracleRecord) {
	m.Helper()
	rows := m.table(data, ',', "file", "row", "verdict", "reason", "reasons", "flags", "list", "form", "evidence")
	if len(rows) != len(want) {
		m.addf("%d decisions for %d rows", len(rows), len(want))
	}
	for i := range min(len(rows), len(want)) {
		got, w := rows[i], want[i]
		var flags []string
		for f := range strings.SplitSeq(got[5], "|") {
			if f != "" && strings.Contains(oracleFlags, " "+f+" ") && (w.sound || f == "formula_cell") {
				flags = append(flags, f)
			}
		}
		slices.Sort(flags)
		is := strings.Join(append(slices.Clone(got[:5]), strings.Join(flags, "|")), ",")
		should := strings.Join([]string{"1", strconv.Itoa(i + 1), w.verdict, w.reason, strings.Join(w.reasons, "|"), strings.Join(w.flags, "|")}, ",")
		if is != should {
			m.addf("row %d %.300q:\n got  %s\n want %s", i+1, records[i].raw, is, should)
		}
	}
}

func (m *mismatches) kept(data []byte, header string, want []oracleRow, records []oracleRecord) {
	m.Helper()
	var b strings.Builder
	if bytes.HasPrefix(data, []byte("\ufeff")) {
		b.WriteString("\ufeff")
	}
	b.WriteString(header)
	for i, w := range want {
		if w.verdict == "keep" {
			b.WriteString(records[i].raw)
		}
	}
	if got := string(data); got != b.String() {
		m.addf("the kept list has %d bytes, want %d, first difference at %d", len(got), b.Len(), firstDifference(got, b.String()))
	}
}

func firstDifference(a, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

func (m *mismatches) rejects(data []byte, want []oracleRow, records []oracleRecord) {
	m.Helper()
	rows := m.table(data, ',', "file", "row", "line", "offset", "verdict", "reason", "list", "detail")
	for i, w := range want {
		if w.verdict != "reject" {
			continue
		}
		if len(rows) == 0 {
			m.addf("row %d is not among the rejects", i+1)
			break
		}
		is := strings.Join(rows[0][1:6], ",")
		should := fmt.Sprintf("%d,%d,%d,%s,%s", i+1, records[i].line, records[i].offset, w.verdict, w.reason)
		if is != should || w.listed != (rows[0][6] != "") || filepath.Base(rows[0][0]) != "list.csv" {
			m.addf("rejects: got %q, want %s", rows[0], should)
		}
		rows = rows[1:]
	}
	if len(rows) > 0 {
		m.addf("%d more rejects than there should be", len(rows))
	}
}

func (m *mismatches) quarantine(data []byte, comma byte, header []string, want []oracleRow, records []oracleRecord) {
	m.Helper()
	width := len(header)
	rows := m.table(data, comma, append(slices.Clone(header), "sluice_file", "sluice_row", "sluice_line", "sluice_offset", "sluice_reason", "sluice_detail", "sluice_raw")...)
	for i, w := range want {
		if w.verdict != "quarantine" {
			continue
		}
		if len(rows) == 0 {
			m.addf("row %d is not in the quarantine", i+1)
			break
		}
		cells, raw := records[i].cells, ""
		if records[i].broken {
			cells = make([]string, width)
			if !w.listed {
				raw = strings.ToValidUTF8(strings.ReplaceAll(records[i].text(), "\r\n", "\n"), "\ufffd") // as encoding/csv has it
			}
		}
		should := slices.Clone(cells)
		for k := range should {
			should[k] = strings.ReplaceAll(should[k], "\r\n", "\n")
		}
		should = append(should, "list.csv", strconv.Itoa(i+1), strconv.Itoa(records[i].line), strconv.Itoa(records[i].offset), w.reason, "", raw)
		is := rows[0]
		rows = rows[1:]
		if len(is) == len(should) {
			is[width] = filepath.Base(is[width])
			is[width+5] = "" // the wording of details is not the oracle's to judge
		}
		if !slices.Equal(is, should) {
			m.addf("quarantine, row %d:\n got  %q\n want %q", i+1, is, should)
		}
	}
	if len(rows) > 0 {
		m.addf("%d more rows in the quarantine than there should be", len(rows))
	}
}

func (m *mismatches) manifest(s *manifest.Statement, want []oracleRow) {
	m.Helper()
	verdicts, reasons, flags := map[string]int64{}, map[string]int64{}, map[string]int64{}
	for _, w := range want {
		verdicts[w.verdict]++
		if w.reason != "" {
			reasons[w.reason+" "+w.verdict]++
		} else {
			for _, f := range w.flags {
				flags[f]++
			}
		}
	}
	p := &s.Predicate
	should := manifest.Accounting{Read: int64(len(want)), Kept: verdicts["keep"], Quarantined: verdicts["quarantine"], Rejected: verdicts["reject"], Sealed: verdicts["sealed"]}
	if p.Accounting != should {
		m.addf("accounting %+v, want %+v", p.Accounting, should)
	}
	for _, r := range p.Reasons {
		if key := r.Reason + " " + r.Verdict; r.Rows != reasons[key] {
			m.addf("manifest: %d rows for %s, want %d", r.Rows, key, reasons[key])
		}
		delete(reasons, r.Reason+" "+r.Verdict)
	}
	for key, n := range reasons {
		m.addf("manifest: no rows for %s, want %d", key, n)
	}
	for _, f := range p.Flags {
		if strings.Contains(oracleFlags, " "+f.Flag+" ") && f.Rows != flags[f.Flag] {
			m.addf("manifest: flag %s on %d rows, want %d", f.Flag, f.Rows, flags[f.Flag])
		}
		delete(flags, f.Flag)
	}
	for f, n := range flags {
		m.addf("manifest: flag %s on no row, want %d", f, n)
	}
	rows := map[string]int64{manifest.RoleKept: should.Kept, manifest.RoleQuarantine: should.Quarantined, manifest.RoleRejects: should.Rejected, manifest.RoleDecisions: should.Read}
	for _, out := range p.Outputs {
		if out.Rows != rows[out.Role] {
			m.addf("manifest: %d rows of %s, want %d", out.Rows, out.Role, rows[out.Role])
		}
	}
}

// oracleDefaultRows is the size of a list; lists that are screened often are smaller.
var oracleDefaultRows int64 = 7_000

// oracleRows is how many rows the lists of the big comparison have, and the seeds they are
// made with. Many rows are compared as many lists, because the oracle holds each in memory
// several times.
func oracleRows(t testing.TB) (n int64, seeds []uint64) {
	if s := os.Getenv("SLUICE_ORACLE_ROWS"); s != "" {
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			t.Fatal("SLUICE_ORACLE_ROWS: ", err)
		}
		lists := 1
		if s := os.Getenv("SLUICE_ORACLE_LISTS"); s != "" {
			if lists, err = strconv.Atoi(s); err != nil {
				t.Fatal("SLUICE_ORACLE_LISTS: ", err)
			}
		}
		for i := range lists {
			seeds = append(seeds, uint64(4+i))
		}
		return n, seeds
	}
	if testing.Short() {
		return 1_000, []uint64{1}
	}
	return oracleDefaultRows, []uint64{1, 2, 3}
}

// corpusCase is a synthetic list of n rows with suppression lists of several classes
// that hit some of them.
func corpusCase(t testing.TB, seed uint64, n int64) *oracleCase {
	t.Helper()
	list := corpus.Options{Seed: seed, Rows: n}
	var b strings.Builder
	if err := corpus.WriteCSV(&b, list); err != nil {
		t.Fatal(err)
	}
	c := &oracleCase{list: b.String(), comma: ','}
	for i, l := range []struct {
		class string
		kind  corpus.Kind
	}{{"opt_out", corpus.Mixed}, {"erasure", corpus.SHA1}, {"objection", corpus.Plain}, {"bounce", corpus.Mixed}, {"opt_out", corpus.Domain},
		{"do_not_sell", corpus.SHA1}, {"restriction", corpus.Plain}, {"automated_objection", corpus.SHA1}} {
		b.Reset()
		o := corpus.SuppressOptions{Seed: seed<<8 + uint64(i), Entries: n / 20, Kind: l.kind, List: list, Hits: 2000}
		if l.kind == corpus.Domain {
			o.Entries = n / 100
		}
		if err := corpus.WriteSuppress(&b, o); err != nil {
			t.Fatal(err)
		}
		c.lists = append(c.lists, oracleFile{l.class, sound(l.class, b.String())})
	}
	return c
}

// sound drops from a list whose every line has to be right those that are not.
func sound(class, text string) string {
	if class != "erasure" && class != "objection" {
		return text
	}
	var b strings.Builder
	for line := range strings.Lines(text) {
		if a := oracleCanon(line); !a.hasAt || a.status == "" {
			b.WriteString(line)
		}
	}
	return b.String()
}

// TestOracle: the command and the oracle say the same of every row. With
// SLUICE_ORACLE_ROWS set, of that many.
func TestOracle(t *testing.T) {
	t.Parallel()
	n, seeds := oracleRows(t)
	for _, seed := range seeds {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) { corpusCase(t, seed, n).check(t) })
	}
}
