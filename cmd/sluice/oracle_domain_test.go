package main

import (
	"bufio"
	"net/netip"
	"os"
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
	"golang.org/x/text/unicode/norm"
)

// oracleTables are the embedded tables in maps.
type oracleTables struct {
	entries   map[string][2]string // domain to class and tier
	families  map[string][]string
	shared    map[string]bool
	anySuffix map[string]bool // shared hosts under any suffix
}

const oracleData = "../../screen/domain/data/"

func oracleLines(name string) (lines []string, err error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	s := bufio.NewScanner(f)
	for s.Scan() {
		if line := strings.TrimSpace(s.Text()); line != "" && line[0] != '#' {
			lines = append(lines, line)
		}
	}
	return lines, s.Err()
}

func oracleLoadTables() (*oracleTables, error) {
	t := &oracleTables{map[string][2]string{}, map[string][]string{}, map[string]bool{}, map[string]bool{}}
	for _, file := range [][3]string{
		{"company_allow", "company", "allow"}, {"relay_reviewed", "relay_alias", "reviewed"}, {"freemail_reviewed", "freemail", "reviewed"},
		{"isp_reviewed", "isp_mail", "reviewed"}, {"disposable_reviewed", "disposable", "reviewed"}, {"freemail_core", "freemail", "core"},
		{"disposable_core", "disposable", "core"}, {"freemail_weak", "freemail", "weak"}, {"disposable_weak", "disposable", "weak"},
	} {
		lines, err := oracleLines(oracleData + file[0] + ".txt")
		if err != nil {
			return nil, err
		}
		for _, d := range lines {
			if _, taken := t.entries[d]; !taken {
				t.entries[d] = [2]string{file[1], file[2]}
			}
		}
	}
	lines, err := oracleLines(oracleData + "families.txt")
	if err != nil {
		return nil, err
	}
	for _, line := range lines {
		words := strings.Fields(line)
		t.families[words[0]] = words[1:]
	}
	if lines, err = oracleLines(oracleData + "shared_hosts.txt"); err != nil {
		return nil, err
	}
	for _, host := range lines {
		if label, ok := strings.CutSuffix(host, ".*"); ok {
			t.anySuffix[label] = true
		} else {
			t.shared[host] = true
		}
	}
	return t, nil
}

// lookup returns the class and tier of host or its nearest parent that is listed.
func (t *oracleTables) lookup(host string) (class, tier string) {
	for name := host; strings.Contains(name, "."); _, name, _ = strings.Cut(name, ".") {
		if e, ok := t.entries[name]; ok {
			if e[1] == "allow" {
				return "", ""
			}
			return e[0], e[1]
		}
		if t.family(name) {
			return "freemail", "reviewed"
		}
	}
	return "", ""
}

// Country top-level domains that are sold as words.
const oracleSold = " ac ai am cc cd co fm gg gs io is la ly me ms nu pw sc sh so st tk to tv vc vg ws eu ml ga cf gq "

func (t *oracleTables) family(name string) bool {
	label, suffix, _ := strings.Cut(name, ".")
	countries := false
	for _, s := range t.families[label] {
		switch s {
		case suffix:
			return true
		case "!" + suffix:
			return false
		case "*":
			countries = true
		}
	}
	tld := suffix[strings.LastIndexByte(suffix, '.')+1:]
	ps, icann := publicsuffix.PublicSuffix(suffix)
	return countries && len(tld) == 2 && !strings.Contains(oracleSold, " "+tld+" ") && ps == suffix && icann
}

// sharedHost reports whether a website says nothing about a company.
func (t *oracleTables) sharedHost(site string, path bool, mail string) bool {
	covered := false
	for name := site; strings.Contains(name, "."); _, name, _ = strings.Cut(name, ".") {
		label, suffix, _ := strings.Cut(name, ".")
		covered = covered || t.shared[name] || t.anySuffix[label] && oracleIsSuffix(suffix)
	}
	return covered && (path || oracleCompany(site) != oracleCompany(mail))
}

func oracleKnownTLD(host string) bool {
	ps, icann := publicsuffix.PublicSuffix(host)
	return icann || strings.Contains(ps, ".") || oracleReservedTLD(ps)
}

func oracleIsSuffix(host string) bool {
	ps, _ := publicsuffix.PublicSuffix(host)
	return ps == host && oracleKnownTLD(host)
}

// oracleRegistrable is empty for a public suffix.
func oracleRegistrable(host string) string {
	reg, err := publicsuffix.EffectiveTLDPlusOne(host)
	if err != nil {
		return ""
	}
	return reg
}

func oracleCompany(host string) string {
	if reg := oracleRegistrable(host); reg != "" {
		return reg
	}
	return host
}

func oracleReservedTLD(tld string) bool {
	return strings.Contains(" test example invalid localhost local onion alt internal arpa ", " "+tld+" ")
}

func oracleReserved(host string) bool {
	labels := strings.Split(host, ".")
	n := len(labels)
	if n < 2 || oracleReservedTLD(labels[n-1]) {
		return true
	}
	reg, err := publicsuffix.EffectiveTLDPlusOne(host)
	return err == nil && strings.HasPrefix(reg, "example.")
}

var oracleScheme = regexp.MustCompile(`(?i)^([^./@?]+://+|mailto:)+`)

// oracleSite is the host of a website cell, what kind of cell it is (missing, ip, host),
// and whether more than the host is named.
func oracleSite(cell string) (host, kind string, path bool) {
	cell = strings.Map(func(r rune) rune {
		switch {
		case r == '＠':
			return '@'
		case oracleHidden(r) && !unicode.IsSpace(r):
			return -1
		}
		return r
	}, cell)
	for value := range strings.FieldsFuncSeq(cell, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",;|<>\"", r) }) {
		value = strings.Trim(value, `'"()[]{}<>`)
		if strings.Contains(" - -- --- n/a na none null nil unknown ? . http:// https:// 0 x kein keine ", " "+strings.ToLower(value)+" ") {
			continue
		}
		value = strings.TrimLeft(oracleScheme.ReplaceAllString(value, ""), "/")
		if i := strings.IndexAny(value, "/?#"); i >= 0 {
			path = strings.Trim(value[i:], "/?#") != ""
			value = value[:i]
		}
		value = value[strings.LastIndexByte(value, '@')+1:]
		if _, err := netip.ParseAddr(value); err == nil {
			return value, "ip", path
		}
		if i := strings.LastIndexByte(value, ':'); i >= 0 && strings.Trim(value[i+1:], "0123456789") == "" {
			value = value[:i]
		}
		value = strings.Trim(strings.Trim(value, `'"()[]{}<>`), ".")
		if _, err := netip.ParseAddr(strings.Trim(value, "[]")); err == nil {
			return strings.Trim(value, "[]"), "ip", path
		}
		a, err := idna.Lookup.ToASCII(strings.ToLower(value))
		if err != nil {
			continue
		}
		ok := strings.Contains(a, ".")
		for label := range strings.SplitSeq(a, ".") {
			ok = ok && oracleLabel.MatchString(label)
		}
		if !ok {
			continue
		}
		if rest, ok := strings.CutPrefix(a, "www."); ok && strings.Contains(rest, ".") && !oracleIsSuffix(rest) {
			a = rest
		}
		return a, "host", path
	}
	return "", "missing", false
}

// oracleRelation says how a mail host stands to a website's host.
func oracleRelation(mail, site string, aliases map[string][]string) string {
	bareMail, bareSite := strings.TrimPrefix(mail, "www."), strings.TrimPrefix(site, "www.")
	if bareMail == bareSite {
		return "same"
	}
	m, s := oracleRegistrable(mail), oracleRegistrable(site)
	if m != "" && m == s {
		if m == bareMail {
			return "same"
		}
		return "subdomain"
	}
	for _, alias := range aliases[oracleCompany(site)] {
		if mail == alias || strings.HasSuffix(mail, "."+alias) {
			return "alias"
		}
	}
	if m != "" && s != "" {
		a, _, _ := strings.Cut(m, ".")
		b, _, _ := strings.Cut(s, ".")
		if oracleNear(a, b) {
			return "near"
		}
	}
	return "mismatch"
}

// oracleNear reports whether two labels could be meant for one: a slip of the pen apart,
// or spelt alike but for hyphens, accents and characters that look the same.
func oracleNear(a, b string) bool {
	x, y := oracleSkeleton(a), oracleSkeleton(b)
	if a == b || x == y || min(len(a), len(b)) >= 5 && oracleDistance(a, b) <= 1 {
		return true
	}
	idn := strings.HasPrefix(a, "xn--") || strings.HasPrefix(b, "xn--")
	return idn && min(len(x), len(y)) >= 5 && oracleDistance(x, y) <= 1
}

var oracleAlike = strings.NewReplacer("-", "", "0", "o", "1", "l", "i", "l", "5", "s", "rn", "m", "vv", "w")

var oracleSpelt = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss", "æ", "ae", "ø", "oe", "å", "aa", "œ", "oe", "ł", "l", "ı", "i",
	"а", "a", "е", "e", "к", "k", "о", "o", "р", "p", "с", "c", "у", "y", "х", "x", "і", "i") // Cyrillic

func oracleSkeleton(label string) string {
	if strings.HasPrefix(label, "xn--") {
		if u, err := idna.ToUnicode(label); err == nil {
			label = strings.Map(func(r rune) rune {
				if unicode.Is(unicode.Mn, r) {
					return -1
				}
				return r
			}, norm.NFD.String(oracleSpelt.Replace(u)))
		}
	}
	return oracleAlike.Replace(label)
}

// oracleDistance is the Damerau-Levenshtein distance (optimal string alignment), by its
// textbook table.
func oracleDistance(a, b string) int {
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		d[i][0] = i
	}
	for j := range d[0] {
		d[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(a)][len(b)]
}
