package manifest

import (
	"bytes"
	"crypto/ed25519"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"sluice/pipeline/merkle"
)

// A nightly is a hundred nights: every twentieth a list was screened, into a delivery with its
// key file and a ledger with its secret; in the nights between, all deliveries were
// screened again, and one of them lost a row.
type nightly struct {
	t      *testing.T
	dir    string
	key    ed25519.PrivateKey
	last   string            // digest of the newest manifest
	before map[string][]byte // of each delivery, what it was before it was last written
	files  map[string][]string
	rows   map[string]int // of each delivery
}

const (
	nightManifests = "manifests"
	nightEnvelopes = "envelopes"
	nightLists     = "deliveries"
	nightKeys      = "key files"
	nightLedgers   = "ledgers"
	nightSecrets   = "secrets"
)

func writeNights(t *testing.T) *nightly {
	n := &nightly{t: t, dir: t.TempDir(), key: ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize)),
		before: map[string][]byte{}, files: map[string][]string{}, rows: map[string]int{}}
	for i := 1; i <= nights; i++ {
		p := sample()
		if i%20 == 1 {
			n.screen(&p, i)
		} else {
			n.rescreen(&p, i)
		}
		n.publish(p, i)
	}
	return n
}

func (n *nightly) path(name string) string { return filepath.Join(n.dir, name) }

// write writes a file of the chain and returns the output that it is.
func (n *nightly) write(kind, role, name, format, text string, rows int) Output {
	n.t.Helper()
	if path := n.path(name); !slices.Contains(n.files[kind], name) {
		n.files[kind] = append(n.files[kind], name)
	} else if kind == nightLists {
		n.before[name] = read(n.t, path)
	}
	put(n.t, n.path(name), []byte(text))
	return Output{Role: role, Name: name, Format: format, Rows: int64(rows), Bytes: int64(len(text)), Digest: Digest{SHA256: digestOf(text)}}
}

// list is the delivery called name with so many rows, and its key file.
func (n *nightly) list(name string, rows int) []Output {
	var text strings.Builder
	text.WriteString("email\n")
	for i := range rows {
		fmt.Fprintf(&text, "%s-%d@w.example\n", name, i)
	}
	n.rows[name] = rows
	return []Output{n.write(nightLists, RoleKept, name, "csv", text.String(), rows),
		n.write(nightKeys, RoleKeys, name+KeysSuffix, FormatKeys, "keys of\n"+text.String(), 0)}
}

// screen is a night in which a list of five rows was screened.
func (n *nightly) screen(p *Predicate, i int) {
	name := fmt.Sprintf("kept-%03d.csv", i)
	p.Accounting = Accounting{Read: 25, Kept: 22, Rejected: 2, Sealed: 1}
	p.Inputs[0].Rows = 25
	p.Outputs = n.list(name, 22) // more than nights that take one
	ledger := fmt.Sprintf("ledger-%03d.csv", i)
	secret, nonce := []byte(digestOf(name))[:merkle.SecretSize], []byte(digestOf("nonce"))[:merkle.NonceSize]
	var text strings.Builder
	for row := 1; row <= 25; row++ {
		fmt.Fprintf(&text, "1,%d,keep,,,,,,\n", row)
	}
	p.Outputs = append(p.Outputs, n.write(nightLedgers, RoleDecisions, ledger, "csv", text.String(), 25))
	_, root, err := countLedger(n.path(ledger), Output{}, merkle.NewSalts(secret, nonce))
	if err != nil {
		n.t.Fatal(err)
	}
	n.write(nightSecrets, "", ledger+".key", "", string(LedgerKey(secret)), 0)
	p.Ledger = NewLedger(root, 25, secret, nonce, ledger+".key")
}

// rescreen is a night in which all deliveries were screened again, and one of them lost a
// row.
func (n *nightly) rescreen(p *Predicate, i int) {
	p.Rescreen = &Rescreen{Follows: []Followed{{night(i - 1), n.last}}}
	p.Inputs, p.Outputs = nil, nil
	a := &p.Accounting
	*a = Accounting{Rejected: 1}
	lists := slices.Clone(n.files[nightLists])
	longest := slices.MaxFunc(lists, func(a, b string) int { return n.rows[a] - n.rows[b] })
	for _, name := range lists {
		rows, how := n.rows[name], Rescreened{Name: name, Role: RoleKept, How: HowNothingNew, Found: FoundRecorded}
		text := read(n.t, n.path(name))
		p.Inputs = append(p.Inputs, Input{Name: name, Format: "csv", Compression: "none", Rows: int64(rows), Bytes: int64(len(text)), Digest: Digest{SHA256: digestOf(string(text))}})
		a.Read += int64(rows)
		if name == longest {
			rows, how.How = rows-1, HowKeys
			how.Removed = []ReasonCount{{"excluded_email", "reject", 1}}
			p.Outputs = append(p.Outputs, n.list(name, rows)...)
		} else {
			keys := read(n.t, n.path(name+KeysSuffix))
			p.Outputs = append(p.Outputs,
				Output{Role: RoleKept, Name: name, Format: "csv", Rows: int64(rows), Bytes: int64(len(text)), Digest: Digest{SHA256: digestOf(string(text))}},
				Output{Role: RoleKeys, Name: name + KeysSuffix, Format: FormatKeys, Bytes: int64(len(keys)), Digest: Digest{SHA256: digestOf(string(keys))}})
		}
		a.Kept += int64(rows)
		p.Rescreen.Deliveries = append(p.Rescreen.Deliveries, how)
	}
	p.Reasons = []ReasonCount{{"excluded_email", "reject", 1}}
	p.Flags = nil
}

// publish writes the manifest of a night and its signed form.
func (n *nightly) publish(p Predicate, i int) {
	path := n.path(night(i))
	p.Run.ID = fmt.Sprint(i)
	p.Run.Started = time.Date(2026, 1, 1, 2, 0, 0, 0, time.UTC).AddDate(0, 0, i)
	p.Run.Finished = p.Run.Started.Add(time.Minute)
	var err error
	if p.Chain, _, err = Follow(cmpPath(n.dir, i), path); err != nil {
		n.t.Fatal(err)
	}
	st, err := Seal(p)
	if err != nil {
		n.t.Fatal(err)
	}
	data, err := st.Marshal()
	if err != nil {
		n.t.Fatal(err)
	}
	envelope, err := Sign(data, n.key)
	if err != nil {
		n.t.Fatal(err)
	}
	n.last = digestOf(string(data))
	n.files[nightManifests] = append(n.files[nightManifests], night(i))
	n.files[nightEnvelopes] = append(n.files[nightEnvelopes], EnvelopeName(night(i)))
	put(n.t, path, data)
	put(n.t, EnvelopeName(path), envelope)
}

// countLedger makes the root over a ledger of plain lines without a header.
func countLedger(path string, _ Output, salts *merkle.Salts) (int64, merkle.Hash, error) {
	data, err := os.ReadFile(path)
	var tree merkle.Tree
	for line := range strings.Lines(string(data)) {
		var leaf merkle.Leaf
		if salts != nil {
			leaf.Reset(salts.Append(nil, tree.Len()+1, 1))
		}
		for cell := range strings.SplitSeq(strings.TrimSuffix(line, "\n"), ",") {
			leaf.Cell([]byte(cell))
		}
		tree.Add(merkle.Subtree{Hash: leaf.Hash()})
	}
	root, _ := tree.Root()
	return tree.Len(), root, err
}

// countLines counts the rows of a list with a header.
func countLines(path string, o Output) (int64, error) {
	data, err := os.ReadFile(path)
	return int64(bytes.Count(data, []byte("\n")) - 1), err
}
