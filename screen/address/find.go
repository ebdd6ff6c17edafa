package address

import (
	"bytes"
	"slices"
	"unicode"
	"unicode/utf8"
)

// A Token is a stretch of text, [Lo, Hi), that looks like an address.
type Token struct{ Lo, Hi int }

// Find appends to dst, for each @ in text, the stretches around it that may be an
// address, to be brought into canonical form by Parse. It is made for recall: text that
// reads several ways gives several tokens, which may overlap, the widest first. So
// "email=jane@w.example" gives itself, since = may stand in a local part, and
// "jane@w.example". Invisible characters and no-break spaces do not end a token, but
// the token without them and what is beyond is given too. A mailto URL with its @
// escaped is given whole.
//
// The time is linear in the length of text, and nothing is allocated once dst is large
// enough. A text without any @ costs a search for three bytes.
func Find(dst []Token, text []byte) []Token {
	f := finder{text: text, tokens: dst}
	ascii, wide, escaped := f.next('@', 0), f.nextWide(0), f.nextEscaped(0)
	for {
		switch i := min(ascii, wide, escaped); {
		case i == len(text):
			return f.tokens
		case i == ascii:
			f.around(i, i+1)
			ascii = f.next('@', i+1)
		case i == wide:
			f.around(i, i+len("＠"))
			wide = f.nextWide(i + 1)
		default:
			f.mailto(i)
			escaped = f.nextEscaped(i + 1)
		}
	}
}

// FindParsed calls emit with every address that Find sees in text, in canonical form.
// The address is valid until emit returns; emit must not use p.
func (p *Parser) FindParsed(text []byte, emit func(*Parsed)) {
	p.tokens = Find(p.tokens[:0], text)
	for _, t := range p.tokens {
		p.Parse(text[t.Lo:t.Hi], &p.found)
		if p.found.At > 0 {
			emit(&p.found)
		}
	}
}

type finder struct {
	text   []byte
	tokens []Token
}

// next returns where c is at or behind from, or the length of the text.
func (f *finder) next(c byte, from int) int {
	if i := bytes.IndexByte(f.text[from:], c); i >= 0 {
		return from + i
	}
	return len(f.text)
}

// nextWide is next for a full-width @.
func (f *finder) nextWide(from int) int {
	if i := bytes.Index(f.text[from:], []byte("＠")); i >= 0 {
		return from + i
	}
	return len(f.text)
}

// nextEscaped is next for the escape of an @.
func (f *finder) nextEscaped(from int) int {
	if i := bytes.Index(f.text[from:], []byte("%40")); i >= 0 {
		return from + i
	}
	return len(f.text)
}

// An extent is how far a token goes to one side, in the ways it can be read.
type extent [readings]int

// The readings, the widest first.
const (
	wide     = iota // everything that can be part of an address
	seen            // the same, up to an invisible character
	usual           // the ASCII that addresses are usually made of, and what is invisible
	narrow          // that ASCII alone
	stripped        // without what the text around may have lent to it
	readings
)

// around adds the tokens whose @ is at [lo, hi).
func (f *finder) around(lo, hi int) {
	left, right := f.left(lo), f.right(hi)
	for i, l := range left {
		if l == lo || slices.Contains(left[:i], l) {
			continue
		}
		for j, r := range right {
			if r != hi && !slices.Contains(right[:j], r) {
				f.tokens = append(f.tokens, Token{l, r})
			}
		}
	}
}

// A reader follows the readings from the @ outwards.
type reader struct {
	extent
	seen, usual, narrow bool
}

// step takes in the character c, up to i: hidden, or one that addresses usually have.
func (r *reader) step(i int, c rune, hidden, usually bool) {
	r.seen = r.seen && !hidden
	r.usual = r.usual && (usually || hidden)
	r.narrow = r.narrow && usually && c < utf8.RuneSelf
	r.extent[wide] = i
	if r.seen {
		r.extent[seen] = i
	}
	if r.usual {
		r.extent[usual] = i
	}
	if r.narrow {
		r.extent[narrow] = i
	}
}

// left returns where the local part that ends at end may start.
func (f *finder) left(end int) extent {
	e := reader{extent{end, end, end, end, end}, true, true, true}
	for i := end; i > 0; {
		c := f.text[i-1]
		if c < utf8.RuneSelf {
			hidden := blank(rune(c)) && !asciiSpace(c)
			if !hidden && c != '.' && !atext[c] {
				break
			}
			i--
			e.step(i, rune(c), hidden, !hidden && narrowLocal[c])
			continue
		}
		r, size := utf8.DecodeLastRune(f.text[:i])
		hidden := invisible(r)
		if !hidden && ends(r) {
			break
		}
		i -= size
		e.step(i, r, hidden, false)
	}
	for i := range e.extent[:stripped] {
		for e.extent[i] < end && edge(f.text[e.extent[i]]) {
			e.extent[i]++
		}
	}
	// Marks in front may be a list's or an emphasis, and %3C the escape of a bracket.
	from := e.extent[usual]
	if i := bytes.LastIndexByte(f.text[from:end], '%'); i >= 0 && from+i+3 < end {
		from += i + 3
	}
	for from < end {
		r, size := utf8.DecodeRune(f.text[from:end])
		if r != '_' && r != '-' && r != '+' && !invisible(r) && (r >= utf8.RuneSelf || !edge(byte(r))) {
			break
		}
		from += size
	}
	e.extent[stripped] = from
	return e.extent
}

// right returns where the domain that starts at start may end.
func (f *finder) right(start int) extent {
	e := reader{extent{start, start, start, start, start}, true, true, true}
	for i := start; i < len(f.text); {
		c := f.text[i]
		if c < utf8.RuneSelf {
			hidden := blank(rune(c)) && !asciiSpace(c)
			if !hidden && c != '.' && c != '-' && c != '_' && c|0x20-'a' >= 26 && c-'0' >= 10 {
				break
			}
			i++
			e.step(i, rune(c), hidden, !hidden)
			continue
		}
		r, size := utf8.DecodeRune(f.text[i:])
		hidden, dot := invisible(r), fullStop(r)
		if !hidden && !dot && ends(r) {
			break
		}
		i += size
		e.step(i, r, hidden, dot)
	}
	for i := range e.extent[:stripped] {
		for e.extent[i] > start {
			c := f.text[e.extent[i]-1]
			if !edge(c) && c != '-' && c != '_' {
				break
			}
			e.extent[i]--
		}
	}
	// "…@w.example.Thanks" is the end of a sentence without its space.
	domain := f.text[start:e.extent[usual]]
	if i := bytes.LastIndexByte(domain, '.'); i > 0 && i+2 < len(domain) && domain[i+1]-'A' < 26 && domain[i+2]-'a' < 26 {
		e.extent[stripped] = start + i
	}
	return e.extent
}

// maxEscapedLocal bounds the look back from an escaped @, of which there may be many in
// a row. It fits a local part with each octet escaped.
const maxEscapedLocal = 3 * maxLocal

// mailto adds the mailto URL whose escaped @ is at i.
func (f *finder) mailto(i int) {
	const scheme = "mailto:"
	lo := i
	for lo > 0 && i-lo < maxEscapedLocal && (narrowLocal[f.text[lo-1]] || atext[f.text[lo-1]]) {
		lo--
	}
	if lo < len(scheme) || !equalFoldASCII(f.text[lo-len(scheme):lo], scheme) {
		return
	}
	hi := i + 3
	for hi < len(f.text) && (narrowLocal[f.text[hi]] || f.text[hi] >= utf8.RuneSelf) {
		hi++
	}
	f.tokens = append(f.tokens, Token{lo - len(scheme), hi})
}

// narrowLocal holds the characters of nearly all local parts.
var narrowLocal = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._%+-")

// edge reports whether c, at the outer end of a token, belongs to the text around it.
func edge(c byte) bool {
	switch c {
	case '.', '\'', '`', '*', '=', '?', '/', '|', '{', '}', '~':
		return true
	}
	return c < '!' || c == 0x7f
}

// ends reports whether r, beyond ASCII, can not be part of an address: white space,
// quotes, brackets and the punctuation between words. Bytes that are not UTF-8 do not
// end a token; they may be letters of another encoding.
func ends(r rune) bool {
	if r == utf8.RuneError {
		return false
	}
	return unicode.IsSpace(r) || quotation(r) ||
		r >= 0x2010 && r <= 0x205e || r >= 0x3001 && r <= 0x301f || fullWidthMark(r) ||
		unicode.In(r, unicode.Ps, unicode.Pe, unicode.Pi, unicode.Pf)
}

// fullWidthMark reports whether r is a full-width ASCII character other than a letter,
// a digit or one of . - _ +.
func fullWidthMark(r rune) bool {
	if r < 0xff01 || r > 0xff5e {
		return false
	}
	return !narrowLocal[byte(r-0xff01+'!')]
}
