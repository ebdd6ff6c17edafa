package main

import (
	"crypto/sha1"
	"encoding/hex"
	"os"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

// The oracle is sluice screen once more, as plainly as it can be written: strings, maps,
// one row after the other, no more packages of the project than tables of data. It is
// what the specification says in words; where both disagree one of them is wrong.

// oracleReasons are the reasons in order of precedence, each with its verdict.
var oracleReasons = strings.Fields(`
	erased:sealed erased_state:sealed objected:sealed consent_withdrawn:sealed do_not_sell:reject restricted:reject
	automated_objection:quarantine excluded_email:reject excluded_domain:reject excluded_phone:reject excluded_social:reject
	excluded_company:reject bounced:reject
	row_malformed:quarantine email_missing:quarantine email_syntax:reject email_multiple:quarantine domain_syntax:reject
	domain_unknown_tld:reject domain_public_suffix:quarantine domain_reserved:reject
	freemail:reject isp_mail:reject relay_alias:reject disposable:reject listed_but_company:quarantine domain_mismatch:reject
	domain_near:quarantine website_missing:quarantine website_shared_host:quarantine website_freemail:reject
	duplicate:reject`)

// oracleOfClass is what a hit on a list of a class is called; else it is excluded_*.
var oracleOfClass = map[string]string{"erasure": "erased", "erasure_state": "erased_state", "objection": "objected",
	"consent_withdrawn": "consent_withdrawn", "do_not_sell": "do_not_sell", "restriction": "restricted",
	"automated_objection": "automated_objection", "bounce": "bounced"}

// An oracleList is a suppression list in maps.
type oracleList struct {
	class                              string
	digests, domains, phones, profiles map[string]bool
}

// oracleLoad reads a list of one entry a line.
func oracleLoad(class, text string) *oracleList {
	l := &oracleList{class, map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		name := strings.TrimPrefix(strings.TrimPrefix(line, "*"), "@")
		switch sum, err := hex.DecodeString(line); {
		case line == "" || line[0] == '#' || strings.EqualFold(line, "da39a3ee5e6b4b0d3255bfef95601890afd80709"):
		case err == nil && len(sum) == sha1.Size:
			l.digests[string(sum)] = true
		case strings.HasPrefix(line, "+"):
			l.phones[line] = true
		case strings.Contains(line, "linkedin.com/"):
			l.profiles[oracleProfile(line)] = true
		case strings.Contains(name, "@"):
			if a := oracleCanon(line); a.status != "email_multiple" && a.local != "" && a.host != "" {
				l.digests[oracleSHA1(a.canon)] = true
			}
		default:
			host, err := idna.Lookup.ToASCII(strings.ToLower(strings.TrimPrefix(name, ".")))
			if err == nil && strings.Contains(host, ".") && oracleKnownTLD(host) {
				l.domains[host] = true
			}
		}
	}
	return l
}

func oracleSHA1(s string) string {
	sum := sha1.Sum([]byte(s))
	return string(sum[:])
}

// oracleProfile is a profile's path at its site, in lower case.
func oracleProfile(s string) string {
	_, path, _ := strings.Cut(strings.ToLower(s), "linkedin.com/")
	path, _, _ = strings.Cut(path, "?")
	return strings.Trim(path, "/")
}

// An oracleRow is the expectation for one row.
type oracleRow struct {
	verdict, reason string
	reasons, flags  []string // sorted
	listed          bool     // some list names something in it
	sound           bool     // its address is well-formed
}

// An oracleRun is what the oracle knows before the first row.
type oracleRun struct {
	tables                               *oracleTables
	lists                                []*oracleList
	aliases                              map[string][]string
	roles                                map[string]bool
	email, website, phone, social, width int // columns; -1 for none
	dedupe                               bool
}

var oracleEmbedded = sync.OnceValues(oracleLoadTables)

func newOracle(header []string) (*oracleRun, error) {
	t, err := oracleEmbedded()
	if err != nil {
		return nil, err
	}
	source, err := os.ReadFile("../../screen/address/role.go") // a list of names
	if err != nil {
		return nil, err
	}
	o := &oracleRun{tables: t, roles: map[string]bool{}, dedupe: true, width: len(header)}
	_, names, _ := strings.Cut(string(source), "// RFC 2142\n")
	for _, m := range regexp.MustCompile(`"([^"]+)"`).FindAllStringSubmatch(names, -1) {
		o.roles[m[1]] = true
	}
	o.email, o.website = slices.Index(header, "email"), slices.Index(header, "website")
	o.phone, o.social = slices.Index(header, "phone"), slices.Index(header, "linkedin_url")
	return o, nil
}

// screen judges all records but the header.
func (o *oracleRun) screen(records []oracleRecord) []oracleRow {
	rows := make([]oracleRow, len(records))
	seen := map[string]bool{}
	for i := range records {
		r, canon := o.row(&records[i])
		if r.verdict == "keep" && o.dedupe && canon != "" {
			if seen[canon] {
				r.reasons = append(r.reasons, "duplicate")
				r.verdict, r.reason = "reject", "duplicate"
			}
			seen[canon] = true
		}
		rows[i] = r
	}
	return rows
}

// row judges one record by itself.
func (o *oracleRun) row(rec *oracleRecord) (oracleRow, string) {
	reasons, flags := map[string]bool{}, map[string]bool{}
	canon, sound := "", false
	if rec.broken {
		reasons["row_malformed"] = true
		o.text(rec.text(), reasons)
	} else {
		a := oracleCanon(rec.cells[o.email])
		canon = a.canon
		o.wishes(rec, a, reasons)
		if a.status != "" {
			reasons[a.status] = true
		} else {
			o.business(rec.cells, a, reasons, flags)
			sound = true
			local, _, tagged := strings.Cut(a.local, "+")
			flags["plus_tag"] = tagged && local != ""
			flags["role_account"] = o.roles[local]
		}
		for _, cell := range rec.cells {
			flags["formula_cell"] = flags["formula_cell"] || cell != "" && strings.Contains("=+-@\t\r", cell[:1])
		}
	}
	r := oracleRow{verdict: "keep", sound: sound}
	for _, entry := range oracleReasons {
		name, verdict, _ := strings.Cut(entry, ":")
		if !reasons[name] {
			continue
		}
		r.listed = r.listed || name != "row_malformed" && slices.Index(oracleReasons, entry) < slices.Index(oracleReasons, "row_malformed:quarantine")
		if r.reason == "" {
			r.verdict, r.reason = verdict, name
		}
		if r.verdict != "sealed" || verdict == "sealed" {
			r.reasons = append(r.reasons, name)
		}
	}
	for f, on := range flags {
		if on && r.verdict != "sealed" {
			r.flags = append(r.flags, f)
		}
	}
	sort.Strings(r.flags)
	return r, canon
}

// wishes looks for the row on all lists.
func (o *oracleRun) wishes(rec *oracleRecord, a oracleAddress, reasons map[string]bool) {
	raw := rec.cells[o.email]
	o.mail(oracleForms(raw, a), reasons)
	if a.status != "" || strings.Contains(a.local, "=") || a.local != "" && strings.IndexFunc(a.local, oracleWord) != 0 {
		o.text(raw, reasons) // not a plain address: there may be one in it
	}
	if a.hasAt {
		o.host(a.host, "excluded_domain", reasons)
	}
	if o.website >= 0 {
		if host, kind, _ := oracleSite(rec.cells[o.website]); kind == "host" {
			o.host(host, "excluded_company", reasons)
		}
	}
	for i, cell := range rec.cells {
		if i != o.email {
			o.text(cell, reasons)
		}
	}
	for _, l := range o.lists {
		if o.phone >= 0 && l.phones[oraclePhone(rec.cells[o.phone])] {
			o.hit(l, "excluded_phone", reasons)
		}
		if o.social >= 0 && rec.cells[o.social] != "" && l.profiles[oracleProfile(rec.cells[o.social])] {
			o.hit(l, "excluded_social", reasons)
		}
	}
}

func oracleWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// oraclePhone keeps the digits of an international number.
func oraclePhone(s string) string {
	s = strings.ReplaceAll(s, "(0)", "")
	return "+" + strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

// text looks for every address in a text on all lists: as it is written, and as its
// writer may have meant it.
func (o *oracleRun) text(text string, reasons map[string]bool) {
	o.asWritten(text, reasons)
	meant := oracleEscape.ReplaceAllStringFunc(text, func(e string) string {
		n, _ := strconv.ParseUint(e[1:], 16, 8)
		return string([]byte{byte(n)})
	})
	if meant = oracleAts.ReplaceAllString(meant, "@"); meant != text {
		o.asWritten(meant, reasons)
	}
}

var oracleEscape, oracleAts = regexp.MustCompile(`%[0-9A-Fa-f]{2}`), regexp.MustCompile(`@{2,}`)

func (o *oracleRun) asWritten(text string, reasons map[string]bool) {
	for _, found := range oracleFind(text) {
		a := oracleCanon(found)
		o.mail(oracleForms(found, a), reasons)
		if a.hasAt {
			o.host(a.host, "excluded_domain", reasons)
		}
	}
}

func (o *oracleRun) mail(forms []string, reasons map[string]bool) {
	for _, l := range o.lists {
		for _, f := range forms {
			if l.digests[oracleSHA1(f)] {
				o.hit(l, "excluded_email", reasons)
			}
		}
	}
}

// host looks for a host and all its parents on all lists.
func (o *oracleRun) host(host, reason string, reasons map[string]bool) {
	for name := host; strings.Contains(name, "."); _, name, _ = strings.Cut(name, ".") {
		for _, l := range o.lists {
			if l.domains[name] {
				o.hit(l, reason, reasons)
			}
		}
	}
}

func (o *oracleRun) hit(l *oracleList, excluded string, reasons map[string]bool) {
	if r := oracleOfClass[l.class]; r != "" {
		excluded = r
	}
	reasons[excluded] = true
}

// business judges a well-formed address by its host and the row's website.
func (o *oracleRun) business(cells []string, a oracleAddress, reasons, flags map[string]bool) {
	site, kind, path, relation := "", "missing", false, ""
	if o.website >= 0 {
		if site, kind, path = oracleSite(cells[o.website]); kind == "host" {
			relation = oracleRelation(a.host, site, o.aliases)
		}
	}
	suffix, _ := publicsuffix.PublicSuffix(a.host)
	switch {
	case oracleReserved(a.host):
		reasons["domain_reserved"] = true
		return
	case !oracleKnownTLD(a.host):
		reasons["domain_unknown_tld"] = true
		return
	case suffix == a.host && relation != "same":
		reasons["domain_public_suffix"] = true
		return
	}
	switch class, tier := o.tables.lookup(a.host); {
	case tier == "weak":
		flags["weak_listed"] = true
	case tier == "core" && relation == "same":
		reasons["listed_but_company"] = true
	case class != "":
		reasons[class] = true
	}
	if o.website < 0 {
		return
	}
	class, tier := "", ""
	if kind == "host" {
		class, tier = o.tables.lookup(site)
	}
	switch {
	case kind == "missing":
		reasons["website_missing"] = true
	case kind == "ip":
		reasons["domain_mismatch"] = true
	case o.tables.sharedHost(site, path, a.host):
		reasons["website_shared_host"] = true
	case relation == "same":
	case relation == "subdomain":
		flags["subdomain_match"] = true
	case relation == "alias":
		flags["alias_match"] = true
	case class != "" && tier != "weak":
		reasons["website_freemail"] = true
	case relation == "near":
		reasons["domain_near"] = true
	default:
		reasons["domain_mismatch"] = true
	}
}
