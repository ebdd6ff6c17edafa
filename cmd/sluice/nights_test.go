//go:build unix

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"sluice/formats/anyio"
	"sluice/pipeline/manifest"
)

var nightsAreLong bool

// TestThirtyNights plays a month of an operator: lists are delivered, and every night
// people opt out, ask to be forgotten, and whole companies do; runs are killed, a backup
// is restored, the list of the forgotten is restored from one, a night is missed, and
// manifests and deliveries are tampered with. Each is caught, and what is delivered in
// the end is what a plain oracle says: a map of who may not be written to.
//
// SLUICE_NIGHTS_ROWS makes the lists longer than the 150 rows of each. Under the race
// detector it runs only if that is set: it would take minutes.
func TestThirtyNights(t *testing.T) {
	t.Parallel()
	if nightsAreLong && os.Getenv("SLUICE_NIGHTS_ROWS") == "" {
		t.Skip("the race detector makes the nights long")
	}
	rows := 150
	if n, err := strconv.Atoi(os.Getenv("SLUICE_NIGHTS_ROWS")); err == nil {
		rows = n
	}
	m := newMonth(t, rows)
	m.deliver()
	var longest time.Duration
	for night := 1; night <= 30; night++ {
		start := time.Now()
		m.day(night)
		switch night {
		case 5, 12, 22:
			m.killed(night)
		case 9:
			m.backUp()
		case 14:
			m.forgottenRestored(night)
		case 18:
			m.restored()
		case 25:
			m.tampered()
		case 26:
			m.alteredDelivery(night)
		case 30: // the night before it was missed
			time.Sleep(2*longest + time.Second)
		}
		m.sluice(exitOK, "", m.rescreen(night)...)
		m.again(night)
		m.compare(night)
		if night < 30 {
			longest = max(longest, time.Since(start))
		}
	}
	m.missed()
	m.newestTaken()
	m.nothingLeft()
}

// A month is the operator's directory and what the oracle knows.
type month struct {
	t    *testing.T
	dir  string
	rand *rand.Rand

	lists     [][]*prospect // as delivered, in order
	forgotten []*prospect   // by their own wish
	address   map[string]bool
	domain    map[string]bool
	manifests []string // in the order in which they were written
	newest    string   // digest, noted elsewhere
}

// A prospect is one row. The oracle knows who they are; sluice only what it reads.
type prospect struct {
	id                           int
	name, mail, website, company string
	other                        string // an address in the notes
}

// deliveries are the formats in which lists are delivered.
var deliveries = []string{"a.csv", "b.csv.gz", "c.parquet", "d.arrow", "e.csv"}

func newMonth(t *testing.T, rows int) *month {
	m := &month{t: t, dir: t.TempDir(), rand: rand.New(rand.NewPCG(11, 30)), address: map[string]bool{}, domain: map[string]bool{}}
	for _, dir := range []string{"lists", "nightly", "in"} {
		if err := os.Mkdir(filepath.Join(m.dir, dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for k := range deliveries {
		var list []*prospect
		for i := range rows {
			company := fmt.Sprintf("company%d-demo.com", m.rand.IntN(rows/3+1))
			p := &prospect{id: k*rows + i, company: company, website: "https://www." + company + "/",
				name: fmt.Sprintf("Person %d", k*rows+i), mail: fmt.Sprintf("person%d@%s", k*rows+i, company)}
			switch m.rand.IntN(10) {
			case 0:
				p.mail = fmt.Sprintf("Person%d@%s", p.id, strings.ToUpper(company))
			case 1:
				p.mail = fmt.Sprintf("person%d@mail.%s", p.id, company)
			case 2:
				p.other = fmt.Sprintf("assistant%d@other%d-demo.com", p.id, m.rand.IntN(50))
			}
			list = append(list, p)
		}
		m.lists = append(m.lists, list)
	}
	m.write("optouts.txt", "nobody@nowhere-demo.com\n")
	m.write("forgotten.sha1", "# class: erasure\n"+strings.Repeat("0", 40)+"\n")
	return m
}

func (m *month) path(name string) string { return filepath.Join(m.dir, name) }

func (m *month) write(name, text string) {
	m.t.Helper()
	if err := os.WriteFile(m.path(name), []byte(text), 0o600); err != nil {
		m.t.Fatal(err)
	}
}

// sluice runs the command in the month's directory, wants this exit code, and returns what
// it printed.
func (m *month) sluice(code int, stdin string, args ...string) string {
	m.t.Helper()
	var stdout, stderr bytes.Buffer
	if got := run(context.Background(), args, strings.NewReader(stdin), &stdout, &stderr); got != code {
		m.t.Fatalf("sluice %s: exit code %d, want %d:\n%s%s", strings.Join(args, " "), got, code, &stdout, &stderr)
	}
	return stdout.String() + stderr.String()
}

// given are the suppression lists of every run.
func (m *month) given() []string {
	return []string{"-s", m.path("optouts.txt"), "-s", "erasure=" + m.path("forgotten.sha1")}
}

func (m *month) manifest(night int) string { return m.path(fmt.Sprintf("nightly/n%02d.json", night)) }

func (m *month) rescreen(night int, more ...string) []string {
	args := append([]string{"rescreen", m.path("nightly"), "-q", "-m", m.manifest(night)}, m.given()...)
	return append(args, more...)
}

// deliver screens the lists for the first time.
func (m *month) deliver() {
	for k, name := range deliveries {
		var b strings.Builder
		b.WriteString("id,name,email,website,notes\n")
		for _, p := range m.lists[k] {
			fmt.Fprintf(&b, "%d,%s,%s,%s,%s\n", p.id, p.name, p.mail, p.website, p.other)
		}
		m.write("in/list.csv", b.String())
		args := []string{"screen", m.path("in/list.csv"), "-q", "--keys", "-o", m.path("lists/" + name), "-m", m.path("nightly/d" + name + ".json"), "--chain", m.path("nightly")}
		m.sluice(exitOK, "", append(args, m.given()...)...)
		m.compare(0)
	}
	os.RemoveAll(m.path("in"))
}

// day has people opt out and ask to be forgotten.
func (m *month) day(night int) {
	m.t.Helper()
	pick := func() *prospect { l := m.lists[m.rand.IntN(len(m.lists))]; return l[m.rand.IntN(len(l))] }
	old, err := os.ReadFile(m.path("optouts.txt"))
	if err != nil {
		m.t.Fatal(err)
	}
	text := string(old)
	for range 1 + m.rand.IntN(3) {
		p := pick()
		text += p.mail + "\n"
		m.address[strings.ToLower(p.mail)] = true
	}
	if night%4 == 0 {
		p := pick()
		text += "@" + p.company + "\n"
		m.domain[p.company] = true
	}
	m.write("optouts.txt", text)
	for range m.rand.IntN(3) {
		p := pick()
		erased := p.mail
		if p.other != "" {
			erased = p.other // known to us from somebody's notes only
		}
		m.sluice(exitOK, erased+"\n", "erase", "-q", "--into", m.path("forgotten.sha1"), "--list", m.path("optouts.txt"))
		m.address[strings.ToLower(erased)] = true
		m.forgotten = append(m.forgotten, p)
	}
}

// gone is the oracle: who may not be in any delivery.
func (m *month) gone(p *prospect) bool {
	for _, a := range []string{p.mail, p.other} {
		a = strings.ToLower(a)
		_, host, _ := strings.Cut(a, "@")
		for ; host != ""; _, host, _ = strings.Cut(host, ".") {
			if m.domain[host] {
				return true
			}
		}
		if m.address[a] {
			return true
		}
	}
	return m.domain[p.company]
}

// compare wants every delivery to hold whom the oracle leaves, in the order of the list.
func (m *month) compare(night int) {
	m.t.Helper()
	for k, name := range deliveries {
		if _, err := os.Stat(m.path("lists/" + name)); err != nil && night == 0 {
			continue
		}
		var want []string
		for _, p := range m.lists[k] {
			if !m.gone(p) {
				want = append(want, strings.Join([]string{strconv.Itoa(p.id), p.name, p.mail, p.website, p.other}, ","))
			}
		}
		if got := m.read(name); !slices.Equal(got, want) {
			m.t.Fatalf("night %d: %s holds %d rows, want %d:\n%s", night, name, len(got), len(want), strings.Join(got, "\n"))
		}
	}
}

// read returns the rows of a delivery.
func (m *month) read(name string) (rows []string) {
	m.t.Helper()
	source, err := anyio.Open(context.Background(), []string{m.path("lists/" + name)}, anyio.Options{})
	if err != nil {
		m.t.Fatal(err)
	}
	defer source.Close()
	for {
		c, err := source.Next()
		if err == io.EOF {
			return rows
		}
		if err != nil {
			m.t.Fatal(err)
		}
		views, err := c.Decode(nil, []int{0, 1, 2, 3, 4})
		if err != nil {
			m.t.Fatal(err)
		}
		for i := range c.Len() {
			var cells []string
			for _, v := range views {
				cells = append(cells, string(v.At(i)))
			}
			rows = append(rows, strings.Join(cells, ","))
		}
		c.Release()
	}
}

// again runs some nights again: there is nothing to do, and the manifest stays.
func (m *month) again(night int) {
	m.t.Helper()
	defer m.note(night)
	if night%5 > 0 {
		return
	}
	before, err := os.ReadFile(m.manifest(night))
	if err != nil {
		m.t.Fatal(err)
	}
	m.sluice(exitOK, "", m.rescreen(night)...)
	after, err := os.ReadFile(m.manifest(night))
	if err != nil || !bytes.Equal(before, after) {
		m.t.Fatalf("night %d: the second run replaced the manifest (%v)", night, err)
	}
	m.sluice(exitOK, "", "rescreen", m.path("nightly"), "-q", "--check-only", "-s", m.path("optouts.txt"), "-s", "erasure="+m.path("forgotten.sha1"))
}

// note writes down which manifest is the newest.
func (m *month) note(night int) {
	m.t.Helper()
	m.manifests = append(m.manifests, m.manifest(night))
	var err error
	if m.newest, err = fileDigest(m.manifest(night)); err != nil {
		m.t.Fatal(err)
	}
}

// killed starts the night's run and kills it somewhere.
func (m *month) killed(night int) {
	m.t.Helper()
	for _, after := range []time.Duration{0, 20 * time.Millisecond, 60 * time.Millisecond} {
		cmd := exec.Command("sluice", m.rescreen(night)...)
		if err := cmd.Start(); err != nil {
			m.t.Fatal(err)
		}
		time.Sleep(after + time.Duration(m.rand.IntN(20))*time.Millisecond)
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}
}

// backUp copies the deliveries, as a backup does that knows nothing of sluice.
func (m *month) backUp() { m.copyAll("lists", "backup") }

func (m *month) copyAll(from, to string) {
	m.t.Helper()
	if err := os.RemoveAll(m.path(to)); err != nil {
		m.t.Fatal(err)
	}
	if err := os.CopyFS(m.path(to), os.DirFS(m.path(from))); err != nil {
		m.t.Fatal(err)
	}
}

// restored puts the backup in the place of the deliveries. People who went since are in
// them again, which a check tells.
func (m *month) restored() {
	m.t.Helper()
	m.copyAll("backup", "lists")
	args := []string{"rescreen", m.path("nightly"), "-q", "--check-only"}
	m.sluice(exitGate, "", append(args, m.given()...)...)
}

// forgottenRestored puts an old list of the forgotten in the place of today's: it is
// refused.
func (m *month) forgottenRestored(night int) {
	m.t.Helper()
	today, err := os.ReadFile(m.path("forgotten.sha1"))
	if err != nil {
		m.t.Fatal(err)
	}
	info, err := os.Stat(m.path("forgotten.sha1"))
	if err != nil {
		m.t.Fatal(err)
	}
	m.write("forgotten.sha1", "# class: erasure\n"+strings.Repeat("0", 40)+"\n")
	old := info.ModTime().Add(-48 * time.Hour)
	if err := os.Chtimes(m.path("forgotten.sha1"), old, old); err != nil {
		m.t.Fatal(err)
	}
	said := m.sluice(exitGate, "", m.rescreen(night)...)
	if !strings.Contains(said, "forgotten.sha1") {
		m.t.Errorf("an old list of the forgotten: the message does not name it: %s", said)
	}
	m.write("forgotten.sha1", string(today))
}

// tampered changes one figure of an old manifest. Nothing is added to such a chain.
func (m *month) tampered() {
	m.t.Helper()
	path := m.manifest(11)
	before, err := os.ReadFile(path)
	if err != nil {
		m.t.Fatal(err)
	}
	at := bytes.Index(before, []byte(`"read":`))
	for before[at] < '0' || before[at] > '9' {
		at++
	}
	after := bytes.Clone(before)
	after[at] = '0' + (after[at]-'0'+1)%9 + 1
	if err := os.WriteFile(path, after, 0o600); err != nil {
		m.t.Fatal(err)
	}
	if said := m.sluice(exitVerify, "", "verify", m.path("nightly")); !strings.Contains(said, "n11.json") {
		m.t.Errorf("a tampered manifest is not named: %s", said)
	}
	if err := os.WriteFile(path, before, 0o600); err != nil {
		m.t.Fatal(err)
	}
	moved := path + ".away"
	if err := os.Rename(path, moved); err != nil {
		m.t.Fatal(err)
	}
	m.sluice(exitVerify, "", "verify", m.path("nightly"))
	if err := os.Rename(moved, path); err != nil {
		m.t.Fatal(err)
	}
	m.sluice(exitOK, "", "verify", m.path("nightly"))
}

// alteredDelivery adds a row to a delivery by hand: no run takes that for its own work.
func (m *month) alteredDelivery(night int) {
	m.t.Helper()
	path := m.path("lists/a.csv")
	before, err := os.ReadFile(path)
	if err != nil {
		m.t.Fatal(err)
	}
	after := append(bytes.Clone(before), "9,Somebody,somebody@company1-demo.com,company1-demo.com,\n"...)
	if err := os.WriteFile(path, after, 0o600); err != nil {
		m.t.Fatal(err)
	}
	if said := m.sluice(exitVerify, "", "verify", m.path("nightly")); !strings.Contains(said, "a.csv") {
		m.t.Errorf("an altered delivery is not named: %s", said)
	}
	m.sluice(exitVerify, "", m.rescreen(night)...)
	if err := os.WriteFile(path, before, 0o600); err != nil {
		m.t.Fatal(err)
	}
}

// missed wants the night that was left out found by the time between the manifests.
func (m *month) missed() {
	m.t.Helper()
	var gaps []time.Duration
	var last time.Time
	for i, path := range m.manifests {
		data, err := os.ReadFile(path)
		if err != nil {
			m.t.Fatal(err)
		}
		var st manifest.Statement
		if err := json.Unmarshal(data, &st); err != nil {
			m.t.Fatal(err)
		}
		if i > 0 {
			gaps = append(gaps, st.Predicate.Run.Finished.Sub(last))
		}
		last = st.Predicate.Run.Finished
	}
	missed, longest := gaps[len(gaps)-1], slices.Max(gaps[:len(gaps)-1])
	if missed <= longest {
		m.t.Fatalf("the missed night took %v, others up to %v", missed, longest)
	}
	until := last.Format(time.RFC3339Nano)
	m.sluice(exitOK, "", "verify", m.path("nightly"), "--max-gap", (missed + time.Second).String(), "--until", until)
	said := m.sluice(exitVerify, "", "verify", m.path("nightly"), "--max-gap", ((missed + longest) / 2).String(), "--until", until)
	if !strings.Contains(said, "n30.json") {
		m.t.Errorf("the gap is not told of: %s", said)
	}
}

// newestTaken takes the newest manifest away, which shows only from its digest.
func (m *month) newestTaken() {
	m.t.Helper()
	path := m.manifest(30)
	if err := os.Rename(path, path+".away"); err != nil {
		m.t.Fatal(err)
	}
	m.sluice(exitVerify, "", "verify", m.path("nightly"), "--holds", m.newest)
	if err := os.Rename(path+".away", path); err != nil {
		m.t.Fatal(err)
	}
	m.sluice(exitOK, "", "verify", m.path("nightly"), "--holds", m.newest)
}

// nothingLeft looks for those who were forgotten in everything that is there, but for the
// operator's own backup.
func (m *month) nothingLeft() {
	m.t.Helper()
	os.RemoveAll(m.path("backup"))
	files := (&process{t: m.t, dir: m.dir}).files()
	for _, p := range m.forgotten {
		erased := p.mail
		if p.other != "" {
			erased = p.other
		}
		for name, text := range files {
			if strings.Contains(strings.ToLower(text), strings.ToLower(erased)) {
				m.t.Errorf("%s still holds an address that was erased", name)
			}
		}
		report := m.sluice(exitOK, erased+"\n", "find", m.path("nightly"))
		if strings.Contains(report, p.name) {
			m.t.Errorf("find still finds a person who was forgotten")
		}
	}
	if len(m.forgotten) < 10 {
		m.t.Errorf("only %d people asked to be forgotten", len(m.forgotten))
	}
}
