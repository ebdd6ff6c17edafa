package entity

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Limits of what is looked at. No company's name is longer: the register takes 160
// characters (Company, Limited Liability Partnership and Business Names Regulations 2015).
const (
	longestName = 320 // bytes
	mostWords   = 48
)

// A Reader reads names and legal forms for one goroutine. It owns its buffers.
type Reader struct {
	iter  norm.Iter
	plain []byte
	text  []byte // words, folded
	words [mostWords]span
	n     int

	shouted bool // all of it is in capitals, so that capitals tell nothing
}

// A span is one word: where it lies in Reader.text, and how it was written.
type span struct {
	lo, hi  uint16
	capital bool // in capitals
	dotted  bool // with full stops behind its letters
	spelt   bool // made of single letters
	starts  bool // a mark that divides names stands before it: a comma, a bracket, a dash
}

func (r *Reader) word(i int) []byte { return r.text[r.words[i].lo:r.words[i].hi] }

// OfName tells what a company is by its name: by the legal form at its end, or at the end
// of one of its parts ("Kelp Ltd - Leeds", "Kelp (Holdings) Limited (UK)"), and by words
// that say that somebody trades under a name. "Limited Edition Prints" has no form, nor
// has a name that is nothing but one.
func (r *Reader) OfName(name []byte, n Nation) Subscriber {
	if len(name) == 0 || len(name) > longestName || !r.cut(name) {
		return Unknown
	}
	if at, size := r.trading(); at >= 0 {
		if of := r.ends(0, at, n); of == Corporate {
			return Corporate // Kelp Ltd trading as Kelp Leeds
		}
		if r.ends(at+size, r.n, n) == Corporate {
			return Unknown // a trader may not use such a name, so who is who?
		}
		return Individual
	}
	for i := range r.n - 1 {
		if string(r.word(i)) == "sole" && (string(r.word(i+1)) == "trader" || string(r.word(i+1)) == "proprietor") ||
			string(r.word(i)) == "self" && string(r.word(i+1)) == "employed" {
			return Individual
		}
	}
	return r.ends(0, r.n, n)
}

// OfForm tells what a legal form or subscriber column says.
func (r *Reader) OfForm(cell []byte, n Nation) Subscriber {
	if len(cell) == 0 || len(cell) > longestName || !r.cut(cell) {
		return Unknown
	}
	r.plain = r.plain[:0]
	for i := range r.n {
		if i > 0 {
			r.plain = append(r.plain, ' ')
		}
		r.plain = append(r.plain, r.word(i)...)
	}
	if is, ok := columnForms[string(r.plain)]; ok {
		return is(n)
	}
	for i := range r.n {
		r.words[i].dotted = true // in this column "sa" is a form
	}
	if f, from := r.form(forms[string(r.word(r.n-1))], 0, r.n); f != nil && from == 0 {
		return f.is(n)
	}
	return r.ends(0, r.n, n)
}

// trading returns where "t/a" or "trading as" stands, and how many words it is; -1 if nowhere.
func (r *Reader) trading() (at, size int) {
	for i := 1; i < r.n; i++ {
		switch string(r.word(i)) {
		case "t/a":
			return i, 1
		case "trading":
			if i+1 < r.n && string(r.word(i+1)) == "as" {
				return i, 2
			}
		}
	}
	return -1, 0
}

// ends returns what the forms at the ends of the parts of words lo to hi come to. A form
// must have something before it, in its part or in one before.
func (r *Reader) ends(lo, hi int, n Nation) Subscriber {
	found := Unknown
	for end := hi; end > lo; {
		start := end - 1
		for start > lo && !r.words[start].starts {
			start--
		}
		stop := end
		last := endings[string(r.word(stop-1))]
		for last.behind && stop-1 > start {
			stop-- // Kelp Ltd UK
			last = endings[string(r.word(stop-1))]
		}
		if f, from := r.form(last.forms, start, stop); f != nil && (from > lo && !r.article(lo, from)) {
			switch of := f.is(n); {
			case of == Corporate:
				return Corporate
			case found == Unknown:
				found = of
			}
		}
		end = start
	}
	return found
}

// article reports whether words lo to hi are nothing but "the".
func (r *Reader) article(lo, hi int) bool { return hi-lo == 1 && string(r.word(lo)) == "the" }

// form returns the longest of the forms that words lo to hi end with, and where it begins.
func (r *Reader) form(of []form, lo, hi int) (f *form, from int) {
next:
	for i := range of {
		f := &of[i]
		from := hi - len(f.words)
		if from < lo {
			continue
		}
		for k, w := range f.words {
			if string(r.word(from+k)) != w {
				continue next
			}
		}
		if w := r.words[hi-1]; f.capital && !w.dotted && (!w.capital || r.shouted) {
			continue
		}
		return f, from
	}
	return nil, 0
}

// cut divides a name into words, folded: lower case, no accents, no full stops (P.L.C. is
// "plc") and no &; single letters in a row are one word (L T D); A/S and t/a stay as they
// are. It reports false for a name of no words, or too many.
func (r *Reader) cut(name []byte) bool {
	for _, c := range name {
		if c >= utf8.RuneSelf {
			r.plain = r.plain[:0]
			for r.iter.Init(norm.NFKD, name); !r.iter.Done(); {
				r.plain = append(r.plain, r.iter.Next()...)
			}
			name = r.plain
			break
		}
	}
	r.text, r.n, r.shouted = r.text[:0], 0, true
	part := false // a mark that divides names was met since the last word
	for i := 0; i < len(name); {
		c, size := rune(name[i]), 1
		if c >= utf8.RuneSelf {
			c, size = utf8.DecodeRune(name[i:])
		}
		if !inWord(c) {
			switch c {
			case ',', ';', ':', '|', '/', '(', ')', '[', ']':
				part = true
			case '-', '–', '—':
				part = part || i > 0 && name[i-1] == ' '
			}
			i += size
			continue
		}
		if r.n == mostWords {
			return false
		}
		i = r.take(name, i, part)
		part = false
	}
	return r.n > 0
}

// take reads the word at name[i:] and returns where it ends.
func (r *Reader) take(name []byte, i int, part bool) int {
	w := span{lo: uint16(len(r.text)), starts: part && r.n > 0, capital: true}
	letters, slash := 0, false
	for i < len(name) {
		c, size := rune(name[i]), 1
		if c >= utf8.RuneSelf {
			c, size = utf8.DecodeRune(name[i:])
		}
		switch {
		case c < utf8.RuneSelf && wordByte[c] != 0:
			letters++
			w.capital = w.capital && c < 'a'
			r.text = append(r.text, wordByte[c])
		case c >= utf8.RuneSelf && inWord(c):
			letters++
			w.capital = w.capital && !unicode.IsLower(c)
			r.text = utf8.AppendRune(r.text, unicode.ToLower(c))
		case c == '.':
			w.dotted = w.dotted || letters == 1
		case c == '\'' || c == '’' || c >= utf8.RuneSelf && unicode.Is(unicode.Mn, c):
		case c == '/' && letters == 1 && !slash && lone(name[i+1:]):
			slash = true
			r.text = append(r.text, '/')
		default:
			goto end
		}
		i += size
	}
end:
	w.hi = uint16(len(r.text))
	r.shouted = r.shouted && w.capital
	if last := r.n - 1; last >= 0 && letters == 1 && !slash && !w.starts && r.words[last].spelt {
		p := &r.words[last] // L T D: its letters lie side by side
		p.hi, p.capital = w.hi, p.capital && w.capital
		return i
	}
	w.spelt = letters == 1 && !slash
	r.words[r.n] = w
	r.n++
	return i
}

// lone reports whether s begins with a letter that stands alone.
func lone(s []byte) bool {
	letter := func(i int) bool { return i < len(s) && (s[i]|0x20)-'a' < 26 }
	return letter(0) && !letter(1)
}

// wordByte is the letters and digits of ASCII in lower case, 0 for other bytes.
var wordByte = func() (t [utf8.RuneSelf]byte) {
	for c := range t {
		switch b := byte(c); {
		case b-'A' < 26:
			t[c] = b | 0x20
		case b-'a' < 26, b-'0' < 10:
			t[c] = b
		}
	}
	return t
}()

func inWord(c rune) bool {
	if c < utf8.RuneSelf {
		return wordByte[c] != 0
	}
	return unicode.IsLetter(c) || unicode.IsDigit(c)
}
