package suppress

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"math/rand/v2"
	"slices"

	"github.com/cespare/xxhash/v2"
)

// A Checked is an index file that was found to be whole.
type Checked struct {
	Keys, Domains int64
	Bytes         int64
	Digest        string // see Index.Digest
	Lists         []ListInfo
	FilterRate    float64 // share of foreign keys that pass the filter, measured; Index.FilterRate is what to expect
}

// Verify reads an index file from end to end. Beside every checksum it checks what they
// cannot know, should the file have been written wrong: that keys are in order, that the
// filter and the prefix table are those of the keys, that domains are found and have the
// lists of those above them, and that each list has as many entries as it says. A file
// that is not whole gives a *ListError. progress, if not nil, is told how many bytes have
// been read, of about how many.
func Verify(ctx context.Context, path string, progress func(done, total int64)) (_ *Checked, err error) {
	m, err := openMapping(path)
	if err != nil {
		return nil, err
	}
	defer m.close()
	x, err := m.index(0)
	if err != nil {
		return nil, m.fail(err)
	}
	v := &verifier{ctx: ctx, m: m, x: x, progress: progress}
	return v.run()
}

// A verifier is a Verify at work.
type verifier struct {
	ctx      context.Context
	m        *mapping
	x        *Index
	progress func(done, total int64)
	done     int64
}

func (v *verifier) run() (c *Checked, err error) {
	defer func() {
		if p := recover(); p != nil {
			c, err = nil, v.m.fault(p)
		}
	}()
	for _, check := range []func() error{v.bytes, v.keys, v.sets, v.domains, v.counts} {
		if err := check(); err != nil {
			if v.ctx.Err() != nil {
				return nil, v.ctx.Err()
			}
			return nil, v.m.fail(err)
		}
	}
	c = &Checked{Keys: v.m.head.keys, Domains: v.m.head.domains, Bytes: v.m.head.size, Digest: v.m.head.hexDigest(),
		Lists: v.x.Lists(), FilterRate: v.x.measureFilter()}
	return c, nil
}

// read tells how far the work is.
func (v *verifier) read(n int) error {
	v.done += int64(n)
	if v.progress != nil {
		h := &v.m.head
		total := h.size + h.sections[keySection].size + h.sections[keySets].size + h.sections[filterWordsSection].size
		v.progress(min(v.done, total), total)
	}
	return v.ctx.Err()
}

// verifyBuffer is how much is read at once.
const verifyBuffer = 1 << 20

// bytes compares the sections and the whole with their checksums, and wants zeros
// between sections.
func (v *verifier) bytes() error {
	whole, sum := sha256.New(), xxhash.New()
	buf := make([]byte, verifyBuffer)
	for s := range numSections {
		e := v.m.head.sections[s]
		sum.Reset()
		end := pageUp(e.offset + e.size)
		for at := e.offset; at < end; {
			b := buf[:min(end-at, verifyBuffer)]
			if _, err := v.m.from.ReadAt(b, at); err != nil {
				return err
			}
			whole.Write(b)
			content := b[:min(int64(len(b)), max(e.offset+e.size-at, 0))]
			sum.Write(content)
			if len(bytes.Trim(b[len(content):], "\x00")) > 0 {
				return damage("there is something behind its section %s", sectionNames[s])
			}
			at += int64(len(b))
			if err := v.read(len(b)); err != nil {
				return err
			}
		}
		if sum.Sum64() != e.sum {
			return damage("its section %s does not have its checksum", sectionNames[s])
		}
	}
	if !bytes.Equal(whole.Sum(nil), v.m.head.digest[:]) {
		return damage("it does not have the digest %s that its header gives", hex.EncodeToString(v.m.head.digest[:]))
	}
	return nil
}

// keys checks the order of the keys, and makes the filter and the prefix table anew.
func (v *verifier) keys() error {
	n := v.m.head.keys
	if n == 0 {
		return nil
	}
	f := newFilterStream(n, v.compare(filterWordsSection))
	b := newBucketStream(n, v.compare(keyBuckets))
	var r pageRead
	var last Key
	for at := int64(0); at < n; {
		k := min(n-at, verifyBuffer/int64(len(Key{})))
		raw, err := r.read(v.m, keySection, at*int64(len(Key{})), k*int64(len(Key{})))
		if err != nil {
			return err
		}
		keys := sliceOf[Key](raw)
		if at > 0 && compare(&last, &keys[0]) >= 0 || !ascending(keys) {
			return damage("its keys are out of order")
		}
		last = keys[k-1]
		if err := f.add(keys); err != nil {
			return err
		}
		if err := b.add(keys); err != nil {
			return err
		}
		at += k
		if err := v.read(len(raw)); err != nil {
			return err
		}
	}
	if err := f.finish(); err != nil {
		return err
	}
	return b.finish()
}

// compare returns a writer that compares what it is given with a section.
func (v *verifier) compare(s section) func([]byte) error {
	var r pageRead
	at := int64(0)
	return func(p []byte) error {
		have, err := r.read(v.m, s, at, int64(len(p)))
		if err != nil {
			return err
		}
		if !bytes.Equal(have, p) {
			return damage("its %s is not that of its keys", sectionNames[s])
		}
		at += int64(len(p))
		return v.read(len(p))
	}
}

// sets checks that each key is on lists, and that sets are in their order.
func (v *verifier) sets() error {
	count := Hit(v.m.head.sets)
	for h := Hit(1); h <= count; h++ {
		m := v.x.Members(h)
		if len(m) == 0 || !slices.IsSorted(m) || len(slices.Compact(slices.Clone(m))) != len(m) {
			return damage("its table of sets is broken")
		}
		if h > 1 {
			before := v.x.Members(h - 1)
			if len(before) > len(m) || len(before) == len(m) && slices.Compare(before, m) >= 0 {
				return damage("its table of sets is out of order")
			}
		}
	}
	if v.x.sets == nil {
		if n := v.m.head.keys; n > 0 && v.x.set == 0 {
			return damage("its keys are on no list")
		}
		return nil
	}
	return v.x.eachSet(v.ctx, func(set uint16) error {
		if set == 0 || Hit(set) > count {
			return damage("a key is on a list that there is not")
		}
		return nil
	})
}

// eachSet calls f with the set of each key, in order.
func (x *Index) eachSet(ctx context.Context, f func(set uint16) error) error {
	for lo := 0; lo < len(x.sets); lo += 1 << 16 {
		if err := ctx.Err(); err != nil {
			return err
		}
		part := x.sets[lo:min(lo+1<<16, len(x.sets))]
		x.pages.need(keySets, 2*lo, 2*len(part))
		for _, s := range part {
			if err := f(s); err != nil {
				return err
			}
		}
	}
	return nil
}

// domains checks that each domain is found, in order, and on the lists of those above.
func (v *verifier) domains() error {
	d := &v.x.domains
	for i := range d.len() {
		if i&0xffff == 0 && v.ctx.Err() != nil {
			return v.ctx.Err()
		}
		name := d.name(i)
		d.pages.need(domainSets, 2*i, 2)
		d.pages.need(domainOwn, 2*i, 2)
		own, all := v.x.Members(Hit(d.own[i])), v.x.Members(Hit(d.sets[i]))
		_, rest, _ := bytes.Cut(name, []byte{'.'})
		want := slices.Concat(own, v.x.Members(d.lookup(rest)))
		slices.Sort(want)
		switch {
		case i > 0 && bytes.Compare(d.name(i-1), name) >= 0:
			return damage("its domains are out of order")
		case d.index(name, xxhash.Sum64(name)) != i:
			return damage("a domain is not where it is looked for")
		case len(own) == 0 || !slices.Equal(slices.Compact(want), all):
			return damage("a domain is on other lists than it should be")
		}
	}
	if n := d.len(); n > 0 {
		d.pages.need(domainEnds, 4*(n-1), 4)
		if int(d.ends[n-1]) != len(d.names) {
			return damage("its domains' names are longer than their ends say")
		}
	}
	return nil
}

// counts compares how many entries lists have with how many they should have.
func (v *verifier) counts() error {
	bySet := make([]int64, v.m.head.sets+1)
	if v.x.sets == nil {
		bySet[v.x.set] = v.m.head.keys
	} else if err := v.x.eachSet(v.ctx, func(s uint16) error { bySet[s]++; return nil }); err != nil {
		return err
	}
	for _, s := range v.x.domains.own {
		bySet[s]++
	}
	have := make([]int64, len(v.x.lists)+1)
	for set, n := range bySet {
		for _, id := range v.x.Members(Hit(set)) {
			have[id] += n
		}
	}
	for i := range v.x.lists {
		if l := &v.x.lists[i]; have[i+1] != l.Distinct() {
			return damage("list %d has %d entries, not the %d that it says", i+1, have[i+1], l.Distinct())
		}
	}
	return nil
}

// measureFilter returns which share of 262,144 foreign keys pass the filter. They are
// the same each time.
func (x *Index) measureFilter() float64 {
	const samples = 1 << 18
	rng := rand.New(rand.NewPCG(0x736c75696365, uint64(len(x.keys))))
	keys, hits := make([]Key, batch), make([]Hit, batch)
	var st Stats
	for st.Lookups < samples {
		for i := range keys {
			for j := 0; j < len(Key{}); j++ {
				keys[i][j] = byte(rng.Uint32())
			}
		}
		x.LookupBatch(keys, hits, &st)
	}
	return float64(st.FalsePositives) / float64(st.Lookups)
}
