package manifest

import (
	"bytes"
	"crypto/ed25519"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// A look is what verifying the untouched chain found out of each manifest: most of them
// are the same in every try, and comparing them with the schema is what takes long.
type looked struct {
	found Found
	known map[string]*Report
}

func (n *nightly) look(opt VerifyOptions) looked {
	found, err := Find(n.dir)
	if err != nil {
		n.t.Fatal(err)
	}
	l := looked{found, map[string]*Report{}}
	for _, r := range OpenAll(found.Manifests) {
		r.document(r.data)
		r.signature(opt.Keys)
		if !r.OK() {
			n.t.Fatal("untouched: ", r.Problems[0])
		}
		l.known[r.Manifest] = r
	}
	return l
}

// verify does what verifyAll does, and takes from l what cannot have changed: all but the
// files touched.
func (n *nightly) verify(l looked, touched []string, opt VerifyOptions, chain ChainOptions) []*Problem {
	n.t.Helper()
	found := Found{Manifests: slices.Clone(l.found.Manifests), Envelopes: slices.Clone(l.found.Envelopes)}
	dirty := map[string]bool{}
	for _, path := range touched {
		dirty[path] = true
		dirty[strings.TrimSuffix(path, envelopeSuffix)+".json"] = true
		data, err := os.ReadFile(path)
		gone := func(other string) bool { return other == path }
		switch {
		case err != nil:
			found.Manifests, found.Envelopes = slices.DeleteFunc(found.Manifests, gone), slices.DeleteFunc(found.Envelopes, gone)
		case strings.HasSuffix(path, envelopeSuffix) || !strings.HasSuffix(path, ".json"):
		case kindOf(data) != isManifest:
			found.Manifests = slices.DeleteFunc(found.Manifests, gone)
		case !slices.Contains(found.Manifests, path):
			found.Manifests = append(found.Manifests, path)
		}
	}
	reports := make([]*Report, len(found.Manifests))
	for i, path := range found.Manifests {
		if before := l.known[path]; before != nil && !dirty[path] {
			reports[i] = &Report{Manifest: path, SHA256: before.SHA256, Statement: before.Statement, data: before.data}
			continue
		}
		r, err := open(path)
		if err != nil {
			r = Unreadable(path, err)
		} else {
			r.document(r.data)
			r.signature(opt.Keys)
		}
		reports[i] = r
	}
	relate(reports)
	for _, r := range reports {
		if r.Statement != nil {
			r.files(opt)
		}
	}
	return problemsOf(found, reports, chain)
}

// An alteration is what was done to some files, and which ones must be told of.
type alteration struct {
	what  string
	files []string // that are other ones now, by name
	named []string // of which at least one must be named
	undo  func()
}

// alter does something to the chain at random.
func (n *nightly) alter(r *rand.Rand) alteration {
	kinds := []string{nightManifests, nightManifests, nightManifests, nightEnvelopes, nightLists, nightLists, nightKeys, nightLedgers, nightSecrets}
	kind := kinds[r.IntN(len(kinds))]
	all := n.files[kind]
	some := r.Perm(len(all))[:3]
	if r.IntN(4) == 0 { // nothing follows the newest
		if k := slices.Index(some, len(all)-1); k > 0 {
			some[0], some[k] = some[k], some[0]
		}
		some[0] = len(all) - 1
	}
	var names []string
	var before [][]byte
	for _, k := range some {
		names = append(names, all[k])
		before = append(before, read(n.t, n.path(all[k])))
	}
	a := alteration{files: names[:1]}
	made := ""
	a.undo = func() {
		for i, name := range a.files {
			if i < len(before) {
				put(n.t, n.path(name), before[i])
			}
		}
		if made != "" {
			os.Remove(n.path(made))
		}
	}
	set := func(i int, data []byte) { put(n.t, n.path(names[i]), data) }
	what := r.IntN(12)
	if kind == nightSecrets && what > 8 {
		what = r.IntN(6) // who checks need not have it
	}
	data := bytes.Clone(before[0])
	switch what {
	default:
		a.what = "byte"
		i := r.IntN(len(data))
		data[i] ^= byte(1 << r.IntN(8))
		if r.IntN(2) == 0 {
			data[i] = byte(r.IntN(256))
		}
		set(0, data)
	case 6:
		a.what, a.files = "swap", names[:2]
		set(0, before[1])
		set(1, before[0])
	case 7:
		a.what, a.files = "re-order", names
		for i := range names {
			set(i, before[(i+1)%3])
		}
	case 8:
		a.what = "replace"
		set(0, before[1])
	case 9:
		a.what = "drop"
		os.Remove(n.path(names[0]))
	case 10:
		a.what = "cut"
		set(0, data[:r.IntN(len(data))])
	case 11:
		switch kind {
		case nightManifests:
			if r.IntN(2) == 0 {
				a.what, made = "copy", "m-copy.json"
				put(n.t, n.path(made), data)
				a.files = []string{names[0], made}
				break
			}
			a.what = "seal anew"
			st, err := Parse(data)
			if err != nil {
				n.t.Fatal(err)
			}
			st.Predicate.Run.Warnings = []string{"another"}
			if st, err = Seal(st.Predicate); err == nil {
				data, err = st.Marshal()
			}
			if err != nil {
				n.t.Fatal(err)
			}
			set(0, data)
		case nightLists:
			a.what = "restore"
			set(0, n.before[names[0]])
		default:
			a.what = "add"
			set(0, append(data, '\n'))
		}
	}
	a.named = a.files
	if same := bytes.Equal(before[0], after(n.path(names[0]))); same && made == "" {
		a.undo()
		return n.alter(r)
	}
	return a
}

// after returns what is in a file now, nil if it is gone.
func after(path string) []byte {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	return data
}

// tamperTries is how often the test below tampers, with each seed.
var tamperTries = 1000

// TestEveryTamperingIsFound does one thing after the other to the files of a hundred
// nights, at random: bytes changed, files dropped, cut, swapped, re-ordered, replaced,
// restored, copied, manifests sealed anew. Each must be found, and what was altered be
// named. That the newest manifest is gone shows from its digest alone.
// SLUICE_TAMPER_TRIES is how often.
func TestEveryTamperingIsFound(t *testing.T) {
	n := writeNights(t)
	public := n.key.Public().(ed25519.PublicKey)
	unsigned := VerifyOptions{Rows: countLines, Ledger: countLedger} // the signature must not be what finds it
	signed := unsigned
	signed.Keys = []ed25519.PublicKey{public}
	chain := ChainOptions{MaxGap: 24 * time.Hour, Holds: []string{n.last}}
	looks := n.look(unsigned)
	untouched := func() {
		t.Helper()
		for _, p := range n.verify(looks, nil, unsigned, chain) {
			t.Fatal("untouched: ", p)
		}
	}
	untouched()
	for _, p := range verifyAll(t, n.dir, signed, chain) {
		t.Fatal("untouched: ", p)
	}
	tries := tamperTries
	if more, err := strconv.Atoi(os.Getenv("SLUICE_TAMPER_TRIES")); err == nil {
		tries = more
	}
	rounds := map[string]int{}
	for _, seed := range []uint64{1, rand.Uint64()} {
		t.Log("seed", seed)
		r := rand.New(rand.NewPCG(seed, 2))
		for try := range tries {
			a := n.alter(r)
			rounds[a.what]++
			opt := unsigned
			if strings.HasSuffix(a.files[0], envelopeSuffix) {
				opt = signed
			}
			var touched []string
			for _, name := range a.files {
				touched = append(touched, n.path(name))
			}
			problems := n.verify(looks, touched, opt, chain)
			if !n.tells(problems, a) {
				t.Errorf("seed %d: %s of %v goes unnoticed: %v", seed, a.what, a.files, problems)
			}
			if try%500 == 0 {
				if whole := verifyAll(t, n.dir, opt, chain); !slices.Equal(texts(whole), texts(problems)) {
					t.Errorf("seed %d: %s of %v: %v, without a short cut %v", seed, a.what, a.files, problems, whole)
				}
			}
			a.undo()
		}
	}
	untouched() // everything was put back
	t.Log(rounds)
	if len(rounds) != 10 && tries > 100 {
		t.Errorf("tried only %v", rounds)
	}
}

// texts returns problems in an order that does not depend on what was looked at first.
func texts(problems []*Problem) (all []string) {
	for _, p := range problems {
		all = append(all, p.Error())
	}
	slices.Sort(all)
	return all
}

// tells reports whether the problems name one of the files that were altered, or the
// digest of the newest manifest.
func (n *nightly) tells(problems []*Problem, a alteration) bool {
	newest := slices.Contains(a.named, night(nights))
	for _, p := range problems {
		text := p.Error()
		for _, name := range a.named {
			if strings.Contains(text, name) || newest && strings.Contains(text, n.last) {
				return true
			}
		}
	}
	return false
}
