package screen

import (
	"fmt"

	"sluice/formats/column"
	"sluice/screen/address"
	"sluice/screen/domain"
)

// A Finding is one rule's answer about one row, in words. It quotes hosts, never
// addresses.
type Finding struct {
	Rule     string `json:"rule"`
	Answer   string `json:"answer"` // pass, quarantine, reject, sealed, flag, off
	Reason   string `json:"reason,omitempty"`
	Evidence string `json:"evidence"`
	Policy   string `json:"policy,omitempty"` // file and line of the policy that decided; filled by who knows the file
}

// An Explanation says why one row got its verdict, rule by rule.
type Explanation struct {
	Verdict  string    `json:"verdict"`
	Reason   string    `json:"reason,omitempty"`
	Reasons  []string  `json:"reasons,omitempty"`
	Flags    []string  `json:"flags,omitempty"`
	Findings []Finding `json:"findings"`
}

// Explain screens row i of in and says why it gets its verdict. Repeats are judged by
// a whole run only, so they play no part here.
func (s *Screener) Explain(in *Input, i int) (*Explanation, error) {
	w, out := s.Worker(), new(Outcome)
	if err := w.Screen(in, out); err != nil {
		return nil, err
	}
	d := out.Decisions[i]
	e := &Explanation{Verdict: d.Verdict.String()}
	if r, ok := s.policy.Primary(d.Reasons); ok {
		e.Reason = r.String()
	}
	for r := range NumReasons {
		if d.Reasons.Has(r) {
			e.Reasons = append(e.Reasons, r.String())
		}
	}
	for f := range NumFlags {
		if d.Flags.Has(f) {
			e.Flags = append(e.Flags, f.String())
		}
	}
	x := explainer{s: s, w: w, in: in, row: i, d: d, e: e}
	x.wishes(out.Matches)
	if d.Verdict == Sealed {
		return e, nil // nothing more is said of such a row
	}
	x.readable()
	if len(x.e.Findings) > 0 && x.e.Findings[len(x.e.Findings)-1].Answer == "pass" {
		x.host()
		x.provider()
		x.company()
	}
	if !d.Reasons.Has(RowMalformed) {
		x.gates()
	}
	x.flags()
	return e, nil
}

type explainer struct {
	s   *Screener
	w   *Worker
	in  *Input
	row int
	d   Decision
	e   *Explanation
}

// find adds a finding: the first of reasons that the row has, with its verdict, or
// else a pass.
func (x *explainer) find(rule, evidence string, reasons ...Reason) {
	f := Finding{Rule: rule, Answer: "pass", Evidence: evidence}
	for _, r := range reasons {
		if x.d.Reasons.Has(r) {
			f.Reason, f.Answer = r.String(), x.s.policy.Verdict(r).String()
			break
		}
	}
	x.e.Findings = append(x.e.Findings, f)
}

func (x *explainer) wishes(matches []Match) {
	const rule = "suppression"
	if len(x.s.lists) == 0 {
		x.e.Findings = append(x.e.Findings, Finding{Rule: rule, Answer: "off", Evidence: "no suppression list was given"})
		return
	}
	hit := false
	for _, m := range matches {
		if m.Row != x.row || !x.d.Reasons.Has(m.Reason) {
			continue
		}
		hit = true
		l := x.s.lists[m.List-1]
		what := "an address in the row"
		switch m.Reason {
		case ExcludedDomain:
			what = "the domain of an address in the row"
		case ExcludedCompany:
			what = "the domain of the row's website"
		case ExcludedPhone:
			what = "a telephone number in the row"
		case ExcludedSocial:
			what = "a profile URL in the row"
		}
		x.find(rule, fmt.Sprintf("%s is on list %s (%s), found in its %s form", what, l.Name, l.Class, address.Form(m.Form)), m.Reason)
	}
	if !hit {
		x.find(rule, fmt.Sprintf("neither an address in the row nor its domains, numbers or profiles are on any of %d lists", len(x.s.lists)))
	}
}

func (x *explainer) readable() {
	if x.d.Reasons.Has(RowMalformed) {
		x.find("record", "the record could not be divided into its cells", RowMalformed)
		return
	}
	evidence := map[address.Status]string{
		address.OK:           "the e-mail cell holds one well-formed address",
		address.Missing:      "the e-mail cell is empty",
		address.Syntax:       "the e-mail cell holds no well-formed address (RFC 5321, RFC 6531)",
		address.Multiple:     "the e-mail cell holds more than one @",
		address.DomainSyntax: "what follows the @ is no domain name (RFC 1035, IDNA)",
		address.Reserved:     "an IP address stands in the domain's place",
	}[x.w.rows.infos[x.row].Status]
	x.find("address", evidence, EmailMissing, EmailSyntax, EmailMultiple, DomainSyntax)
	if x.w.rows.infos[x.row].Status == address.Reserved {
		x.find("domain", evidence, DomainReserved)
	}
}

func (x *explainer) host() {
	host := x.w.rows.host(x.row)
	reg, kind := domain.Registrable(host)
	evidence := fmt.Sprintf("%s has the registrable domain %s (Public Suffix List)", host, reg)
	switch {
	case domain.Reserved(host):
		evidence = fmt.Sprintf("%s is reserved and can be nobody's mail domain (RFC 2606, RFC 6761)", host)
	case kind == domain.KindUnknownTLD:
		evidence = fmt.Sprintf("%s ends in no top-level domain (Public Suffix List)", host)
	case kind == domain.KindPublicSuffix:
		evidence = fmt.Sprintf("%s is a suffix under which others register (Public Suffix List)", host)
	}
	x.find("domain", evidence, DomainReserved, DomainUnknownTLD, DomainPublicSuffix)
}

func (x *explainer) provider() {
	host := x.w.rows.host(x.row)
	entry, matched, ok := x.s.tables.Lookup(host)
	if !ok {
		x.find("provider", fmt.Sprintf("%s is in no table of mailbox providers", host))
		return
	}
	evidence := fmt.Sprintf("%s is listed as %s in the %s table", matched, entry.Class, entry.Tier)
	if x.d.Reasons.Has(ListedButCompany) {
		evidence += ", but it is the row's own website"
	}
	x.find("provider", evidence, Freemail, ISPMail, RelayAlias, Disposable, ListedButCompany)
}

func (x *explainer) company() {
	if !x.s.match {
		x.e.Findings = append(x.e.Findings, Finding{Rule: "company", Answer: "off", Evidence: "there is no website column to compare with"})
		return
	}
	mail := x.w.rows.host(x.row)
	site := new(site)
	if x.w.site(site, x.in.Col(Website).At(x.row), mail) {
		t := x.s.tables
		site.relation = domain.Relate(mail, t.Facts(mail), site.host, t.Facts(site.host), x.s.aliases)
	}
	evidence := "the website cell holds no host"
	if site.kind == domain.SiteHost {
		evidence = fmt.Sprintf("mail host %s, website host %s: %s", mail, site.host, site.relation)
	}
	x.find("company", evidence, WebsiteSharedHost, WebsiteFreemail, DomainNear, DomainMismatch, WebsiteMissing)
	if x.s.targets != nil {
		x.find("target", "compared with the target accounts", OffTarget)
	}
}

func (x *explainer) flags() {
	for f := range NumFlags {
		if x.d.Flags.Has(f) {
			x.e.Findings = append(x.e.Findings, Finding{Rule: "flag", Answer: "flag", Evidence: f.String()})
		}
	}
}

// One makes the Input of a single row of known cells, main column of each role.
func One(cells map[Role]string) *Input {
	in := &Input{N: 1}
	for role := range NumRoles {
		text, ok := cells[role]
		if !ok && role != Email {
			continue
		}
		in.Cols[role] = []column.View{{Data: []byte(text), Spans: []column.Span{{Lo: 0, Hi: uint32(len(text))}}}}
	}
	return in
}
