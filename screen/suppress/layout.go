package suppress

import (
	"bytes"
	"slices"
	"strconv"
	"unicode"
	"unicode/utf8"
)

// A layout is how the text of a list is divided, and which columns count.
type layout struct {
	dialect
	format  string // the sender whose export it is; empty for most
	header  bool   // the first record names the columns
	columns []column
	status  *status // nil if every record counts

	headerLine int64 // where it stands, from 1; 0 without a header
}

// A column holds values of a list.
type column struct {
	index int
	name  string // from a header that we know; else empty
	role  role
	tier  tier
}

// A tier says how much a column's name says about what the list is for.
type tier uint8

const (
	who    tier = iota // addresses, digests of them: this person
	hashed             // digests of other algorithms: looked at in records that name nobody
	also               // telephone numbers, profiles: other names of the same person
	vague              // may be an address, or a street: looked at in records that name nobody
	where              // domains: count in records that name nobody
	site               // websites: count if the list has no better column
)

// headers maps column names, lower case and without spaces and punctuation, to what
// the column holds, in English, German, French and Spanish.
var headers = func() map[string]column {
	t := map[string]column{}
	add := func(c column, names ...string) {
		for _, n := range names {
			t[n] = c
		}
	}
	add(column{tier: who},
		"email", "emails", "mail", "emailaddress", "emailaddresses", "mailaddress", "emailid",
		"workemail", "businessemail", "contactemail", "useremail", "subscriberemail", "recipientemail", "emailordomain",
		"mailadresse", "emailadresse", "emailadressen",
		"courriel", "adressemail", "adresseemail", "adresseélectronique", "adressecourriel",
		"correo", "correoelectrónico", "correoelectronico", "direcciondecorreo",
		"direcciondecorreoelectronico", "direccióndecorreo", "direccióndecorreoelectrónico",
		"sha1", "sha1hash", "hash", "hashes", "emailhash", "hashedemail", "emailsha1", "sha1email", "digest", "sha1hex",
		"mailhash", "hashwert", "empreinte", "condensat", "huella", "resumen", "hashdelcorreo", "hashemail", "hashsha1")
	add(column{tier: vague},
		"address", "addresses", "recipient", "subscriber", "entry", "value", "identifier", "contact", "suppression",
		"suppressed", "adresse", "empfänger", "eintrag", "wert", "kontakt", "destinataire", "valeur",
		"dirección", "direccion", "destinatario", "valor", "contacto")
	add(column{tier: also, role: phoneRole},
		"phone", "phones", "phonenumber", "telephone", "telephonenumber", "mobile", "mobilephone", "mobilenumber", "tel",
		"cell", "cellphone", "workphone", "e164", "telefon", "telefonnummer", "rufnummer", "mobil", "mobilnummer", "handy",
		"téléphone", "numérodetéléphone", "numerodetelephone", "portable", "teléfono", "telefono", "móvil", "movil", "celular")
	add(column{tier: also},
		"linkedin", "linkedinurl", "linkedinprofile", "linkedinprofileurl", "personlinkedin", "personlinkedinurl",
		"profile", "profileurl", "socialurl", "social", "profil", "perfil", "perfildelinkedin", "profillinkedin")
	add(column{tier: where, role: domainRole},
		"domain", "domains", "domainname", "emaildomain", "maildomain", "host", "hostname", "domäne", "domaene", "domaine",
		"domaines", "nomdedomaine", "dominio", "dominios", "nombrededominio")
	add(column{tier: site, role: domainRole},
		"website", "websites", "web", "url", "companydomain", "companywebsite", "companyurl", "homepage", "webseite",
		"firmendomain", "site", "siteweb", "sitio", "sitioweb", "páginaweb", "paginaweb")
	add(column{tier: hashed},
		"md5", "md5hash", "emailmd5", "md5email", "hashmd5", "sha256", "sha256hash", "emailsha256", "sha256email",
		"hashsha256", "sha512", "sha512hash", "emailsha512", "sha512email", "hashsha512")
	return t
}()

// headerName reduces a column's name to letters and digits.
func headerName(cell []byte) string {
	if len(cell) > 80 {
		return ""
	}
	out := make([]byte, 0, len(cell))
	for _, c := range string(bytes.ToLower(trim(cell))) {
		switch {
		case unicode.IsLetter(c), unicode.IsDigit(c):
			out = utf8.AppendRune(out, c)
		case c == '.' || c == '@' || c == utf8.RuneError: // part of a value, not of a name
			return ""
		}
	}
	return string(out)
}

// sampleRecords is how many records decide on a layout.
const sampleRecords = 200

// delimiters in the order in which they win a tie.
var delimiters = []byte{',', ';', '\t', '|'}

// findLayout decides how a list is divided from its first bytes. whole says that they
// are all there is.
func findLayout(head []byte, whole bool, r *reader) layout {
	l := chooseLayout(head, whole, r)
	if l.header {
		l.headerLine = firstLine(head, l.eol)
	}
	return l
}

func chooseLayout(head []byte, whole bool, r *reader) layout {
	eol := byte('\n')
	if bytes.IndexByte(head, '\n') < 0 && bytes.IndexByte(head, '\r') >= 0 {
		eol = '\r'
	}
	lines := layout{dialect: dialect{eol: eol}}
	first := sample(lines.dialect, head, whole, 1)
	if len(first) == 0 {
		return lines
	}

	if l, ok := findExport(lines.dialect, head, whole, r); ok {
		return l
	}

	// A header with a name that we know settles it.
	best := layout{}
	for _, delim := range delimiters {
		l := layout{dialect: dialect{delim: delim, eol: eol}, header: true}
		rec := sample(l.dialect, head, whole, 1)[0]
		if len(rec) < 2 || len(rec) <= best.fields || anyValue(rec, r) {
			continue
		}
		l.fields = len(rec)
		if l.columns = namedColumns(rec); len(l.columns) > 0 {
			best = l
		}
	}
	if best.columns != nil {
		return best
	}
	if cell := first[0][0]; !anyValue(first[0], r) {
		if c, ok := headers[headerName(cell)]; ok {
			lines.header = true
			lines.columns = []column{{role: c.role, tier: who}}
			return lines
		}
	}

	// Else look at the cells.
	strong := 0
	for _, delim := range delimiters {
		l := layout{dialect: dialect{delim: delim, eol: eol}}
		if n := l.look(sample(l.dialect, head, whole, sampleRecords), r); n > strong {
			strong, best = n, l
		}
	}
	if best.columns != nil {
		return best
	}
	return lines
}

// sample returns the cells of the first records that are neither comments nor blank.
// A record cut by the end of head is left out, unless it is the only one.
func sample(d dialect, head []byte, whole bool, n int) (recs [][][]byte) {
	for len(head) > 0 && len(recs) < n {
		end := d.next(head, whole || len(recs) == 0)
		if end == 0 {
			break
		}
		rec := d.cutBreak(head[:end])
		head = head[end:]
		if isComment(rec) || len(trimSpace(rec)) == 0 {
			continue
		}
		recs = append(recs, d.cells(nil, rec))
	}
	return recs
}

// firstLine returns the number of the first line that is neither comment nor blank.
func firstLine(head []byte, eol byte) (line int64) {
	d := dialect{eol: eol}
	for line = 1; len(head) > 0; line++ {
		end := d.next(head, true)
		if rec := head[:end]; !isComment(rec) && len(trimSpace(rec)) > 0 {
			break
		}
		head = head[end:]
	}
	return line
}

// anyValue reports whether some cell is a value, so that the record is no header.
func anyValue(rec [][]byte, r *reader) bool {
	var v value
	for _, cell := range rec {
		if r.read(cell, anyRole, &v); v.verdict != unreadable && v.verdict != blank {
			return true
		}
	}
	return false
}

// namedColumns returns the columns of a header that count, in order of their tiers. A
// column with a vague name is taken at its word if no other holds persons.
func namedColumns(rec [][]byte) (cols []column) {
	best := site
	for i, cell := range rec {
		if c, ok := headers[headerName(cell)]; ok {
			c.index, c.name = i, string(trim(cell))
			cols = append(cols, c)
			best = min(best, c.tier)
		}
	}
	cols = slices.DeleteFunc(cols, func(c column) bool { return c.tier == site && c.tier != best })
	for i := range cols {
		if cols[i].tier == vague && best > hashed {
			cols[i].tier = who
		}
	}
	slices.SortStableFunc(cols, func(a, b column) int { return int(a.tier) - int(b.tier) })
	return cols
}

// look sets the columns of a file without a header we know: those in which most of
// the cells are values. It returns how many values the sample has in them, or 0 if
// the delimiter does not divide the records evenly.
func (l *layout) look(recs [][][]byte, r *reader) int {
	sizes := map[int]int{}
	for _, rec := range recs {
		sizes[len(rec)]++
	}
	for n, c := range sizes {
		if n > 1 && 10*c >= 9*len(recs) {
			l.fields = n
		}
	}
	if l.fields == 0 {
		return 0
	}
	// The first record is a header if it has words only where the others have values.
	body := recs
	if len(recs) > 1 && allWords(recs[0]) && !anyValue(recs[0], r) {
		l.header, body = true, recs[1:]
	}
	return l.lookAt(body, r)
}

// lookAt sets the columns of records without a header.
func (l *layout) lookAt(body [][][]byte, r *reader) int {
	type tally struct{ full, certain, hosts int }
	tallies := make([]tally, l.fields)
	var v value
	for _, rec := range body {
		for i := range min(len(rec), l.fields) {
			r.read(rec[i], anyRole, &v)
			t := &tallies[i]
			if v.verdict != blank {
				t.full++
			}
			switch v.verdict {
			case hosted:
				t.hosts++
				if bytes.IndexByte(rec[i], '@') >= 0 {
					t.certain++
				}
			case keyed, trap:
				t.certain++
			}
		}
	}
	add := func(i, n int, t tier) int {
		// Without a name: what is taken for a header may be a person's record.
		l.columns = append(l.columns, column{index: i, tier: t})
		return n
	}
	found := 0
	for i, t := range tallies {
		if t.certain > 0 && 2*(t.certain+t.hosts) >= t.full {
			found += add(i, t.certain+t.hosts, who)
		}
	}
	if found > 0 {
		return found
	}
	for i, t := range tallies {
		if t.hosts > 0 && 5*t.hosts >= 4*t.full {
			return add(i, t.hosts, where) // the first such column: further ones are websites
		}
	}
	return 0
}

// allWords reports whether every cell could be a column's name: it has a letter, and
// nothing that names do not have.
func allWords(rec [][]byte) bool {
	for _, cell := range rec {
		letters := 0
		for _, c := range string(trim(cell)) {
			switch {
			case unicode.IsLetter(c):
				letters++
			case c == '@' || c == '.' || c == '+' || c == utf8.RuneError:
				return false
			}
		}
		if letters == 0 || len(cell) > 80 {
			return false
		}
	}
	return true
}

// names returns what the report calls the columns.
func (l *layout) names() (names []string) {
	if l.delim == 0 {
		return nil
	}
	for _, c := range l.columns {
		if c.name != "" {
			names = append(names, c.name)
		} else {
			names = append(names, strconv.Itoa(c.index+1))
		}
	}
	return names
}
