package domain

import (
	"hash/maphash"
	"math/rand/v2"
	"testing"
)

// mix returns hosts as a list has them: eight in a hundred from the tables, the
// rest companies of their own.
func mix(b *testing.B, n int) [][]byte {
	r := rand.New(rand.NewPCG(3, 4))
	listed := append(lines(b, "freemail_reviewed.txt"), lines(b, "disposable_core.txt")...)
	suffixes := []string{".com", ".com", ".com", ".de", ".co.uk", ".io", ".com.br", ".fr"}
	hosts := make([][]byte, n)
	for i := range hosts {
		if r.IntN(100) < 8 {
			hosts[i] = []byte(listed[r.IntN(len(listed))])
			continue
		}
		name := make([]byte, 5+r.IntN(12))
		for j := range name {
			name[j] = 'a' + byte(r.IntN(26))
		}
		hosts[i] = append(name, suffixes[r.IntN(len(suffixes))]...)
		if r.IntN(10) == 0 {
			hosts[i] = append([]byte("mail."), hosts[i]...)
		}
	}
	return hosts
}

// perHost runs f on each of 64 Ki hosts, so that neither caches nor the branch
// predictor learn them by heart, and reports the time for one.
func perHost(b *testing.B, f func(host []byte)) {
	hosts := mix(b, 1<<16)
	Embedded()
	n := 0
	for b.Loop() {
		for _, h := range hosts {
			f(h)
		}
		n += len(hosts)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n), "ns/host")
}

func BenchmarkLookup(b *testing.B) {
	t := Embedded()
	perHost(b, func(h []byte) { t.Lookup(h) })
}

// BenchmarkFacts answers all questions at once, and one by one.
func BenchmarkFacts(b *testing.B) {
	t := Embedded()
	b.Run("together", func(b *testing.B) { perHost(b, func(h []byte) { t.Facts(h) }) })
	b.Run("many", func(b *testing.B) {
		hosts := mix(b, 1<<16)
		facts, regs := make([]Facts, len(hosts)), make([]uint8, len(hosts))
		for b.Loop() {
			t.Plain(regs, hosts)
			t.FactsOf(facts, hosts, regs)
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(hosts)), "ns/host")
	})
	b.Run("single", func(b *testing.B) { perHost(b, func(h []byte) { t.facts(h) }) })
}

// BenchmarkHashName compares with hash/maphash.
func BenchmarkHashName(b *testing.B) {
	var sum uint64
	b.Run("own", func(b *testing.B) { perHost(b, func(h []byte) { sum += hashName(h) }) })
	seed := maphash.MakeSeed()
	b.Run("maphash", func(b *testing.B) { perHost(b, func(h []byte) { sum += maphash.Bytes(seed, h) }) })
}

func BenchmarkRegistrable(b *testing.B) { perHost(b, func(h []byte) { Registrable(h) }) }

func BenchmarkReserved(b *testing.B) { perHost(b, func(h []byte) { Reserved(h) }) }

func BenchmarkShared(b *testing.B) { perHost(b, func(h []byte) { Shared(h, true, h) }) }

func BenchmarkMatchMismatch(b *testing.B) {
	site := []byte("widgets.com")
	perHost(b, func(h []byte) { Match(h, site, nil) })
}

func BenchmarkAppendHost(b *testing.B) {
	var c Canon
	buf := make([]byte, 0, 256)
	perHost(b, func(h []byte) { c.AppendHost(buf, h) })
}

func BenchmarkWebsiteHost(b *testing.B) {
	var c Canon
	buf := make([]byte, 0, 256)
	cells := mix(b, 1<<16)
	r := rand.New(rand.NewPCG(5, 6))
	for i, h := range cells {
		if r.IntN(2) == 0 {
			cells[i] = append([]byte("https://www."), h...)
		}
	}
	n := 0
	for b.Loop() {
		for _, cell := range cells {
			c.WebsiteHost(buf, cell)
		}
		n += len(cells)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n), "ns/cell")
}

// BenchmarkNames is what the first look-up of a run waits for, and what it would wait for
// if the names were not saved.
func BenchmarkNames(b *testing.B) {
	b.Run("load", func(b *testing.B) {
		for b.Loop() {
			loadNames(nameTexts(), savedNames)
		}
	})
	b.Run("build", func(b *testing.B) {
		for b.Loop() {
			buildNames(nameTexts())
		}
	})
}
