package pii

import (
	"bytes"
	"strings"

	"sluice/screen/domain"
)

// A relation is what a column has to do with the e-mail addresses of its rows. It stands
// in for a model of language: a word that is the beginning of its row's local part, in
// row after row, is a given name in any language.
type relation struct {
	first, last, whole int // cells that are the first, the last, or both parts of a local part
	firm               int // cells that are the name of the address's domain
	host               int // cells whose host is the address's, or above or below it
	of                 int // rows in which both were there
}

const relatedRows = 500 // rows looked at; more would not change the answer

// readRelations compares the columns with the first column of addresses.
func (t *table) readRelations() {
	mail := -1
	for i := range t.cols {
		if t.cols[i].profile.share(sEmail, most) && !t.cols[i].heading.has(tOther) {
			mail = i
			break
		}
	}
	if mail < 0 {
		return
	}
	var canon domain.Canon
	var buf []byte
	for i := range t.cols {
		p := &t.cols[i].profile
		if i == mail || p.filled == 0 || p.lengths > 80*p.filled {
			continue
		}
		r := &t.cols[i].related
		for row := range min(relatedRows, t.sample[mail].Len()) {
			address := bytes.TrimSpace(t.sample[mail].At(row))
			cell := bytes.TrimSpace(t.sample[i].At(row))
			at := bytes.LastIndexByte(address, '@')
			if at <= 0 || len(cell) == 0 || len(cell) > 100 {
				continue
			}
			r.of++
			if p.share(sURL, most) {
				host, site := canon.WebsiteHost(buf[:0], cell)
				buf = host
				if site.Kind == domain.SiteHost && (bytes.HasSuffix(host, bytes.ToLower(address[at+1:])) || bytes.HasSuffix(address[at+1:], host)) {
					r.host++
				}
				continue
			}
			r.name(strings.ToLower(string(address[:at])), string(address[at+1:]), strings.Fields(string(appendWords(nil, cell))))
		}
	}
}

var hostSeparators = strings.NewReplacer("-", "", ".", "")

// name compares the words of a cell with an address.
func (r *relation) name(local, host string, words []string) {
	if len(words) == 0 || len(words) > 5 {
		return
	}
	if squashed := strings.Join(words, ""); len(squashed) >= 4 {
		label := hostSeparators.Replace(strings.ToLower(host))
		if strings.HasPrefix(label, squashed) || len(words) > 1 && len(words[0]) >= 4 && strings.HasPrefix(label, words[0]) {
			r.firm++
		}
	}
	parts := strings.FieldsFunc(local, func(c rune) bool { return c < 'a' || c > 'z' })
	if len(parts) == 0 {
		return
	}
	joined := strings.Join(words, "")
	switch {
	case len(words) >= 2 && len(parts) >= 2 && contains(words, parts[0]) && contains(words, parts[len(parts)-1]):
		r.whole++
	case len(words) >= 2 && len(parts) == 1 && (parts[0] == joined || len(parts[0]) >= 4 && contains(words, parts[0]) || contains(words, parts[0][1:])):
		r.whole++
	case len(parts) >= 2 && joined == parts[0]:
		r.first++
	case len(parts) >= 2 && joined == parts[len(parts)-1]:
		r.last++
	case len(parts) == 1 && len(joined) >= 3 && (joined == parts[0] || strings.HasPrefix(parts[0], joined)):
		r.first++
	case len(parts) == 1 && len(joined) >= 3 && strings.HasSuffix(parts[0], joined):
		r.last++
	}
}

func contains(words []string, w string) bool {
	for _, x := range words {
		if x == w {
			return true
		}
	}
	return false
}

// share reports whether n of the rows are at least permille of those compared.
func (r *relation) share(n, permille int) bool { return r.of >= 3 && n*1000 >= permille*r.of }
