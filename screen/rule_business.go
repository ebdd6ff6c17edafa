package screen

import (
	"bytes"

	"sluice/screen/address"
	"sluice/screen/domain"
)

// A site is what a row's website cell says.
type site struct {
	host     []byte
	kind     domain.SiteKind
	path     bool
	facts    hostFacts
	relation domain.Relation
}

// business judges whether each row's address is at the company's own domain: what
// kind of host it is, whether a provider of mailboxes owns it, and how it relates to
// the row's website.
func (w *Worker) business(in *Input, out *Outcome) {
	websites := in.Col(Website)
	for i := range in.N {
		d := &out.Decisions[i]
		if d.Reasons.Has(RowMalformed) {
			continue
		}
		mail := w.rows.host(i)
		ok := w.rows.infos[i].Status == address.OK
		var mf hostFacts
		if mail != nil {
			mf = w.s.facts(mail)
			w.covered(out, i, mail, mf.hit, ExcludedDomain)
		}
		var s site
		if w.s.match {
			s = w.site(websites.At(i), mail, mf)
			if s.kind == domain.SiteHost {
				w.covered(out, i, s.host, s.facts.hit, ExcludedCompany)
			}
		}
		if !ok {
			continue
		}
		own := w.s.match && s.kind == domain.SiteHost && s.relation == domain.Same
		reason := NumReasons
		switch {
		case mf.Reserved:
			reason = DomainReserved
		case mf.Kind == domain.KindUnknownTLD:
			reason = DomainUnknownTLD
		case mf.Kind == domain.KindPublicSuffix && !own:
			reason = DomainPublicSuffix
		}
		if reason < NumReasons && !w.s.policy.IsOff(reason) {
			d.Reasons = d.Reasons.With(reason)
			continue
		}
		w.provider(d, mf, s)
		if w.s.match {
			w.company(d, s, mail)
		}
		if w.s.targets != nil && !w.target(mail, s) {
			d.Reasons = d.Reasons.With(OffTarget)
		}
	}
}

// site finds the company's host in a website cell and how the mail host relates to it.
func (w *Worker) site(cell, mail []byte, mf hostFacts) site {
	if path, is := domain.IsSite(cell, mail); is {
		return site{host: mail, kind: domain.SiteHost, path: path, facts: mf, relation: domain.Same}
	}
	var found domain.Site
	w.siteBuf, found = w.canon.WebsiteHost(w.siteBuf[:0], cell)
	s := site{host: w.siteBuf, kind: found.Kind, path: found.Path}
	if s.kind != domain.SiteHost {
		return s
	}
	if bytes.Equal(s.host, mail) {
		s.facts, s.relation = mf, domain.Same
		return s
	}
	s.facts = w.s.facts(s.host)
	if mail != nil {
		s.relation = domain.Relate(mail, mf.Facts, s.host, s.facts.Facts, w.s.aliases)
	}
	return s
}

// provider tells mailbox providers from companies. A domain that lists name, though
// not the reviewed ones, and that is the row's own website, is for a person to decide:
// such lists name real companies too.
func (w *Worker) provider(d *Decision, mf hostFacts, s site) {
	if !mf.Listed {
		return
	}
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
func (w *Worker) company(d *Decision, s site, mail []byte) {
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
	if !own && domain.SharedSite(s.facts.Facts, s.host, s.path, mail) {
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
func (w *Worker) target(mail []byte, s site) bool {
	if s.kind == domain.SiteHost {
		return w.s.targets.Has(s.host)
	}
	return w.s.targets.Has(mail)
}
