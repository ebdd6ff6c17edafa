// Package corpus makes synthetic prospect lists and suppression lists that look like
// real ones: lengths, quoting, languages, repeats, and every kind of trouble in
// realistic shares.
//
// Row i of a list is a function of the seed and i alone. So lists of any size are
// streamed in constant memory, made in parallel with the same bytes, and a
// suppression list can name a share of a prospect list's people without reading it.
package corpus

import (
	"bytes"
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"io"
	"runtime"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/sync/errgroup"
	"golang.org/x/text/unicode/norm"
)

// Options describe a prospect list.
type Options struct {
	Seed  uint64
	Rows  int64
	Clean bool // no malformed records: for formats that cannot hold them
}

// Header is the list's header line.
const Header = "first_name,last_name,email,job_title,company,website,country,city,phone,linkedin_url,notes\n"

// A List makes the rows of one prospect list. Its methods may be called concurrently.
type List struct {
	o         Options
	companies uint64
}

// New returns the list that o describes.
func New(o Options) *List {
	return &List{o: o, companies: uint64(max(40, o.Rows/7))}
}

// rng is SplitMix64 (Steele, Lea and Flood, 2014): tiny, seedable by row.
type rng uint64

func (r *rng) next() uint64 {
	*r += 0x9e3779b97f4a7c15
	z := uint64(*r)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// below returns a number in [0, n).
func (r *rng) below(n int) int { return int(r.next() % uint64(n)) }

// in10k reports true in n of 10,000 cases.
func (r *rng) in10k(n int) bool { return r.below(10_000) < n }

func pick[T any](r *rng, from []T) T { return from[r.below(len(from))] }

func (l *List) rng(stream, i uint64) rng {
	r := rng(l.o.Seed ^ stream*0xd1342543de82ef95 ^ i*0x2545f4914f6cdd1d)
	r.next()
	return r
}

// A company as rows refer to it.
type company struct {
	name, domain string
	place        int
}

func (l *List) company(id uint64) company {
	r := l.rng(1, id)
	head, tail := pick(&r, companyHeads), pick(&r, companyTails)
	place, x := 0, r.below(100)
	for x >= places[place].share {
		x -= places[place].share
		place++
	}
	slug := strings.ToLower(head) + []string{"", "-"}[r.below(2)] + tail + strconv.FormatUint(id, 36)
	tld := places[place].tld
	switch {
	case r.in10k(3000):
		tld = "com"
	case r.in10k(500):
		tld = pick(&r, []string{"io", "net", "org", "eu", "biz", "tech"})
	}
	c := company{name: head + " " + strings.ToUpper(tail[:1]) + tail[1:], domain: slug + "." + tld, place: place}
	switch {
	case r.in10k(30):
		c.name, c.domain = "Müller "+c.name, "müller-"+c.domain
	case r.in10k(1500):
		c.name += ", " + pick(&r, legalForms) + "."
	case r.in10k(5000):
		c.name += " " + pick(&r, legalForms)
	}
	return c
}

// person is the part of a row that an address is made of.
type person struct {
	first, last string
	co          company
	email       string // as it stands in the list
	site        string
}

// asciiLocal folds a name to the letters that addresses are made of.
func asciiLocal(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(s)) {
		switch {
		case r < utf8.RuneSelf && r != ' ':
			b.WriteRune(r)
		case r == 'ø':
			b.WriteByte('o')
		case r == 'ł':
			b.WriteByte('l')
		}
	}
	return b.String()
}

// person returns who stands in row i. About one row in seventy repeats an earlier one.
func (l *List) person(i uint64) (person, rng) {
	r := l.rng(2, i)
	if i > 100 && r.in10k(140) {
		back := 1 + r.next()%min(i, 50_000)
		p, _ := l.person(i - back)
		if r.in10k(4000) {
			p.email = strings.ToUpper(p.email)
		}
		return p, r
	}
	var p person
	p.first, p.last = pick(&r, firstNames), pick(&r, lastNames)
	p.co = l.company(r.next() % l.companies)
	p.site = p.co.domain
	local := asciiLocal(p.first) + "." + asciiLocal(p.last)
	switch r.below(10) {
	case 0, 1:
		local = asciiLocal(p.first)[:1] + asciiLocal(p.last)
	case 2:
		local = asciiLocal(p.first)
	case 3:
		local += strconv.Itoa(r.below(1000))
	}
	domain := p.co.domain
	switch x := r.below(10_000); {
	case x < 500:
		domain = pick(&r, freeDomains)
	case x < 650:
		domain = pick(&r, ispDomains)
	case x < 680:
		domain = pick(&r, relayDomains)
	case x < 750:
		domain = pick(&r, trashDomains)
	case x < 950: // somebody else's domain
		domain = l.company(r.next() % l.companies).domain
	case x < 1050: // the same name elsewhere, or a slip of the pen
		label, suffix, _ := strings.Cut(domain, ".")
		if r.below(2) == 0 {
			domain = label + ".info"
		} else {
			domain = label[:3] + label[4:] + "." + suffix
		}
	case x < 1200:
		domain = pick(&r, []string{"mail.", "uk.", "sales."}) + domain
	case x < 1350:
		p.site = pick(&r, []string{"", "", "n/a", "-"})
	case x < 1450:
		p.site = pick(&r, sharedSites) + strings.ToLower(strings.Fields(p.co.name)[0])
	case x < 1465:
		p.site = "gmail.com"
	case x < 1485:
		domain = pick(&r, []string{"example.com", "mail.test", "srv.localhost"})
	case x < 1505:
		domain = strings.ReplaceAll(domain, ".", "-") + pick(&r, slips)
	case x < 1515:
		domain = pick(&r, []string{"co.uk", "github.io", "gov.uk"})
	}
	switch x := r.below(10_000); {
	case x < 150:
		local = pick(&r, roleLocals)
	case x < 220:
		local += "+" + pick(&r, []string{"crm", "news", "2024"})
	}
	p.email = local + "@" + domain
	return p, r
}

// Address returns the address of row i in canonical spelling where that is plain
// lower-case ASCII, or "" where the row has none worth listing.
func (l *List) Address(i int64) string {
	p, _ := l.person(uint64(i))
	return strings.ToLower(p.email)
}

// AppendRow appends row i, counted from 0, as a CSV record.
func (l *List) AppendRow(dst []byte, i int64) []byte {
	p, r := l.person(uint64(i))
	email := p.email
	switch x := r.below(10_000); {
	case x < 600:
		email = strings.ToUpper(email[:1]) + email[1:]
		if at := strings.IndexByte(email, '.'); at > 0 && at+2 < len(email) {
			email = email[:at+1] + strings.ToUpper(email[at+1:at+2]) + email[at+2:]
		}
	case x < 700:
		email = strings.ToUpper(email)
	case x < 750:
		email = pick(&r, []string{" ", "\u00a0", "\t"}) + email + " "
	case x < 770:
		email = p.first + " " + p.last + " <" + email + ">"
	case x < 780:
		email = "mailto:" + email
	case x < 880:
		email = ""
	case x < 940:
		email = pick(&r, []string{strings.Replace(email, "@", "", 1), strings.Replace(email, "@", ".@", 1), strings.Replace(email, "@", "@@", 1),
			strings.Replace(email, "@", " at ", 1), strings.Replace(email, ".", "..", 1)})
	case x < 970:
		email += pick(&r, []string{", ", "; ", " / "}) + l.Address(int64(uint64(i)/2))
	}
	site := p.site
	switch x := r.below(10); {
	case !strings.Contains(site, ".") || strings.Contains(site, "/"):
	case x < 3:
		site = "https://www." + site
	case x < 5:
		site = "http://" + site + "/"
	case x < 6:
		site = "www." + site
	}
	at := places[p.co.place]
	country := at.country
	if r.in10k(400) {
		country = ""
	}
	phone := ""
	if !r.in10k(2500) {
		phone = at.dial + fmt.Sprintf("%03d", r.below(1000))
	}
	profile := ""
	if r.in10k(6000) {
		profile = "https://www.linkedin.com/in/" + asciiLocal(p.first) + "-" + strings.ReplaceAll(asciiLocal(p.last), "'", "") + "-" + strconv.Itoa(r.below(1_000_000))
	}
	notes := ""
	switch x := r.below(10_000); {
	case x < 100:
		notes = "Met at the fair,\nsend brochure"
	case x < 130:
		notes = "also reachable at " + l.Address(i/3) + " (private)"
	case x < 430:
		notes = `asked for a "quick call"`
	case x < 1000:
		notes = "renewal in Q3"
	case x < 1010:
		notes = "=1+1"
	}
	start := len(dst)
	dst = appendCells(dst, p.first, p.last, email, pick(&r, titles), p.co.name, site, country, at.city, phone, profile, notes)
	if !l.o.Clean {
		dst = l.spoil(dst, start, &r)
	}
	return dst
}

// spoil damages about one record in five hundred.
func (l *List) spoil(dst []byte, start int, r *rng) []byte {
	switch x := r.below(10_000); {
	case x < 8: // a cell short
		if i := bytes.LastIndexByte(dst[start:], ','); i > 0 && !bytes.ContainsRune(dst[start:], '"') {
			return append(dst[:start+i], '\n')
		}
	case x < 12: // a cell too many
		return append(dst[:len(dst)-1], ",extra\n"...)
	case x < 16: // a bare quote
		if !bytes.ContainsRune(dst[start:], '"') {
			return append(dst[:len(dst)-1], "6\" pipe\n"...)
		}
	case x < 18: // a quote that is never closed
		if !bytes.ContainsRune(dst[start:], '"') {
			i := bytes.IndexByte(dst[start:], ',') + start + 1
			return append(dst[:i], append([]byte{'"'}, dst[i:]...)...)
		}
	case x < 20: // Latin-1 in a file of UTF-8
		return append(dst[:len(dst)-1], " caf\xe9\n"...)
	}
	return dst
}

func appendCells(dst []byte, cells ...string) []byte {
	for i, c := range cells {
		if i > 0 {
			dst = append(dst, ',')
		}
		if !strings.ContainsAny(c, ",\"\n") {
			dst = append(dst, c...)
			continue
		}
		dst = append(dst, '"')
		dst = append(dst, strings.ReplaceAll(c, `"`, `""`)...)
		dst = append(dst, '"')
	}
	return append(dst, '\n')
}

// rowsABlock is how many rows a goroutine makes before they are written.
const rowsABlock = 8192

// inOrder calls make for blocks of [0, n) on all processors and writes what it
// returns in order.
func inOrder(w io.Writer, n int64, fill func(dst []byte, lo, hi int64) []byte) error {
	workers := runtime.GOMAXPROCS(0)
	bufs := make([][]byte, workers)
	for base := int64(0); base < n; base += int64(workers) * rowsABlock {
		var g errgroup.Group
		for k := range workers {
			lo := min(n, base+int64(k)*rowsABlock)
			hi := min(n, lo+rowsABlock)
			g.Go(func() error {
				bufs[k] = fill(bufs[k][:0], lo, hi)
				return nil
			})
		}
		if err := g.Wait(); err != nil {
			return err
		}
		for _, b := range bufs {
			if _, err := w.Write(b); err != nil {
				return err
			}
		}
	}
	return nil
}

// WriteCSV writes the list that o describes.
func WriteCSV(w io.Writer, o Options) error {
	l := New(o)
	if _, err := io.WriteString(w, Header); err != nil {
		return err
	}
	return inOrder(w, o.Rows, func(dst []byte, lo, hi int64) []byte {
		for i := lo; i < hi; i++ {
			dst = l.AppendRow(dst, i)
		}
		return dst
	})
}

// A Kind is how a suppression list spells its entries.
type Kind string

// The kinds.
const (
	SHA1   Kind = "sha1"   // hex digests
	Plain  Kind = "plain"  // addresses
	Domain Kind = "domain" // whole domains
	Mixed  Kind = "mixed"  // all of these
)

// SuppressOptions describe a suppression list.
type SuppressOptions struct {
	Seed    uint64
	Entries int64
	Kind    Kind
	List    Options // the prospect list that it is to hit
	// Hits is how many in 10,000 of the entries name somebody on List; the rest are
	// strangers.
	Hits int
}

// WriteSuppress writes the suppression list that o describes, one entry a line.
func WriteSuppress(w io.Writer, o SuppressOptions) error {
	l := New(o.List)
	if o.List.Rows == 0 {
		o.Hits = 0
	}
	s := &List{o: Options{Seed: o.Seed}}
	return inOrder(w, o.Entries, func(dst []byte, lo, hi int64) []byte {
		for i := lo; i < hi; i++ {
			r := s.rng(3, uint64(i))
			addr := ""
			if r.in10k(o.Hits) {
				addr = l.Address(int64(r.next() % uint64(o.List.Rows)))
			}
			if addr == "" || strings.ContainsFunc(addr, func(c rune) bool { return c >= utf8.RuneSelf }) {
				addr = fmt.Sprintf("%s.%s%d@%s%s%d.com", strings.ToLower(asciiLocal(pick(&r, firstNames))), asciiLocal(pick(&r, lastNames)), r.below(1000),
					strings.ToLower(pick(&r, companyHeads)), pick(&r, companyTails), r.below(1<<30))
			}
			kind := o.Kind
			if kind == Mixed {
				kind = []Kind{SHA1, SHA1, Plain, Plain, Plain, Plain, Plain, Plain, Plain, Domain}[r.below(10)]
			}
			switch kind {
			case SHA1:
				sum := sha1.Sum([]byte(addr))
				dst = hex.AppendEncode(dst, sum[:])
			case Domain:
				_, d, _ := strings.Cut(addr, "@")
				for _, slip := range slips {
					if strings.HasSuffix(d, slip) { // no list would hold it
						d = "strangers-" + strconv.Itoa(r.below(1<<30)) + ".com"
					}
				}
				for _, big := range [][]string{freeDomains, ispDomains} {
					for _, b := range big {
						if d == b {
							d = "strangers-" + strconv.Itoa(r.below(1<<30)) + ".com"
						}
					}
				}
				dst = append(dst, d...)
			default:
				dst = append(dst, addr...)
			}
			dst = append(dst, '\n')
		}
		return dst
	})
}
