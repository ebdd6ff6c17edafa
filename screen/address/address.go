// Package address turns what stands in a cell into the one form that is hashed and
// compared: of an e-mail address, a telephone number, a profile URL.
//
// The canonical form of an address is the text without wrapping ("Jane <…>",
// "mailto:…", quotes), without invisible characters, the local part in NFC and lower
// case, the domain in lower-case A-labels. Dots and plus tags stay: they may tell two
// people apart. Forms that other systems hash instead are made by Alternates, so that
// a list of digests made elsewhere still matches.
//
// Nearly every address of a list is plain ASCII and needs at most lower-casing. Those
// take one pass over words of eight bytes (plain.go); everything else goes the long way
// (canon.go), which gives the same bytes for the plain ones too.
package address

// A Status is what is wrong with an address, if anything. Names are those of the
// screening reasons and, like the numbers, never change.
type Status uint8

// The statuses.
const (
	OK           Status = iota
	Missing             // no text, or only white space and punctuation
	Syntax              // not local@domain.tld; a quoted local part counts as this too
	Multiple            // more than one @
	DomainSyntax        // a domain that DNS or IDNA does not allow
	Reserved            // an IP address in the domain's place
	numStatuses
)

var statusNames = [numStatuses]string{"ok", "email_missing", "email_syntax", "email_multiple", "domain_syntax", "domain_reserved"}

// String returns the status's stable name.
func (s Status) String() string {
	if s < numStatuses {
		return statusNames[s]
	}
	return "unknown"
}

// Flags say what was met on the way to the canonical form.
type Flags uint8

// The flags.
const (
	Cased       Flags = 1 << iota // an ASCII capital was lowered, and nothing else was changed
	Repaired                      // something other than ASCII case was changed
	InvalidUTF8                   // bytes that are not UTF-8 became U+FFFD
	Mixed                         // letters of several scripts in the local part or one label
	PlusTag                       // the local part holds a + that is not its first byte
	NonASCII                      // the canonical local part is not ASCII
	ALabel                        // the canonical domain has an A-label (xn--)
)

// Has reports whether all of f is set.
func (s Flags) Has(f Flags) bool { return s&f == f }

// Info is what is known of an address beside its bytes. It is eight bytes, for columns.
type Info struct {
	At     int32 // index of the last @ of the canonical form; -1 if there is none
	Status Status
	Flags  Flags
}

// Parsed is an address in canonical form.
type Parsed struct {
	// Canon is UTF-8 and empty only if Status is Missing. It aliases the text it was
	// parsed from or the Parser, and is valid until either changes.
	Canon []byte
	Info
}

// Local returns the part before the last @, or all of it if there is none.
func (a *Parsed) Local() []byte {
	if a.At < 0 {
		return a.Canon
	}
	return a.Canon[:a.At:a.At]
}

// Domain returns the part after the last @, or nil if there is none.
func (a *Parsed) Domain() []byte {
	if a.At < 0 {
		return nil
	}
	return a.Canon[a.At+1:]
}

// A Parser is the scratch of one worker. The zero value is ready; it must not be used
// concurrently.
type Parser struct {
	canon  []byte // what Parse returns
	clean  []byte // the cell without invisible characters
	unesc  []byte // the address of a mailto URL
	nfc    []byte
	lower  []byte
	text   []byte // what Alternates returns
	alts   [NumForms]Alt
	tokens []Token
	found  Parsed

	long bool // take the long way always; for tests
}

// Parse brings raw into canonical form. It does not allocate for ASCII, and does not
// copy if raw already is what it should be.
func (p *Parser) Parse(raw []byte, out *Parsed) {
	if n := len(raw); n >= minPlain && n <= maxPlain && !p.long {
		if cap(p.canon) < maxPlain {
			p.canon = make([]byte, 0, 4*maxPlain)
		}
		if info, ok := plain(p.canon[:n], raw); ok {
			out.Info = info
			out.Canon = raw[:n:n]
			if info.Flags&Cased != 0 {
				out.Canon = p.canon[:n:n]
			}
			return
		}
	}
	p.canon, out.Info = p.appendCanon(p.canon[:0], raw)
	out.Canon = p.canon[:len(p.canon):len(p.canon)]
}

// Append appends the canonical form of raw to dst. It is Parse for whole columns.
func (p *Parser) Append(dst, raw []byte) ([]byte, Info) {
	if n := len(raw); n >= minPlain && n <= maxPlain && !p.long {
		m := len(dst)
		if cap(dst)-m < n {
			dst = append(dst, raw...)[:m]
		}
		if info, ok := plain(dst[m:m+n], raw); ok {
			return dst[:m+n], info
		}
	}
	return p.appendCanon(dst, raw)
}
