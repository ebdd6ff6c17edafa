package main

import (
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/cases"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
)

// An oracleAddress is an address in canonical form and what is wrong with it.
type oracleAddress struct {
	canon, local, host string // host is empty if there is no @
	status             string // name of the reason, or empty
	hasAt              bool
}

var oracleIDNA = idna.New(idna.MapForLookup(), idna.Transitional(false), idna.CheckHyphens(false))

// oracleHidden reports whether r is a control or shows nothing.
func oracleHidden(r rune) bool {
	if r < 0x80 {
		return r < ' ' && !unicode.IsSpace(r) || r == 0x7f
	}
	return unicode.IsControl(r) && r != 0x85 || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) ||
		unicode.Is(unicode.Variation_Selector, r) || r == 0xa0 || r == 0x202f
}

func oracleTrim(s string) string {
	return strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) || oracleHidden(r) })
}

// oracleCanon follows the steps of the specification's canonical form.
func oracleCanon(raw string) oracleAddress {
	// 1, 2, 4: text without what is invisible, with plain @ and dots.
	s := strings.ToValidUTF8(oracleEachInvalid(oracleTrim(raw)), "\ufffd")
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '＠':
			return '@'
		case r == '．' || r == '。' || r == '｡':
			return '.'
		case oracleHidden(r):
			return -1
		}
		return r
	}, s)
	s = oracleExtract(s)
	a := oracleAddress{}
	if s == "" {
		a.status = "email_missing"
		return a
	}
	at := strings.LastIndexByte(s, '@')
	if at < 0 {
		a.canon, a.status = oracleLocal(s), "email_syntax"
		a.local = a.canon
		return a
	}
	a.hasAt = true
	a.local = oracleLocal(s[:at])
	var status string
	a.host, status = oracleHost(s[at+1:])
	a.canon = a.local + "@" + a.host
	quoted := len(s[:at]) > 1 && s[0] == '"' && s[at-1] == '"'
	switch {
	case strings.Contains(s[:at], "@") && !quoted:
		a.status = "email_multiple"
	case !oracleDotAtom(a.local):
		a.status = "email_syntax"
	default:
		a.status = status
	}
	return a
}

// oracleEachInvalid puts a mark for every byte that is not UTF-8, not one for each run
// of them.
func oracleEachInvalid(s string) string { return string([]rune(s)) }

// oracleExtract takes the address out of what is around it.
func oracleExtract(s string) string {
	for range 6 {
		before := s
		for {
			t := strings.TrimRight(oracleTrim(s), ";,.")
			if t == s {
				break
			}
			s = t
		}
		if utf8.RuneCountInString(s) >= 2 {
			first, n := utf8.DecodeRuneInString(s)
			last, m := utf8.DecodeLastRuneInString(s)
			inner := s[n : len(s)-m]
			switch {
			case strings.ContainsRune("\"'`", first) && first == last:
				s = inner
			case strings.Contains("() <> [] {}", string(first)+string(last)) && first != ' ' && !strings.ContainsAny(inner, string(first)+string(last)):
				s = inner
			case first > 0x7f && last > 0x7f && strings.ContainsRune("«»‹›“”„‟‘’‚‛「」『』【】（）＜＞〈〉《》＂＇", first) && strings.ContainsRune("«»‹›“”„‟‘’‚‛「」『』【】（）＜＞〈〉《》＂＇", last):
				s = inner
			}
		}
		if len(s) >= 7 && strings.EqualFold(s[:7], "mailto:") {
			s, _, _ = strings.Cut(s[7:], "?")
			if u, err := url.PathUnescape(s); err == nil {
				s = u
			}
		}
		if lo := strings.LastIndexByte(s, '<'); lo >= 0 {
			if n := strings.IndexByte(s[lo:], '>'); n > 0 {
				name, inner, after := s[:lo], oracleTrim(s[lo+1:lo+n]), s[lo+n+1:]
				same := strings.EqualFold(strings.Trim(oracleTrim(name), `"'`), inner)
				if strings.ContainsAny(inner, "@＠") && !strings.ContainsAny(after, "@＠") && (same || !strings.ContainsAny(name, "@＠")) {
					s = inner
				}
			}
		}
		if s == before {
			break
		}
	}
	return s
}

// oracleLocal is a local part in NFC and lower case.
func oracleLocal(s string) string {
	return norm.NFC.String(oracleLower(norm.NFC.String(s)))
}

func oracleLower(s string) string { return cases.Lower(language.Und).String(s) }

func oracleDotAtom(s string) bool {
	if s == "" || len(s) > 64 || strings.HasPrefix(s, ".") || strings.HasSuffix(s, ".") || strings.Contains(s, "..") {
		return false
	}
	for _, r := range s {
		switch {
		case r == utf8.RuneError:
			return false
		case r < 0x80:
			if !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-/=?^_`{|}~.", r) {
				return false
			}
		case !unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S):
			return false
		}
	}
	return true
}

var oracleLabel = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)

// oracleHost is the domain of an address in canonical form and what is wrong with it.
func oracleHost(s string) (host, status string) {
	s = strings.TrimRight(s, ".")
	if len(s) > 2 && s[0] == '[' && s[len(s)-1] == ']' {
		return oracleLocal(s), "domain_reserved"
	}
	host, err := oracleIDNA.ToASCII(s)
	if err != nil {
		host = oracleLocal(s)
		if !strings.Contains(host, ".") {
			return host, "email_syntax"
		}
		return host, "domain_syntax"
	}
	host = strings.TrimRight(host, ".")
	if !strings.Contains(host, ".") {
		return host, "email_syntax"
	}
	if ip, err := netip.ParseAddr(host); err == nil && ip.Is4() {
		return host, "domain_reserved"
	}
	for label := range strings.SplitSeq(host, ".") {
		if !oracleLabel.MatchString(label) {
			return host, "domain_syntax"
		}
	}
	if len(host) > 253 {
		return host, "domain_syntax"
	}
	return host, ""
}

// oracleForms are the spellings of an address that are looked up by default.
func oracleForms(raw string, a oracleAddress) []string {
	if a.canon == "" {
		return nil
	}
	forms := []string{a.canon}
	if !a.hasAt {
		return forms
	}
	forms = append(forms, oracleTrim(raw), oracleExtract(oracleTrim(raw)), oracleLower(oracleTrim(raw)))
	untagged := a.local
	if i := strings.IndexByte(a.local, '+'); i > 0 {
		untagged = a.local[:i]
	}
	forms = append(forms, untagged+"@"+a.host)
	if a.host == "gmail.com" || a.host == "googlemail.com" {
		forms = append(forms, strings.ReplaceAll(untagged, ".", "")+"@"+a.host)
	}
	if u, err := oracleIDNA.ToUnicode(a.host); err == nil {
		forms = append(forms, a.local+"@"+u)
	}
	return forms
}

// oracleFind returns the parts of a text that may be an address: around each @ what
// could be part of one, in a wide and a narrow sense, less the marks in front.
func oracleFind(text string) []string {
	var found []string
	outer := func(r rune) bool {
		if r < 0x80 {
			return !(unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("!#$%&'*+-/=?^_`{|}~.", r) || oracleHidden(r))
		}
		return r == '＠' || unicode.IsSpace(r) && !oracleHidden(r) || unicode.In(r, unicode.Ps, unicode.Pe, unicode.Pi, unicode.Pf)
	}
	narrow := func(r rune) bool {
		return !(r < 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("._%+-", r)))
	}
	usual := func(r rune) bool { return narrow(r) && !oracleHidden(r) }
	beyond := func(r rune) bool {
		return r < 0x80 && !(unicode.IsLetter(r) || unicode.IsDigit(r) || r == '.' || r == '-' || r == '_' || oracleHidden(r)) || outer(r)
	}
	for i, r := range text {
		if r != '@' && r != '＠' {
			continue
		}
		left, right := text[:i], text[i+utf8.RuneLen(r):]
		var heads, tails []string
		for _, stop := range []func(rune) bool{outer, usual, narrow} {
			head := left
			if k := strings.LastIndexFunc(head, stop); k >= 0 {
				_, n := utf8.DecodeRuneInString(head[k:])
				head = head[k+n:]
			}
			head = strings.TrimLeft(head, ".'`*=?/|{}~")
			inner := head
			if k := strings.LastIndexByte(inner, '%'); k >= 0 && k+3 < len(inner) {
				inner = inner[k+3:] // the escape of a bracket or a space
			}
			heads = append(heads, head, strings.TrimLeft(inner, "_-+.'`*=?/|{}~"))
		}
		for _, stop := range []func(rune) bool{beyond, usual, narrow} {
			tail := right
			if k := strings.IndexFunc(tail, stop); k >= 0 {
				tail = tail[:k]
			}
			tail = strings.TrimRight(tail, ".'`*=?/|{}~-_")
			tails = append(tails, tail, oracleSentence.ReplaceAllString(tail, ""))
		}
		for _, h := range heads {
			for _, t := range tails {
				if strings.TrimLeft(h, "\x00.'`*=?/|{}~") != "" && t != "" {
					found = append(found, h+"@"+t)
				}
			}
		}
	}
	if strings.Contains(text, "%40") {
		found = append(found, oracleMailto.FindAllString(text, -1)...)
	}
	return found
}

// oracleSentence is the start of a sentence whose space before it is missing.
var oracleSentence = regexp.MustCompile(`\.+[A-Z][a-z]+$`)

var oracleMailto = regexp.MustCompile(`(?i)mailto:[a-z0-9.!#$%&'*+/=?^_{|}~-]+%40[a-z0-9.-]+`)
