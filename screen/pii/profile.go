package pii

import (
	"bytes"
	"hash/maphash"

	"sluice/formats/column"
	"sluice/screen/address"
	"sluice/screen/domain"
)

// A shape is something a cell can look like. A cell may have several.
type shape uint8

// The shapes, by what it takes to have them. Those up to sTimeZone are validated: chance
// does not make them.
const (
	sEmail shape = iota
	sFreeMail
	sRoleMail
	sProfilePerson // linkedin.com/in/… and its like
	sProfileFirm   // linkedin.com/company/…
	sProfileOther  // a page on another network
	sImage         // the address of a picture
	sURL
	sHost
	sSitePage // a URL with a path
	sIP
	sLowIP // an IPv4 address of small numbers, as versions are
	sMAC
	sAgent
	sUUID
	sSecret // a hash of a password, a token with a known prefix
	sIBAN
	sBIC
	sCard
	sLuhn
	sNational
	sFirmNumber
	sVAT
	sPhonePlus
	sTimeZone
	sDate
	sDateTime
	sEpoch
	sBirthDate
	sYear
	sInteger
	sNumber
	sMoney
	sCoordinate
	sHex32
	sHex // of another usual length of a digest
	sPostcode
	sPhone
	sHandle
	sHashNumber // #1001
	sYesNo
	sGender
	sHonorific
	sState
	sCity
	sCountry
	sGiven
	sFamily
	sFullName
	sLegal
	sStreet
	sJob
	sLong // a sentence
	sPath // a file's name
	numShapes
)

// A profile is what the sample says of a column.
type profile struct {
	filled   int
	n        [numShapes]int
	distinct int
	running  bool // numbers that rise by small steps
	minYear  int
	maxYear  int
	lengths  int // sum of the cells' lengths
	oneLen   int // the length all cells have; -1 if they differ
}

// few reports whether the cells repeat a handful of values, as codes of a kind do and
// numbers of persons do not.
func (p *profile) few() bool { return p.filled >= 10 && p.distinct*3 <= p.filled }

func (p *profile) count(s shape, yes bool) {
	if yes {
		p.n[s]++
	}
}

// share reports whether at least permille of the filled cells have the shape.
func (p *profile) share(s shape, permille int) bool {
	return p.filled > 0 && p.n[s]*1000 >= permille*p.filled
}

// The shares that a shape needs: of validated types 0.6, of weak ones 0.8.
const (
	most      = 600
	nearlyAll = 800
)

// A scanner reads cells. It owns scratch memory: one goroutine at a time.
type scanner struct {
	tables *domain.Tables
	canon  domain.Canon
	buf    []byte
	seen   map[uint64]struct{}
	seed   maphash.Seed
	text   []byte   // a cell, folded
	split  [][]byte // its words
	memo   map[string]wordShapes
}

func newScanner() *scanner {
	return &scanner{tables: domain.Embedded(), seen: make(map[uint64]struct{}), seed: maphash.MakeSeed(), memo: make(map[string]wordShapes)}
}

// profile looks at all cells of a view.
func (s *scanner) profile(v column.View) profile {
	p := profile{oneLen: -2, minYear: 9999}
	clear(s.seen)
	var last, steps, rises int64
	for i := range v.Len() {
		cell := bytes.TrimSpace(v.At(i))
		if len(cell) == 0 || isNothing(cell) {
			continue
		}
		p.filled++
		p.lengths += len(cell)
		switch p.oneLen {
		case -2:
			p.oneLen = len(cell)
		case len(cell):
		default:
			p.oneLen = -1
		}
		s.seen[maphash.Bytes(s.seed, cell)] = struct{}{}
		s.cell(&p, cell)
		if n, ok := integer(cell); ok {
			if last != 0 {
				steps++
				if d := n - last; d >= 1 && d <= 1000 {
					rises++
				}
			}
			last = n
		}
	}
	p.distinct = len(s.seen)
	p.running = steps >= 2 && rises*10 >= steps*9
	return p
}

// isNothing reports whether a cell says that there is no value.
func isNothing(cell []byte) bool {
	switch string(cell) {
	case "-", "--", "n/a", "N/A", "NULL", "null", "nan", "NaN", "None", "none", `\N`, "#N/A", "?":
		return true
	}
	return false
}

// integer reads a cell of up to eighteen digits.
func integer(cell []byte) (n int64, ok bool) {
	if len(cell) > 18 {
		return 0, false
	}
	for _, c := range cell {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	return n, true
}

// A class is what bytes a cell is made of: one pass, by which the detectors are chosen.
type class struct {
	digits, upper, lower, high, at, dots, spaces, colons, dashes, slashes, others int
	hexOnly                                                                       bool
}

func classify(cell []byte) (c class) {
	c.hexOnly = true
	for _, b := range cell {
		switch {
		case b >= '0' && b <= '9':
			c.digits++
		case b >= 'a' && b <= 'z':
			c.lower++
			if b > 'f' {
				c.hexOnly = false
			}
		case b >= 'A' && b <= 'Z':
			c.upper++
			if b > 'F' {
				c.hexOnly = false
			}
		case b >= 0x80:
			c.high++
			c.hexOnly = false
		default:
			c.hexOnly = false
			switch b {
			case '@':
				c.at++
			case '.':
				c.dots++
			case ' ':
				c.spaces++
			case ':':
				c.colons++
			case '-':
				c.dashes++
			case '/':
				c.slashes++
			default:
				c.others++
			}
		}
	}
	return c
}

// cell counts the shapes of one cell.
func (s *scanner) cell(p *profile, cell []byte) {
	c := classify(cell)
	letters := c.upper + c.lower + c.high
	if len(cell) > 400 {
		p.count(sLong, c.spaces > 5)
		p.count(sSecret, c.spaces == 0 && secret(cell))
		return
	}
	if c.at == 1 && cell[0] == '@' && c.spaces == 0 {
		p.n[sHandle]++
		return
	}
	if c.at > 0 && s.email(p, cell) {
		return
	}
	if letters > 0 && c.spaces == 0 && (c.dots > 0 || c.slashes > 1) && s.link(p, cell, &c) {
		return
	}
	if cell[0] == '#' && c.digits > 0 && c.digits == len(cell)-1 {
		p.n[sHashNumber]++
	}
	if c.digits > 0 {
		s.numeric(p, cell, &c)
	}
	if letters > 0 && c.spaces == 0 && len(cell) >= 8 {
		p.count(sSecret, secret(cell))
		p.count(sBIC, bic(cell))
		p.count(sTimeZone, c.slashes >= 1 && timeZone(cell))
	}
	if letters > 0 && bytes.Contains(cell, []byte("Mozilla/")) {
		p.n[sAgent]++
		return
	}
	if len(cell) >= 2 && len(cell) <= 5 && c.upper == len(cell) {
		p.count(sTimeZone, string(cell) == "UTC" || string(cell) == "GMT" || string(cell) == "CET" || string(cell) == "EST" || string(cell) == "PST")
	}
	p.count(sPath, c.spaces == 0 && fileName(cell))
	p.count(sLong, c.spaces >= 5 && letters > 15 && !bytes.ContainsAny(cell[:1], "{["))
	if len(cell) <= 80 {
		s.words(p, cell)
	}
}

// email counts a cell that is one address.
func (s *scanner) email(p *profile, cell []byte) bool {
	at := bytes.LastIndexByte(cell, '@')
	local := cell[:at]
	if at <= 0 || bytes.ContainsAny(local, " <>,;:\"/") {
		return bytes.ContainsAny(cell, ";,") && s.manyEmails(p, cell)
	}
	host, ok := s.canon.AppendHost(s.buf[:0], cell[at+1:])
	s.buf = host
	if !ok || bytes.IndexByte(host, '.') < 0 {
		return false
	}
	p.n[sEmail]++
	f := s.tables.Facts(host)
	p.count(sFreeMail, f.Listed && (f.Entry.Class == domain.Freemail || f.Entry.Class == domain.ISP))
	p.count(sRoleMail, s.role(local))
	return true
}

// role reports whether a local part names a function.
func (s *scanner) role(local []byte) bool {
	s.text = s.text[:0]
	for _, b := range local {
		if b >= 'A' && b <= 'Z' {
			b += 'a' - 'A'
		}
		s.text = append(s.text, b)
	}
	return address.RoleAccount(s.text)
}

// manyEmails counts a cell of several addresses by its first.
func (s *scanner) manyEmails(p *profile, cell []byte) bool {
	first := bytes.TrimSpace(cell[:bytes.IndexAny(cell, ";,")])
	return bytes.Count(first, []byte("@")) == 1 && !bytes.ContainsAny(first, ";,") && s.email(p, first)
}

// link counts a cell that is a URL or a bare host.
func (s *scanner) link(p *profile, cell []byte, c *class) bool {
	if c.digits == 0 && c.slashes == 0 && fileName(cell) {
		return false
	}
	scheme := bytes.HasPrefix(cell, []byte("http://")) || bytes.HasPrefix(cell, []byte("https://"))
	host, site := s.canon.WebsiteHost(s.buf[:0], cell)
	s.buf = host
	if site.Kind != domain.SiteHost {
		return false
	}
	if !scheme && (c.slashes == 0 && s.tables.Facts(host).Kind != domain.KindRegistrable && !bytes.HasSuffix(host, []byte(".example")) || c.at > 0) {
		return false
	}
	if fileName(cell) && !scheme {
		return false
	}
	kind := network(cell, host)
	rest := pathOf(cell)
	switch {
	case kind != sURL:
		p.n[kind]++
	case picture(rest):
		p.n[sImage]++
	}
	p.n[sURL]++
	p.count(sHost, len(rest) <= 1)
	p.count(sSitePage, len(rest) > 1)
	return true
}

// pathOf returns what follows the host of a URL.
func pathOf(cell []byte) []byte {
	if i := bytes.Index(cell, []byte("://")); i >= 0 {
		cell = cell[i+3:]
	}
	if i := bytes.IndexByte(cell, '/'); i >= 0 {
		return cell[i:]
	}
	return nil
}

func picture(path []byte) bool {
	path, _, _ = bytes.Cut(path, []byte("?"))
	path = bytes.ToLower(path)
	for _, end := range []string{".jpg", ".jpeg", ".png", ".gif", ".webp", ".svg"} {
		if bytes.HasSuffix(path, []byte(end)) {
			return true
		}
	}
	return false
}

// network says whose page on which network a URL is; sURL if it is on none.
func network(cell, host []byte) shape {
	path := bytes.ToLower(pathOf(cell))
	is := func(name string) bool {
		return string(host) == name || bytes.HasSuffix(host, []byte("."+name))
	}
	in := func(prefixes ...string) bool {
		for _, pre := range prefixes {
			if bytes.HasPrefix(path, []byte(pre)) {
				return true
			}
		}
		return false
	}
	switch {
	case is("linkedin.com"):
		switch {
		case in("/company/", "/school/", "/showcase/", "/sales/company/", "/organization/"):
			return sProfileFirm
		case in("/in/", "/pub/", "/sales/lead/", "/sales/people/", "/profile/", "/talent/"):
			return sProfilePerson
		}
		return sProfileOther
	case is("xing.com"):
		if in("/companies/", "/pages/", "/company/") {
			return sProfileFirm
		}
		return sProfilePerson
	case is("crunchbase.com"):
		if in("/person/") {
			return sProfilePerson
		}
		return sProfileFirm
	case is("github.com"), is("gravatar.com"), is("orcid.org"), is("viadeo.com"), is("app.zoominfo.com"):
		return sProfilePerson
	case is("facebook.com"), is("fb.com"), is("twitter.com"), is("x.com"), is("instagram.com"), is("tiktok.com"), is("youtube.com"), is("pinterest.com"), is("t.me"), is("wa.me"), is("threads.net"), is("angel.co"), is("bsky.app"):
		return sProfileOther
	}
	return sURL
}

// fileName reports whether a cell ends like the name of a file.
func fileName(cell []byte) bool {
	dot := bytes.LastIndexByte(cell, '.')
	if dot <= 0 || bytes.Contains(cell, []byte("://")) {
		return false
	}
	switch string(bytes.ToLower(cell[dot+1:])) {
	case "pdf", "docx", "doc", "xlsx", "xls", "csv", "txt", "jpg", "jpeg", "png", "gif", "zip", "json", "xml", "html", "pptx", "mp4", "eml", "log", "parquet":
		return true
	}
	return false
}
