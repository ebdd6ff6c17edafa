package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"sluice/formats/anyio"
	"sluice/pipeline"
	"sluice/pipeline/keyfile"
	"sluice/screen"
	"sluice/screen/suppress"
)

// A tracer screens each batch three times: without lists and traced, with lists, and with
// lists and traced. It compares what the trace says with what the lists hit.
type tracer struct {
	t             *testing.T
	bare, listed  *screen.Worker
	both          *screen.Worker
	entries       map[uint64]bool // the first bytes of the keys of all entries
	hit, expected *int            // rows that lists hit; rows with a key that is an entry
	all           hash.Hash       // of the keys of all rows
}

func (w *tracer) Screen(in *screen.Input, out *screen.Outcome) error {
	var bare, both screen.Outcome
	if err := w.bare.Screen(in, &bare); err != nil {
		return err
	}
	if err := w.both.Screen(in, &both); err != nil {
		return err
	}
	if err := w.listed.Screen(in, out); err != nil {
		return err
	}
	if !slices.Equal(both.Matches, out.Matches) || !slices.Equal(both.Decisions, out.Decisions) || !slices.Equal(both.Prints, out.Prints) ||
		both.BloomHits != out.BloomHits || both.FalsePositives != out.FalsePositives {
		w.t.Error("a trace changes what is decided")
	}
	matched := map[int]bool{}
	for _, m := range out.Matches {
		matched[m.Row] = true
	}
	*w.hit += len(matched)
	for i := range in.N {
		if out.Keys(i) != nil {
			w.t.Fatal("keys without a trace")
		}
		keys := set(bare.Keys(i))
		if !maps.Equal(keys, set(both.Keys(i))) {
			w.t.Errorf("row %d: %d keys without lists and %d with them", i, len(keys), len(set(both.Keys(i))))
		}
		for _, k := range slices.Sorted(maps.Keys(keys)) {
			fmt.Fprintf(w.all, "%d %x\n", i, k)
		}
		found := false
		for k := range keys {
			found = found || w.entries[k]
		}
		if found {
			*w.expected++
		}
		if matched[i] && !found {
			w.t.Errorf("row %d is on a list, and has no key of any entry: %q", i, in.Col(screen.Email).At(i))
		}
	}
	return nil
}

func set(keys []uint64) map[uint64]bool {
	m := map[uint64]bool{}
	for _, k := range keys {
		m[k] = true
	}
	return m
}

// TestTrace screens lists of all kinds: every row that a list hits has a key of an entry,
// and hardly any other does.
func TestTrace(t *testing.T) {
	cases := map[string]*oracleCase{
		"torture": {list: tortureList("\r\n"), comma: ',', lists: tortureLists, aliases: tortureAliases},
		"corpus":  corpusCase(t, 31, oracleDefaultRows/3),
	}
	for seed := range oracleRandomSeeds(t) {
		cases[fmt.Sprint("random ", seed)] = &oracleCase{list: randomList(seed+1000, 500), comma: ',', lists: tortureLists, aliases: tortureAliases}
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) { c.trace(t) })
	}
}

// TestVocabulary notices when rows have other keys than before. Where a row has lost one,
// or has another in its place, keyfile.Vocabulary must be raised: old key files would miss
// people. Where rows have keys more, the same holds if lists are compared with them.
func TestVocabulary(t *testing.T) {
	const version, want = 1, "3ad6d9668d1a4714"
	c := &oracleCase{list: tortureList("\n"), comma: ',', lists: tortureLists, aliases: tortureAliases}
	if got := c.trace(t); keyfile.Vocabulary != version || got != want {
		t.Errorf("vocabulary %d: keys %s, want those of %d: %s", keyfile.Vocabulary, got, version, want)
	}
}

// trace screens the case's list with tracers, and returns a digest of all keys.
func (c *oracleCase) trace(t *testing.T) string {
	ctx := context.Background()
	p := &program{stdin: strings.NewReader(""), stdout: io.Discard, stderr: io.Discard, logFormat: "text", getenv: func(string) string { return "" }}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	args := c.write(t, t.TempDir())
	s := &screening{p: p, inputs: args[1:2], dryRun: true}
	s.header, s.digest, s.delimiter = "auto", "sha256", string(c.comma)
	for i := 2; i < len(args); i++ {
		switch args[i-1] {
		case "-s":
			s.suppress = append(s.suppress, args[i])
		case "--alias-domains":
			s.aliases = args[i]
		}
	}
	var err error
	s.lists, err = s.load(ctx, time.Now(), "")
	must(err)
	reading, err := s.reading(p)
	must(err)
	s.source, err = anyio.Open(ctx, s.inputs, reading)
	must(err)
	sample, err := sampleOf(s.source)
	must(err)
	plain, roles, err := s.listing.screener(s.lists, s.source, sample)
	must(err)
	s.listing.trace = true
	both, _, err := s.listing.screener(s.lists, s.source, sample)
	must(err)
	bare, _, err := s.listing.screener(new(suppression), s.source, sample)
	must(err)

	var hit, expected int
	all := sha256.New()
	entries := map[uint64]bool{}
	for _, x := range s.lists.indexes {
		must(x.EachKey(func(keys []suppress.Key) {
			for _, k := range keys {
				entries[binary.BigEndian.Uint64(k[:])] = true
			}
		}))
		must(x.EachDomain(func(name []byte) {
			k := suppress.DomainKey(name)
			entries[binary.BigEndian.Uint64(k[:])] = true
		}))
	}
	job := pipeline.Job{Source: s.source, Roles: both.Reads(roles), Policy: both.Policy(), Workers: 1}
	job.NewWorker = func() pipeline.Worker {
		return &tracer{t: t, bare: bare.Worker(), listed: plain.Worker(), both: both.Worker(), entries: entries, hit: &hit, expected: &expected, all: all}
	}
	_, err = pipeline.Run(ctx, job)
	must(err)
	t.Logf("%d rows hit, %d expected", hit, expected)
	if hit == 0 || expected > hit+hit/20+3 {
		t.Errorf("%d rows are on lists, %d have keys of entries", hit, expected)
	}
	return hex.EncodeToString(all.Sum(nil)[:8])
}

// TestKeysSameBytes: the same key file comes out at any number of workers and any block size.
func TestKeysSameBytes(t *testing.T) {
	t.Parallel()
	c, _ := plantedCase(t, oracleDefaultRows/3)
	c.keys = true
	dir := t.TempDir()
	var want []byte
	for _, workers := range []int{1, 7} {
		for _, block := range []int{3_000, 1 << 20} {
			got := c.runBlocks(t, dir, workers, block).keys
			if want == nil {
				want = got
			}
			if !bytes.Equal(got, want) || len(got) == 0 {
				t.Errorf("%d workers, blocks of %d: the key file differs", workers, block)
			}
		}
	}
}
