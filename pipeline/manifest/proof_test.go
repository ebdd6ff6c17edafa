package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"sluice/pipeline/merkle"
)

// someLedger is the lines of a ledger of five rows, as sample's run read.
func someLedger() [][]string {
	var lines [][]string
	for i, verdict := range []string{"keep", "reject", "sealed", "reject", "keep"} {
		reason := map[string]string{"reject": "freemail", "sealed": "erased"}[verdict]
		lines = append(lines, []string{"1", fmt.Sprint(i + 1), verdict, reason, reason, "", "", "", ""})
	}
	return lines
}

// prover returns the report of a manifest with a root over some lines, and what makes
// proofs of them.
func prover(t testing.TB) (*Report, func(row int64) *Proof) {
	t.Helper()
	secret, nonce := bytes.Repeat([]byte{1}, merkle.SecretSize), bytes.Repeat([]byte{2}, merkle.NonceSize)
	salts := merkle.NewSalts(secret, nonce)
	lines := someLedger()
	build := func(watch int64) (merkle.Hash, []merkle.Hash) {
		var tree merkle.Tree
		tree.Watch(watch)
		for i, line := range lines {
			var leaf merkle.Leaf
			leaf.Reset(salts.Append(nil, int64(i+1), 1))
			for _, cell := range line {
				leaf.Cell([]byte(cell))
			}
			tree.Add(merkle.Subtree{Hash: leaf.Hash()})
		}
		return tree.Root()
	}
	root, _ := build(0)
	p := sample()
	p.Outputs = append(p.Outputs, Output{Role: RoleDecisions, Name: "d.csv", Format: "csv", Rows: 5, Digest: Digest{SHA256: digestOf("ledger")}})
	p.Ledger = NewLedger(root, 5, secret, nonce, "d.csv.key")
	st, err := Seal(p)
	if err != nil {
		t.Fatal(err)
	}
	data, err := st.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	r := newReport("m.json", data)
	r.Statement = st
	if r.document(data); !r.OK() {
		t.Fatal(r.Problems[0])
	}
	return r, func(row int64) *Proof {
		_, path := build(row - 1)
		proof, err := r.Prove(row, slices.Clone(lines[row-1]), salts.Append(nil, row, 1), path)
		if err != nil {
			t.Fatal(err)
		}
		return proof
	}
}

// accept returns what is wrong with a proof by a manifest.
func accept(r *Report, p *Proof) []*Problem {
	again := newReport(r.Manifest, r.data)
	again.Statement = r.Statement
	again.Accept(p)
	return again.Problems
}

// TestProof proves every row, and refuses every proof in which one byte is another.
func TestProof(t *testing.T) {
	r, prove := prover(t)
	for row := range int64(5) {
		p := prove(row + 1)
		data, err := p.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		back, err := ParseProof(data)
		if err != nil || !reflect.DeepEqual(back, p) {
			t.Fatalf("row %d: %v, read back as %+v", row+1, err, back)
		}
		if problems := accept(r, back); len(problems) > 0 {
			t.Errorf("row %d: %v", row+1, problems[0])
		}
		random := rand.New(rand.NewPCG(uint64(row), 1))
		for i := range data {
			bad := bytes.Clone(data)
			bad[i] = byte(random.IntN(256))
			q, err := ParseProof(bad)
			if err != nil || reflect.DeepEqual(q, p) { // white space, or a name in another case
				continue
			}
			if len(accept(r, q)) == 0 {
				t.Errorf("row %d: a proof with another byte %d passes:\n%s", row+1, i, bad)
			}
		}
	}
}

// TestProofShowsOneRow: no hash in a proof is that of a neighbour's line without a salt or
// with the salt that the proof shows.
func TestProofShowsOneRow(t *testing.T) {
	_, prove := prover(t)
	p := prove(2)
	for _, salt := range []string{"", string(unhex(t, p.Salt))} {
		for _, line := range someLedger() {
			guess := digestOf("\x00" + salt + strings.Join(line, "\t"))
			for _, h := range p.Path {
				if h == guess {
					t.Errorf("the line of row %s can be tried", line[1])
				}
			}
		}
	}
}

func unhex(t *testing.T, s string) (b []byte) {
	t.Helper()
	if _, err := fmt.Sscanf(s, "%x", &b); err != nil {
		t.Fatal(err)
	}
	return b
}

// TestProofRefused: cells that run into one another, another run, another manifest, and a
// manifest without a root.
func TestProofRefused(t *testing.T) {
	r, prove := prover(t)
	without := *r
	st := *r.Statement
	st.Predicate.Ledger = nil
	without.Statement = &st
	for name, c := range map[string]struct {
		r      *Report
		change func(*Proof)
		want   string
	}{
		"as it is":         {r, func(*Proof) {}, ""},
		"no ledger":        {&without, func(*Proof) {}, "no root over its ledger"},
		"cells run over":   {r, func(p *Proof) { p.Cells = append([]string{"1\t2"}, p.Cells[2:]...) }, "not those of a line"},
		"cells in another": {r, func(p *Proof) { p.Cells[2], p.Cells[3] = "reject\tfreemail", "" }, "not those of a line"},
		"another row":      {r, func(p *Proof) { p.Row = 4 }, "of another row"},
		"another verdict":  {r, func(p *Proof) { p.Cells[2] = "keep" }, "does not lead to its root"},
		"another manifest": {r, func(p *Proof) { p.Manifest = digestOf("x") }, "names another manifest"},
		"fewer rows":       {r, func(p *Proof) { p.Rows = 4 }, "of another ledger"},
		"short salt":       {r, func(p *Proof) { p.Salt = p.Salt[2:] }, "its salt is not"},
		"short hash":       {r, func(p *Proof) { p.Path[0] = p.Path[0][2:] }, "a hash of its path"},
	} {
		p := prove(2)
		c.change(p)
		got := fmt.Sprint(accept(c.r, p))
		if c.want == "" && got != "[]" || !strings.Contains(got, c.want) {
			t.Errorf("%s: %s, want %q", name, got, c.want)
		}
	}
	if _, err := without.Prove(2, someLedger()[1], nil, nil); !errors.Is(err, ErrNoProof) {
		t.Errorf("proof by a manifest without a root: %v", err)
	}
}

// TestProofElsewhere: the Python and the shell of FORMAT.md find every row proven, and
// refuse another cell.
func TestProofElsewhere(t *testing.T) {
	format := string(read(t, "FORMAT.md"))
	_, after, _ := strings.Cut(format, "Python:\n\n")
	python, after, _ := strings.Cut(after, "\nor in a shell")
	_, shell, _ := strings.Cut(after, "sha256sum:\n\n")
	for _, c := range []struct{ program, needs, script string }{{"python3", "python3", python}, {"sh", "basenc", shell}} {
		if _, err := exec.LookPath(c.needs); err != nil {
			t.Logf("no %s here", c.needs)
			continue
		}
		dir := t.TempDir()
		var script strings.Builder
		for line := range strings.Lines(c.script) {
			script.WriteString(strings.TrimPrefix(line, "    "))
		}
		put(t, filepath.Join(dir, "script"), []byte(script.String()))
		r, prove := prover(t)
		put(t, filepath.Join(dir, "m.json"), r.data)
		check := func(p *Proof) (string, error) {
			data, err := p.Marshal()
			if err != nil {
				t.Fatal(err)
			}
			put(t, filepath.Join(dir, "proof.json"), data)
			cmd := exec.Command(c.program, "script")
			cmd.Dir = dir
			out, err := cmd.CombinedOutput()
			return string(out), err
		}
		for row := int64(1); row <= 5; row += 2 {
			p := prove(row)
			if out, err := check(p); err != nil || !strings.Contains(out, strings.Join(p.Cells[:3], "\t")) {
				t.Errorf("%s: row %d: %v %s", c.program, row, err, out)
			}
			p.Cells[2] = "quarantine"
			if out, err := check(p); err == nil {
				t.Errorf("%s: row %d: another verdict passes: %s", c.program, row, out)
			}
		}
	}
}

// TestLedgerKey: only 64 digits are a key, and no error tells what is in the file.
func TestLedgerKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	secret := bytes.Repeat([]byte{0xab}, merkle.SecretSize)
	put(t, path, LedgerKey(secret))
	if got, err := ReadLedgerKey(path); err != nil || !bytes.Equal(got, secret) {
		t.Errorf("%x, %v", got, err)
	}
	r, _ := prover(t)
	if _, err := r.Statement.Predicate.Ledger.Salts(path); err != ErrAnotherKey {
		t.Errorf("another key: %v", err)
	}
	for _, text := range []string{"", "abc", strings.Repeat("AB", 32), strings.Repeat("ab", 33), strings.Repeat("ab", 32) + " "} {
		put(t, path, []byte(text))
		if _, err := ReadLedgerKey(path); err != ErrLedgerKey {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, err := ReadLedgerKey(path + "x"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}

// FuzzProof: no file makes reading or checking a proof panic.
func FuzzProof(f *testing.F) {
	r, prove := prover(f)
	for row := range int64(5) {
		data, err := prove(row + 1).Marshal()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := ParseProof(data)
		if err != nil {
			return
		}
		if len(accept(r, p)) == 0 {
			if want, _ := json.Marshal(someLedger()[p.Row-1]); string(want) != string(must(json.Marshal(p.Cells))) {
				t.Errorf("proven: %v", p.Cells)
			}
		}
	})
}

func must(data []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return data
}
