package domain

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
)

// Targets are the companies that a list is meant to hold, by registrable domain. They
// may be used concurrently.
type Targets struct {
	names    map[string]bool
	versions []Version
}

// targetHeaders are headers of a column of company domains, in lower case with
// everything but letters left out.
var targetHeaders = map[string]bool{
	"domain": true, "domains": true, "companydomain": true, "domainname": true, "emaildomain": true,
	"website": true, "companywebsite": true, "websiteurl": true, "web": true, "url": true, "companyurl": true,
	"homepage": true, "site": true, "accountwebsite": true, "accountdomain": true, "primarydomain": true,
	"webseite": true, "domäne": true, "siteweb": true, "sitioweb": true, "dominio": true, "sitoweb": true,
}

// LoadTargets reads files of company domains: one domain or URL a line, or CSV with
// commas, semicolons or tabs, in which the column is known by its header or, without
// one, is the column with the most domains. # starts a comment line. Cells without a
// value are passed over. A cell that holds no company's domain (none at all, a public
// suffix, a page on a shared host) refuses the file; the error joins a *ListError for each
// line. So does a file that names no company, since every row would be off target.
func LoadTargets(sources ...Source) (*Targets, error) {
	t := &Targets{names: map[string]bool{}}
	for _, s := range sources {
		if err := t.load(s); err != nil {
			return nil, err
		}
	}
	return t, nil
}

type targetRow struct {
	line  int
	cells []string
}

func (t *Targets) load(s Source) error {
	text, err := s.read()
	if err != nil {
		return err
	}
	rows, err := s.rows(text)
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		return &ListError{Name: s.Name, Err: ErrEmpty}
	}
	col, header := targetColumn(rows)
	if col < 0 {
		return &ListError{Name: s.Name, Err: ErrNoColumn}
	}
	if header {
		rows = rows[1:]
	}
	var c Canon
	var errs lineErrors
	n := 0
	for _, r := range rows {
		if col >= len(r.cells) {
			continue
		}
		name, err := c.target(r.cells[col])
		switch {
		case err != nil:
			errs.add(s.Name, r.line, err)
		case name != "":
			t.names[name] = true
			n++
		}
	}
	if err := errs.join(); err != nil {
		return err
	}
	if n == 0 {
		return &ListError{Name: s.Name, Err: ErrEmpty}
	}
	t.versions = append(t.versions, s.version("targets", text, n))
	return nil
}

// rows reads text as CSV with the delimiter that is most frequent in its first line.
func (s Source) rows(text []byte) ([]targetRow, error) {
	first, _, _ := bytes.Cut(text, []byte("\n"))
	r := csv.NewReader(bytes.NewReader(text))
	r.Comment, r.FieldsPerRecord, r.LazyQuotes, r.ReuseRecord = '#', -1, true, false
	most := 0
	for _, d := range ",;\t" {
		if n := bytes.Count(first, []byte(string(d))); n > most {
			r.Comma, most = d, n
		}
	}
	var rows []targetRow
	for {
		cells, err := r.Read()
		if err == io.EOF {
			return rows, nil
		}
		if err != nil {
			e := &ListError{Name: s.Name, Err: ErrMalformed}
			if pe := (*csv.ParseError)(nil); errors.As(err, &pe) {
				e.Line = pe.Line
			}
			return nil, e
		}
		line, _ := r.FieldPos(0)
		rows = append(rows, targetRow{line, cells})
	}
}

// targetColumn returns the column of domains, or -1, and whether rows[0] is a header.
func targetColumn(rows []targetRow) (col int, header bool) {
	for i, cell := range rows[0].cells {
		name := strings.Map(func(r rune) rune {
			if strings.ContainsRune(" _-.()\"", r) {
				return -1
			}
			return r
		}, strings.ToLower(cell))
		if targetHeaders[name] {
			return i, true
		}
	}
	const sample = 1000
	var c Canon
	counts := map[int]int{}
	best := -1
	for _, r := range rows[:min(len(rows), sample)] {
		for i, cell := range r.cells {
			if name, err := c.target(cell); err == nil && name != "" {
				counts[i]++
			}
		}
	}
	for i := range counts {
		if best < 0 || counts[i] > counts[best] || counts[i] == counts[best] && i < best {
			best = i
		}
	}
	if best < 0 {
		return -1, false
	}
	// A first row without a domain where the others have one is a header.
	if best < len(rows[0].cells) && len(rows) > 1 {
		name, err := c.target(rows[0].cells[best])
		header = name == "" || err != nil
	}
	return best, header
}

// target returns the name under which a cell's company is filed; "" if it is missing.
func (c *Canon) target(cell string) (string, error) {
	host, site := c.WebsiteHost(nil, []byte(cell))
	switch site.Kind {
	case SiteMissing:
		return "", nil
	case SiteHost:
	default:
		return "", ErrDomain
	}
	if Shared(host, site.Path, host) {
		return "", ErrShared
	}
	switch reg, kind := Registrable(host); {
	case kind == KindUnknownTLD:
		return "", ErrDomain
	case reg == nil && !exactOnly(host):
		return "", ErrSuffix
	}
	return string(companyKey(host)), nil
}

// exactOnly reports whether a public suffix is itself an organisation's host, so that
// it may be named: it has more than one label (nhs.uk), unlike com.
func exactOnly(host []byte) bool { return bytes.IndexByte(host, '.') >= 0 }

// Has reports whether the company at host is a target. It does not allocate.
func (t *Targets) Has(host []byte) bool { return t.names[string(companyKey(host))] }

// Len returns the number of companies.
func (t *Targets) Len() int { return len(t.names) }

// Versions returns the files the targets came from.
func (t *Targets) Versions() []Version { return t.versions }
