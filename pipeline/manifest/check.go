package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"sluice/pipeline/merkle"
)

// maxInt is the largest integer that survives JSON readers that know only doubles,
// which RFC 8785 prescribes.
const maxInt = 1<<53 - 1

// maxDepth is how deep objects and arrays may be nested. A manifest of ours is 6 deep,
// a policy within it a few more.
const maxDepth = 64

// A Problem is one thing in a manifest that is not as it must be: a field or a file,
// what is recorded and what was found.
type Problem struct {
	Where    string `json:"where"`
	Recorded string `json:"recorded,omitempty"`
	Found    string `json:"found,omitempty"`
	What     string `json:"what"`
}

// Error returns where and what, with both figures.
func (p *Problem) Error() string {
	s := p.Where + ": " + p.What
	if p.Recorded != "" || p.Found != "" {
		s += fmt.Sprintf(" (recorded %s, found %s)", or(p.Recorded, "nothing"), or(p.Found, "nothing"))
	}
	return s
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// Check reports everything that does not add up within the manifest itself. The
// error joins *Problem values.
func (s *Statement) Check() error {
	var errs []error
	for _, p := range s.problems() {
		errs = append(errs, p)
	}
	return errors.Join(errs...)
}

// balance collects problems.
type balance struct{ problems []*Problem }

func (b *balance) bad(where, what string) {
	b.problems = append(b.problems, &Problem{Where: where, What: what})
}

func (b *balance) equal(where, what string, recorded, found int64) {
	if recorded != found {
		b.problems = append(b.problems, &Problem{where, fmt.Sprint(recorded), fmt.Sprint(found), what})
	}
}

func (b *balance) count(where string, n int64) {
	if n < 0 || n > maxInt {
		b.problems = append(b.problems, &Problem{Where: where, Recorded: fmt.Sprint(n), What: "not a count from 0 to 2^53-1"})
	}
}

var (
	hex64, hex16 = regexp.MustCompile(`^[0-9a-f]{64}$`), regexp.MustCompile(`^[0-9a-f]{16}$`)
	hex32        = regexp.MustCompile(`^[0-9a-f]{32}$`)
)

func (b *balance) sha256(where, digest string) {
	if !hex64.MatchString(digest) {
		b.bad(where, "not a SHA-256 in lower-case hex")
	}
}

func (b *balance) digest(where string, d Digest) {
	switch {
	case d.SHA256 == "" && d.XXH64 == "":
		b.bad(where, "no digest")
	case d.SHA256 != "":
		b.sha256(where+".sha256", d.SHA256)
	case !hex16.MatchString(d.XXH64):
		b.bad(where+".xxh64", "not an xxh64 in lower-case hex")
	}
}

func (s *Statement) problems() []*Problem {
	b := &balance{}
	if s.Type != StatementType {
		b.bad("_type", "not an in-toto Statement v1")
	}
	if s.PredicateType != PredicateType {
		b.bad("predicateType", "not a sluice manifest of a version this program knows")
	}
	p := &s.Predicate
	p.checkAccounting(b)
	p.checkFiles(b)
	p.checkLedger(b)
	if len(s.Subject) != len(p.Outputs) {
		b.equal("subject", "as many as there are outputs", int64(len(s.Subject)), int64(len(p.Outputs)))
	} else {
		for i, o := range p.Outputs {
			if sub := s.Subject[i]; sub.Name != o.Name || sub.Digest != o.Digest {
				b.bad(fmt.Sprintf("subject[%d]", i), fmt.Sprintf("not the name and digest of outputs[%d]", i))
			}
		}
	}
	if where, ok := integers(p.Policy.Effective); !ok {
		b.bad("policy.effective", "not JSON with integers only: "+where)
	}
	return b.problems
}

func (p *Predicate) checkAccounting(b *balance) {
	a := p.Accounting
	for _, n := range []int64{a.Read, a.Kept, a.Quarantined, a.Rejected, a.Sealed} {
		b.count("accounting", n)
	}
	b.equal("accounting.read", "kept, quarantined, rejected and sealed rows do not add up to it",
		a.Read, a.Kept+a.Quarantined+a.Rejected+a.Sealed)
	sums := map[string]int64{}
	for i, r := range p.Reasons {
		where := fmt.Sprintf("reasons[%d]", i)
		b.count(where, r.Rows)
		if !slices.Contains([]string{"quarantine", "reject", "sealed"}, r.Verdict) {
			b.bad(where+".verdict", "not one of quarantine, reject, sealed")
		}
		sums[r.Verdict] += r.Rows
	}
	if p.Rescreen == nil {
		b.equal("accounting.quarantined", "its reasons do not add up to it", a.Quarantined, sums["quarantine"])
	}
	b.equal("accounting.rejected", "its reasons do not add up to it", a.Rejected, sums["reject"])
	b.equal("accounting.sealed", "its reasons do not add up to it", a.Sealed, sums["sealed"])
	for i, f := range p.Flags {
		if f.Rows > a.Kept {
			b.equal(fmt.Sprintf("flags[%d]", i), "more rows than were kept", f.Rows, a.Kept)
		}
	}
	rows := int64(0)
	for i, in := range p.Inputs {
		b.count(fmt.Sprintf("inputs[%d].rows", i), in.Rows)
		rows += in.Rows
	}
	b.equal("accounting.read", "the rows of the inputs do not add up to it", a.Read, rows)
	for i, l := range p.Lists {
		where := fmt.Sprintf("lists[%d]", i)
		for _, n := range []int64{l.Entries, l.Refused, l.Matched, l.Decided} {
			b.count(where, n)
		}
		if l.Decided > l.Matched {
			b.equal(where+".decided", "more rows than matched", l.Decided, l.Matched)
		}
	}
}

// checkLedger checks the commitment to the ledger's lines.
func (p *Predicate) checkLedger(b *balance) {
	l := p.Ledger
	if l == nil {
		return
	}
	if l.Algorithm != merkle.Algorithm {
		b.bad("ledger.algorithm", "not one that this program knows")
	}
	b.sha256("ledger.root", l.Root)
	b.equal("ledger.rows", "not the rows read", l.Rows, p.Accounting.Read)
	if !hex32.MatchString(l.Nonce) {
		b.bad("ledger.nonce", "not 16 bytes in lower-case hex")
	}
	if !hex16.MatchString(l.KeyID) {
		b.bad("ledger.key_id", "not 8 bytes in lower-case hex")
	}
	if !slices.ContainsFunc(p.Outputs, func(o Output) bool { return o.Role == RoleDecisions }) {
		b.bad("ledger", "there is no ledger among the outputs")
	}
}

// checkShards checks what is said of parts of a list.
func (p *Predicate) checkShards(b *balance) {
	for i, in := range p.Inputs {
		where := fmt.Sprintf("inputs[%d]", i)
		b.count(where+".offset", in.Offset)
		b.count(where+".file_bytes", in.Whole)
		if in.Whole != 0 && in.Offset+in.Bytes > in.Whole || in.Whole == 0 && in.Offset != 0 {
			b.bad(where, "the part that was read lies outside the file")
		}
	}
	if s := p.Shard; s != nil {
		b.sha256("shard.job_sha256", s.Job)
		b.count("shard.rows_before", s.RowsBefore)
		b.count("shard.malformed", s.Malformed)
		if s.Index < 1 || s.Index > s.Count {
			b.bad("shard.index", "not a number from 1 to the count")
		}
	}
	if p.Shards == nil {
		return
	}
	b.sha256("shards.job_sha256", p.Shards.Job)
	b.count("shards.malformed", p.Shards.Malformed)
	rows := int64(0)
	for i, m := range p.Shards.Merged {
		where := fmt.Sprintf("shards.merged[%d]", i)
		b.count(where+".rows", m.Rows)
		b.sha256(where+".sha256", m.SHA256)
		b.equal(where+".index", "a shard is missing or out of order", int64(m.Index), int64(i+1))
		rows += m.Rows
	}
	b.equal("accounting.read", "the rows of the shards do not add up to it", p.Accounting.Read, rows)
}

func (p *Predicate) checkFiles(b *balance) {
	var rows = map[string]int64{}
	for i, o := range p.Outputs {
		where := fmt.Sprintf("outputs[%d]", i)
		b.count(where+".rows", o.Rows)
		b.count(where+".bytes", o.Bytes)
		b.digest(where, o.Digest)
		if o.Role == "" || o.Name == "" {
			b.bad(where, "no role or no name")
		}
		rows[o.Role] += o.Rows
	}
	if p.Rescreen == nil {
		p.checkRoles(b, rows)
	} else {
		p.checkRescreen(b)
	}
	for i, in := range p.Inputs {
		b.digest(fmt.Sprintf("inputs[%d].digest", i), in.Digest)
		b.count(fmt.Sprintf("inputs[%d].bytes", i), in.Bytes)
	}
	p.checkShards(b)
	ids := map[int]bool{}
	for i, l := range p.Lists {
		b.digest(fmt.Sprintf("lists[%d].digest", i), l.Digest)
		if l.ID < 1 || ids[l.ID] {
			b.bad(fmt.Sprintf("lists[%d].id", i), "not a number from 1 that no other list has")
		}
		ids[l.ID] = true
	}
	for i, f := range p.Index.Files {
		b.sha256(fmt.Sprintf("index.files[%d].sha256", i), f.SHA256)
		b.count(fmt.Sprintf("index.files[%d].bytes", i), f.Bytes)
	}
	for i, t := range p.Tool.Tables {
		b.sha256(fmt.Sprintf("tool.tables[%d].sha256", i), t.SHA256)
	}
	b.sha256("policy.sha256", p.Policy.SHA256)
	if c := p.Chain; c.Sequence < 1 || (c.Sequence > 1) != (c.Previous != "") {
		b.bad("chain", "a first manifest has sequence 1, any other one the digest of the one before")
	} else if c.Previous != "" {
		b.sha256("chain.previous_sha256", c.Previous)
	}
	if p.Chain.Self != "" {
		b.sha256("chain.self_sha256", p.Chain.Self)
	}
}

// checkRoles checks that the rows of the outputs, by role, are those of the accounting.
func (p *Predicate) checkRoles(b *balance, rows map[string]int64) {
	a := p.Accounting
	total := func(role string, want int64) {
		if got, ok := rows[role]; ok {
			b.equal("outputs", "the rows of the "+role+" outputs are not those of the accounting", got, want)
		}
	}
	restricted := int64(0) // restricted rows go to the restricted output only
	restrictedQ := int64(0)
	for _, r := range p.Reasons {
		if r.Reason == "restricted" && r.Verdict != "sealed" {
			restricted += r.Rows
			if r.Verdict == "quarantine" {
				restrictedQ += r.Rows
			}
		}
	}
	total(RoleKept, a.Kept)
	total(RoleQuarantine, a.Quarantined-restrictedQ)
	total(RoleRestricted, restricted)
	total(RoleAnnotated, a.Kept+a.Quarantined+a.Rejected-restricted)
	total(RoleDecisions, a.Read)
	if got, ok := rows[RoleRejects]; ok {
		want := a.Rejected + restrictedQ
		if _, apart := rows[RoleQuarantine]; !apart {
			want = a.Rejected + a.Quarantined
		}
		b.equal("outputs", "the rows of the rejects outputs are not those of the accounting", got, want)
	}
}

// integers reports whether data is one JSON value without repeated names and without
// numbers other than integers that a double holds; else it says where not.
func integers(data []byte) (where string, ok bool) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if where, err := scan(d, "$", true, 0); err != nil {
		return where + ": " + err.Error(), false
	}
	return "", true
}

// scan reads one JSON value and refuses names that occur twice in one object, which
// encoding/json would let the last one win, and with whole also numbers that are not
// integers.
func scan(d *json.Decoder, path string, whole bool, depth int) (where string, err error) {
	if depth > maxDepth {
		return path, errors.New("nested too deeply")
	}
	t, err := d.Token()
	if err != nil {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return path, err
	}
	switch t := t.(type) {
	case json.Number:
		n, err := t.Int64()
		if whole && (err != nil || n > maxInt || n < -maxInt || strings.ContainsAny(t.String(), ".eE")) {
			return path, errors.New("not an integer below 2^53")
		}
	case json.Delim:
		names := map[string]bool{}
		for i := 0; d.More(); i++ {
			below := fmt.Sprintf("%s[%d]", path, i)
			if t == '{' {
				key, err := d.Token()
				if err != nil {
					return path, err
				}
				name := key.(string)
				if names[name] {
					return path, fmt.Errorf("the name %q twice", name)
				}
				names[name] = true
				below = path + "." + name
			}
			if where, err := scan(d, below, whole, depth+1); err != nil {
				return where, err
			}
		}
		_, err := d.Token()
		return path, err
	}
	return path, nil
}
