package screen

import (
	"bytes"

	"sluice/formats/column"
	"sluice/screen/address"
	"sluice/screen/domain"
)

// window is how many rows business takes at a time: enough for the waits for the tables
// to overlap, and so few that what is known of them stays in the first-level cache.
const window = 256

// companies is what business knows of the rows of a window. From facts on, it is of those
// of which there is something to say.
type companies struct {
	mails      [window][]byte // hosts of the addresses
	plain      [window]uint8  // not 0: nothing is known of the host
	rows       [window]int
	facts      [window]domain.Facts // of mails
	sites      [window]site
	others     [window]*site // those whose host is not the address's
	hosts      [window][]byte
	known      [window]domain.Facts // of hosts, the hosts of others
	plainHosts [window]uint8        // as plain, of hosts
	buf        []byte               // hosts of websites
}

// A site is what a row's website cell says.
type site struct {
	host     []byte
	facts    *domain.Facts // if it is a host
	kind     domain.SiteKind
	path     bool
	relation domain.Relation
}

// business judges whether each row's address is at the company's own domain: what
// kind of host it is, whether a provider of mailboxes owns it, and how it relates to
// the row's website. Of most rows there is nothing to say; the others are gathered.
func (w *Worker) business(in *Input, out *Outcome) {
	c := &w.companies
	websites := in.Col(Website)
	for lo := 0; lo < in.N; lo += window {
		n := min(window, in.N-lo)
		for k := range n {
			c.mails[k] = w.rows.host(lo + k)
		}
		w.s.tables.Plain(c.plain[:n], c.mails[:n])
		rest := 0
		for k := range n {
			i, mail := lo+k, c.mails[k]
			if c.plain[k] > 0 && w.unremarkable(&websites, i, mail) {
				if w.s.domains && !out.Decisions[i].Reasons.Has(RowMalformed) {
					w.covered(out, i, mail, ExcludedDomain)
					if w.s.match {
						w.covered(out, i, mail, ExcludedCompany)
					}
				}
				if w.trace != nil {
					w.trace.host(i, mail)
				}
				continue
			}
			c.rows[rest], c.mails[rest], c.plain[rest] = i, mail, c.plain[k]
			rest++
		}
		w.gathered(&websites, out, rest)
	}
}

// unremarkable reports whether row i, of whose mail host nothing is known, is as most
// are: the mail host is also the website, and nobody asks which company that is. No rule
// has anything to say about such a row, but for the lists that hold domains.
func (w *Worker) unremarkable(websites *column.View, i int, mail []byte) bool {
	if w.s.targets != nil {
		return false
	}
	if !w.s.match {
		return true
	}
	_, is := domain.IsSite(websites.At(i), mail)
	return is
}

// gathered judges the first n rows that companies holds.
func (w *Worker) gathered(websites *column.View, out *Outcome, n int) {
	c := &w.companies
	w.s.tables.FactsOf(c.facts[:n], c.mails[:n], c.plain[:n])
	if w.s.match {
		w.locate(websites, n)
	}
	for k, i := range c.rows[:n] {
		if !out.Decisions[i].Reasons.Has(RowMalformed) {
			w.judge(out, i, k)
		}
	}
}

// locate finds the sites of the first n rows that companies holds.
func (w *Worker) locate(websites *column.View, n int) {
	c := &w.companies
	c.buf = c.buf[:0]
	others := 0
	for k, i := range c.rows[:n] {
		s := &c.sites[k]
		if w.site(s, websites.At(i), c.mails[k]) {
			c.others[others], c.hosts[others] = s, s.host
			others++
		} else {
			s.facts = &c.facts[k]
		}
	}
	w.s.tables.Plain(c.plainHosts[:others], c.hosts[:others])
	w.s.tables.FactsOf(c.known[:others], c.hosts[:others], c.plainHosts[:others])
	for i, s := range c.others[:others] {
		s.facts = &c.known[i]
	}
}

// site finds the company's host in a website cell, and reports whether it is another
// than the mail host. How the two relate is left open then, and so are the host's facts.
func (w *Worker) site(s *site, cell, mail []byte) (other bool) {
	if path, is := domain.IsSite(cell, mail); is {
		s.host, s.kind, s.path, s.relation = mail, domain.SiteHost, path, domain.Same
		return false
	}
	c := &w.companies
	start := len(c.buf)
	var found domain.Site
	c.buf, found = w.canon.WebsiteHost(c.buf, cell)
	s.host, s.kind, s.path, s.relation = c.buf[start:], found.Kind, found.Path, domain.Mismatch
	if s.kind != domain.SiteHost {
		return false
	}
	if bytes.Equal(s.host, mail) {
		s.relation = domain.Same
		return false
	}
	return true
}

// judge judges row i, which is row k of the window.
func (w *Worker) judge(out *Outcome, i, k int) {
	c, d := &w.companies, &out.Decisions[i]
	mail, mf, s := c.mails[k], &c.facts[k], &c.sites[k]
	if w.s.domains && mail != nil {
		w.covered(out, i, mail, ExcludedDomain)
	}
	if w.trace != nil {
		w.trace.host(i, mail)
		if w.s.match && s.kind == domain.SiteHost && !bytes.Equal(s.host, mail) {
			w.trace.host(i, s.host)
		}
	}
	if w.s.match && s.kind == domain.SiteHost {
		if w.s.domains {
			w.covered(out, i, s.host, ExcludedCompany)
		}
		if mail != nil && s.relation != domain.Same {
			s.relation = domain.Relate(mail, *mf, s.host, *s.facts, w.s.aliases)
		}
	}
	if w.rows.infos[i].Status != address.OK {
		return
	}
	if reason := hostReason(mf, s.kind == domain.SiteHost && s.relation == domain.Same); reason < NumReasons && !w.s.policy.IsOff(reason) {
		d.Reasons = d.Reasons.With(reason)
		return
	}
	if mf.Listed {
		w.provider(d, mf, s)
	}
	if w.s.match {
		w.company(d, s, mail)
	}
	if w.s.targets != nil && !w.target(mail, s) {
		d.Reasons = d.Reasons.With(OffTarget)
	}
}

// hostReason returns why no company can have a mail host, or NumReasons; own is whether
// the host is also the row's website.
func hostReason(mf *domain.Facts, own bool) Reason {
	switch {
	case mf.Reserved:
		return DomainReserved
	case mf.Kind == domain.KindUnknownTLD:
		return DomainUnknownTLD
	case mf.Kind == domain.KindPublicSuffix && !own:
		return DomainPublicSuffix
	}
	return NumReasons
}

// provider tells mailbox providers from companies. A domain that lists name, though
// not the reviewed ones, and that is the row's own website, is for a person to decide:
// such lists name real companies too.
func (w *Worker) provider(d *Decision, mf *domain.Facts, s *site) {
	own := s.kind == domain.SiteHost && s.relation >= domain.Subdomain
	switch mf.Entry.Tier {
	case domain.Weak:
		d.Flags = d.Flags.With(WeakListed)
		return
	case domain.Core:
		if own {
			d.Reasons = d.Reasons.With(ListedButCompany)
			return
		}
	}
	d.Reasons = d.Reasons.With(providerReason(mf.Entry.Class))
}

func providerReason(c domain.Class) Reason {
	switch c {
	case domain.ISP:
		return ISPMail
	case domain.Relay:
		return RelayAlias
	case domain.Disposable:
		return Disposable
	}
	return Freemail
}

// company compares the address with the row's website.
func (w *Worker) company(d *Decision, s *site, mail []byte) {
	switch s.kind {
	case domain.SiteMissing, domain.SiteInvalid:
		d.Reasons = d.Reasons.With(WebsiteMissing)
		return
	case domain.SiteIP:
		d.Reasons = d.Reasons.With(DomainMismatch)
		return
	}
	// Whoever is at the website's own domain, and not on a page of it, is its staff.
	own := s.relation >= domain.Subdomain && !s.path
	if !own && domain.SharedSite(*s.facts, s.host, s.path, mail) {
		d.Reasons = d.Reasons.With(WebsiteSharedHost)
		return
	}
	switch s.relation {
	case domain.Same:
		return
	case domain.Subdomain:
		d.Flags = d.Flags.With(SubdomainMatch)
		return
	case domain.Alias:
		d.Flags = d.Flags.With(AliasMatch)
		return
	}
	if s.facts.Listed && s.facts.Entry.Tier != domain.Weak {
		d.Reasons = d.Reasons.With(WebsiteFreemail)
		return
	}
	if s.relation == domain.Near {
		d.Reasons = d.Reasons.With(DomainNear)
		return
	}
	d.Reasons = d.Reasons.With(DomainMismatch)
}

// target reports whether the row's company, by its website or else by its address, is
// one of those to keep.
func (w *Worker) target(mail []byte, s *site) bool {
	if s.kind == domain.SiteHost {
		return w.s.targets.Has(s.host)
	}
	return w.s.targets.Has(mail)
}
