package pii

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"
)

//go:embed words.txt
var wordsText string

// A token is what a phrase of a header means, whatever its language.
type token uint8

// The tokens, by their names in words.txt.
const (
	tCompany token = iota
	tSeat
	tWork
	tPrivate
	tPerson
	tPrimary
	tOther
	tProprietor
	tName
	tNom
	tNombre
	tNome
	tFirst
	tLast
	tMiddle
	tAffix
	tEmail
	tPec
	tPhone
	tMobile
	tFax
	tSwitchboard
	tLinkedin
	tSocial
	tFollowers
	tAddress
	tStreet
	tPostcode
	tCity
	tRegion
	tState
	tCountry
	tGeo
	tTitle
	tAnyTitle
	tDetail
	tRole
	tBirth
	tBirthplace
	tGender
	tDemographic
	tImage
	tUsername
	tActivity
	tText
	tDescription
	tID
	tMemberID
	tHash
	tIP
	tDevice
	tCredential
	tNational
	tTaxID
	tFinance
	tBank
	tCard
	tAccountNo
	tHealth
	tEthnicity
	tReligion
	tPolitics
	tUnion
	tSexLife
	tBiometric
	tGenetic
	tCriminal
	tConsent
	tSource
	tCompanyName
	tDomain
	tCompanyID
	tProfile
	tQuality
	tKind
	tCategory
	tStamp
	tWhen
	tObject
	tDrop
	numTokens
)

var tokenNames = [numTokens]string{
	"company", "seat", "work", "private", "person", "primary", "other", "proprietor", "name", "nom", "nombre", "nome", "first", "last",
	"middle", "affix", "email", "pec", "phone", "mobile", "fax", "switchboard", "linkedin", "social", "followers", "address",
	"street", "postcode", "city", "region", "stateword", "country", "geo", "title", "title0", "detail", "role", "birth",
	"birthplace", "gender", "demographic", "image", "username", "activity", "text", "descr", "id", "memberid", "hash", "ip",
	"device", "credential", "national", "taxid", "finance", "bank", "card", "accountno", "health", "ethnicity", "religion", "politics",
	"union", "sexlife", "biometric", "genetic", "criminal", "consent", "source", "compname", "domain", "compid", "profile",
	"qual", "kill", "category", "stamp", "when", "object", "drop",
}

// A tokenSet is the tokens of one header.
type tokenSet [2]uint64

func (s *tokenSet) add(t token)     { s[t>>6] |= 1 << (t & 63) }
func (s tokenSet) has(t token) bool { return s[t>>6]>>(t&63)&1 == 1 }

func (s tokenSet) hasAny(ts ...token) bool {
	for _, t := range ts {
		if s.has(t) {
			return true
		}
	}
	return false
}

// lexicon is words.txt, ready to look up.
type lexicon struct {
	phrases map[string]token // words divided by single spaces
	whole   map[string]token // phrases that must be the whole header
	longest int              // words in the longest phrase
	words   map[string]bool  // every word of a phrase, to take compounds apart
}

// embedded is built when first asked for, in about five milliseconds, and read-only then.
var embedded = sync.OnceValue(func() *lexicon {
	l := &lexicon{phrases: make(map[string]token, 8000), whole: make(map[string]token), words: make(map[string]bool, 4000)}
	byName := make(map[string]token)
	for t, name := range tokenNames {
		byName[name] = token(t)
	}
	for line := range strings.Lines(wordsText) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		name, list, _ := strings.Cut(line, ": ")
		t, ok := byName[name]
		if !ok {
			panic("words.txt: unknown token " + name)
		}
		for phrase := range strings.SplitSeq(list, ", ") {
			l.add(strings.TrimSpace(phrase), t)
		}
	}
	return l
})

// add enters a phrase. Where two tokens claim it, the first in the file keeps it, but a
// word that is dropped may be said to mean something nowhere else.
func (l *lexicon) add(phrase string, t token) {
	if inner, ok := strings.CutPrefix(phrase, "^"); ok {
		l.whole[strings.TrimSuffix(inner, "$")] = t
		return
	}
	if _, taken := l.phrases[phrase]; taken {
		return
	}
	l.phrases[phrase] = t
	n := 0
	for w := range strings.SplitSeq(phrase, " ") {
		n++
		if len(w) >= 3 {
			l.words[w] = true
		}
	}
	l.longest = max(l.longest, n)
}

// read returns the tokens of a header's words, the last of them, and how many words mean
// nothing.
func (l *lexicon) read(words []string) (set tokenSet, head token, unknown int) {
	if t, ok := l.whole[strings.Join(words, " ")]; ok {
		set.add(t)
		return set, t, 0
	}
	words = l.apart(words)
	for i := 0; i < len(words); {
		n := min(l.longest, len(words)-i)
		for ; n > 0; n-- {
			if t, ok := l.phrases[strings.Join(words[i:i+n], " ")]; ok {
				if n == 1 && adverb(words, i) {
					break
				}
				set.add(t)
				head = t
				break
			}
		}
		if n == 0 {
			if words[i][0] > '9' {
				unknown++
			}
			n = 1
		}
		i += n
	}
	return set, head, unknown
}

// adverb reports whether the word at i is a "first" or "last" that stands before something
// else than a name: last evaluation, first order. At the end, it is a name's: customer_last.
func adverb(words []string, i int) bool {
	return (words[i] == "last" || words[i] == "first") && i+1 < len(words) && words[i+1][0] > '9'
}

// byWhom reports whether a header ends as those do that name who did something: created by,
// geprüft von, validé par.
func byWhom(words []string) bool {
	n := len(words)
	if n < 2 {
		return false
	}
	before := words[n-2]
	switch words[n-1] {
	case "by":
		return strings.HasSuffix(before, "ed") || strings.HasSuffix(before, "en") || before == "sold" || before == "made"
	case "von":
		return strings.HasSuffix(before, "t") && len(before) > 5
	case "par":
		return strings.HasSuffix(before, "e") || strings.HasSuffix(before, "i")
	case "por":
		return strings.HasSuffix(before, "do") || strings.HasSuffix(before, "da")
	case "door":
		return strings.HasPrefix(before, "ge") || strings.HasSuffix(before, "d")
	case "przez":
		return true
	}
	return false
}

// apart takes words apart that the lexicon does not know and that are made of words it
// knows, as lower-case headers and German have them: emailaddress, kundenname.
func (l *lexicon) apart(words []string) []string {
	var out []string
	for _, w := range words {
		_, whole := l.phrases[w]
		if whole || l.words[w] || len(w) < 6 {
			out = append(out, w)
			continue
		}
		if folded := germanSpellings.Replace(w); folded != w {
			if _, ok := l.phrases[folded]; ok {
				out = append(out, folded)
				continue
			}
		}
		if parts := l.compound(w, 4); parts != nil {
			out = append(out, parts...)
			continue
		}
		out = append(out, w)
	}
	return out
}

// compound divides a word into at most most words of the lexicon, longest first, or
// returns nil. Between two there may be an s, n or en, which German and Dutch put there, or a
// little word of other languages: dateofbirth, datadinascita.
func (l *lexicon) compound(w string, most int) []string {
	if most == 0 {
		return nil
	}
	if len(w) == 2 && shortEnds[w] {
		return []string{w}
	}
	for n := len(w); n >= 3; n-- {
		if !l.words[w[:n]] {
			continue
		}
		if n == len(w) {
			return []string{w}
		}
		rest := w[n:]
		for _, link := range []string{"", "s", "n", "en", "of", "de", "di"} {
			if tail, ok := strings.CutPrefix(rest, link); ok && tail != "" {
				if parts := l.compound(tail, most-1); parts != nil {
					return append([]string{w[:n]}, parts...)
				}
			}
		}
	}
	return nil
}

// shortEnds are words of two letters that compounds end with: userid, kundennr.
var shortEnds = map[string]bool{"id": true, "nr": true, "no": true, "ip": true}

// A Lexicon is further headers, from a user's file.
type Lexicon struct{ phrases map[string]Tag }

// ParseLexicon reads a lexicon file. A line is a tag, a colon and headers divided by
// commas: "person.national_id: staff passport no, pass ref". Case, accents and
// separators of the headers do not count. Empty lines and lines that begin with # are
// skipped. All that is wrong is reported at once, by line.
func ParseLexicon(text string) (*Lexicon, []error) {
	l := &Lexicon{phrases: make(map[string]Tag)}
	var errs []error
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimSpace(strings.TrimPrefix(line, "\ufeff"))
		if line == "" || line[0] == '#' {
			continue
		}
		name, list, ok := strings.Cut(line, ":")
		if !ok {
			errs = append(errs, fmt.Errorf("line %d: want TAG: HEADER, HEADER …", n))
			continue
		}
		tag, err := ParseTag(strings.TrimSpace(name))
		if err != nil {
			errs = append(errs, fmt.Errorf("line %d: %w", n, err))
			continue
		}
		for phrase := range strings.SplitSeq(list, ",") {
			if words := fold(phrase); len(words) > 0 {
				l.phrases[strings.Join(words, " ")] = tag
			}
		}
	}
	return l, errs
}

// lookup returns the tag that the user's lexicon gives a header.
func (l *Lexicon) lookup(words []string) (Tag, bool) {
	if l == nil {
		return None, false
	}
	t, ok := l.phrases[strings.Join(words, " ")]
	return t, ok
}
