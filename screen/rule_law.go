package screen

import (
	"sluice/screen/address"
	"sluice/screen/domain"
	"sluice/screen/entity"
	"sluice/screen/region"
)

// law judges row i by where its person is.
func (w *Worker) law(g *gates, in *Input, i int, basis LegalBasis, d *Decision) {
	place, on := w.place(g, in, i)
	if on == CountryDomain {
		d.Flags = d.Flags.With(RegionInferred)
	}
	d.Evidence[PlaceGate] = on
	r := g.rulings[place]
	consented, asked := false, false
	if r.consent {
		consented, asked = w.consented(in, i, basis), true
		if !consented {
			d.found(PlaceGate, ConsentRequired, on)
		}
	}
	if r.assessed {
		d.Evidence[PlaceGate] = Assessment
	}
	if r.reason != NumReasons {
		d.Reasons = d.Reasons.With(r.reason)
	}
	if !g.PECR || place != region.Unknown && place.Country() != g.gb {
		return
	}
	subscriber, on := w.subscriber(g, in, i, place)
	d.Evidence[PECRGate] = on
	if subscriber == entity.Corporate {
		return
	}
	if !asked {
		consented = w.consented(in, i, basis)
	}
	switch {
	case consented:
		d.Evidence[PECRGate] = RowColumn
	case place == region.Unknown: // it may be in the United Kingdom
		d.found(PlaceGate, RegionUnknown, d.Evidence[PlaceGate])
	case subscriber == entity.Individual:
		d.found(PECRGate, PECRIndividual, on)
	default:
		d.found(PECRGate, PECRUnknown, on)
	}
}

// place returns where row i's person is, and what told.
func (w *Worker) place(g *gates, in *Input, i int) (region.Code, EvidenceKind) {
	j := w.judging
	said := j.places.Country(in.cell(Country, i))
	place, on := said.Code, CountryColumn
	if said.Code == region.Unknown || len(said.Rivals) > 0 {
		clues := region.Clues{Phone: w.calling(in, i, ""), State: j.places.State(in.cell(State, i)), Domain: w.ccTLD(in, i)}
		var from region.From
		place, from = region.Settle(said, clues)
		on = [...]EvidenceKind{region.FromCountry: CountryColumn, region.FromState: StateColumn, region.FromPhone: PhonePrefix,
			region.FromDomain: CountryDomain, region.FromNothing: EvidenceNone}[from]
		if place == region.Unknown && (said.Said || on != EvidenceNone) {
			on = EvidenceUnclear
		}
	}
	switch {
	case place == g.us && g.states:
		return w.state(in, i, on)
	case place == g.gb && g.nations:
		if nation := j.places.State(in.cell(State, i)); nation.Country() == g.gb && nation != region.Unknown {
			return nation, on
		}
	}
	return place, on
}

// state returns the state of a row in the United States. On is what told the country.
func (w *Worker) state(in *Input, i int, on EvidenceKind) (region.Code, EvidenceKind) {
	p := region.USPlace{State: in.cell(State, i), City: in.cell(City, i), Postcode: in.cell(Postcode, i)}
	place, clue := w.judging.places.InUS(p)
	if clue == region.USNothing {
		p.Phone = w.calling(in, i, "1")
		place, clue = w.judging.places.InUS(p)
	}
	if clue == region.USNothing {
		return place, on
	}
	return place, [...]EvidenceKind{region.USState: StateColumn, region.USCity: CityColumn, region.USPostcode: PostcodeColumn, region.USPhone: PhonePrefix}[clue]
}

// calling returns the territory of row i's first telephone number that tells one. Code is
// the calling code of numbers without one; "" if these tell nothing.
func (w *Worker) calling(in *Input, i int, code string) region.Code {
	j := w.judging
	for _, col := range in.Cols[Phone] {
		if col.Len() == 0 {
			continue
		}
		var ok bool
		if j.scratch, ok = address.AppendPhone(j.scratch[:0], col.At(i), code); ok {
			if c := region.Phone(j.scratch); c != region.Unknown {
				return c
			}
		}
	}
	return region.Unknown
}

// ccTLD returns the territory of row i's mail host, or else of its website.
func (w *Worker) ccTLD(in *Input, i int) region.Code {
	if c := region.Domain(w.rows.host(i)); c != region.Unknown {
		return c
	}
	j := w.judging
	site := in.cell(Website, i)
	if len(site) == 0 {
		return region.Unknown
	}
	var found domain.Site
	j.scratch, found = w.canon.WebsiteHost(j.scratch[:0], site)
	if found.Kind != domain.SiteHost {
		return region.Unknown
	}
	return region.Domain(j.scratch)
}

// subscriber returns what row i's company is under PECR, and what told: the number in the
// register, the legal form column, a domain of public bodies, the name, in that order. A
// column that calls an individual what a number or the name makes a company settles
// nothing.
func (w *Worker) subscriber(g *gates, in *Input, i int, place region.Code) (entity.Subscriber, EvidenceKind) {
	j := w.judging
	nation := w.nation(g, in, i, place)
	number := entity.OfNumber(in.cell(CompanyNumber, i))
	form := j.names.OfForm(in.cell(LegalForm, i), nation)
	name := entity.Unknown
	if number == entity.Unknown && form == entity.Unknown || form == entity.Individual {
		name = j.names.OfName(in.cell(Company, i), nation)
	}
	switch {
	case form == entity.Individual && (number == entity.Corporate || name == entity.Corporate),
		form == entity.Corporate && number == entity.Individual:
		return entity.Unknown, EvidenceUnclear
	case number != entity.Unknown:
		return number, CompanyNumberValid
	case form != entity.Unknown:
		return form, LegalFormColumn
	case entity.OfHost(w.rows.host(i)) == entity.Corporate:
		return entity.Corporate, GovernmentDomain
	case name != entity.Unknown:
		return name, CompanyName
	}
	return entity.Unknown, EvidenceNone
}

// nation says whether row i is in Scotland.
func (w *Worker) nation(g *gates, in *Input, i int, place region.Code) entity.Nation {
	switch {
	case place == region.Unknown:
		return entity.UnknownNation
	case place != g.gb:
		if place == g.scotland {
			return entity.Scotland
		}
		return entity.Elsewhere
	}
	switch region.Scottish(in.cell(Postcode, i)) {
	case region.Yes:
		return entity.Scotland
	case region.No:
		return entity.Elsewhere
	}
	return entity.UnknownNation
}

// consented reports whether row i says that its person consented.
func (w *Worker) consented(in *Input, i int, basis LegalBasis) bool {
	if basis == BasisConsent {
		return true
	}
	j := w.judging
	return remembered(&j.consents, in.cell(Consent, i), func(cell []byte) bool { return consents(j.fold.Fold(cell)) })
}
