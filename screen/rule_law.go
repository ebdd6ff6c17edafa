package screen

import (
	"sluice/screen/address"
	"sluice/screen/domain"
	"sluice/screen/entity"
	"sluice/screen/region"
)

// A landing is what the gates of place say of all rows with one country cell.
type landing struct {
	settled bool // whatever else is in the row
	on      EvidenceKind
	reasons Reasons
}

// law judges row i by where its person is. Most country cells settle that, and were met
// before.
func (w *Worker) law(g *gates, i int, basis LegalBasis, d *Decision) {
	if cell := w.judging.cell(Country, i); len(cell) > 0 {
		v, known := w.judging.landed.get(cell)
		if !known {
			if v == nil { // too long to be remembered
				w.weigh(g, i, basis, d)
				return
			}
			*v = g.land(w.judging.places.Country(cell))
		}
		if v.settled {
			d.Reasons |= v.reasons
			d.Evidence[PlaceGate] = v.on
			return
		}
	}
	w.weigh(g, i, basis, d)
}

// land returns what a country cell alone settles. More is asked of rows in the United
// Kingdom, of those in the United States where its states differ, and of those that need
// consent.
func (g *gates) land(said region.Reading) landing {
	place := said.Code
	r := g.rulings[place]
	if place == region.Unknown || len(said.Rivals) > 0 || r.consent ||
		place == g.us && g.states || place.Country() == g.gb && g.nations {
		return landing{}
	}
	l := landing{settled: true, on: CountryColumn}
	if r.assessed {
		l.on = Assessment
	}
	if r.reason != NumReasons {
		l.reasons = l.reasons.With(r.reason)
	}
	return l
}

// weigh judges row i by everything in it that tells where its person is.
func (w *Worker) weigh(g *gates, i int, basis LegalBasis, d *Decision) {
	place, on := w.place(g, i)
	if on == CountryDomain {
		d.Flags = d.Flags.With(RegionInferred)
	}
	d.Evidence[PlaceGate] = on
	r := g.rulings[place]
	consented, asked := false, false
	if r.consent {
		consented, asked = w.consented(i, basis), true
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
	subscriber, on := w.subscriber(g, i, place)
	d.Evidence[PECRGate] = on
	if subscriber == entity.Corporate {
		return
	}
	if !asked {
		consented = w.consented(i, basis)
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
func (w *Worker) place(g *gates, i int) (region.Code, EvidenceKind) {
	j := w.judging
	said := j.places.Country(j.cell(Country, i))
	place, on := said.Code, CountryColumn
	switch {
	case len(said.Rivals) > 0: // everything is looked at, since it may speak against another
		place, from := region.Settle(said, region.Clues{Phone: w.calling(i, ""), State: j.places.State(j.cell(State, i)), Domain: w.ccTLD(i)})
		if on = readOff[from]; place == region.Unknown {
			on = EvidenceUnclear
		}
		return w.within(g, i, place, on)
	case place == region.Unknown:
		if place, on = w.clue(i); place == region.Unknown && said.Said {
			on = EvidenceUnclear
		}
	}
	return w.within(g, i, place, on)
}

// readOff is the evidence behind what region.Settle reads a place off.
var readOff = [...]EvidenceKind{region.FromNothing: EvidenceNone, region.FromCountry: CountryColumn, region.FromState: StateColumn,
	region.FromPhone: PhonePrefix, region.FromDomain: CountryDomain}

// clue returns where row i's person is by what stands beside a country cell that says
// nothing, in the order of region.Settle.
func (w *Worker) clue(i int) (region.Code, EvidenceKind) {
	if c := w.calling(i, ""); c != region.Unknown {
		return c, PhonePrefix
	}
	if c := w.judging.places.State(w.judging.cell(State, i)); c != region.Unknown {
		return c, StateColumn
	}
	if c := w.ccTLD(i); c != region.Unknown {
		return c, CountryDomain
	}
	return region.Unknown, EvidenceNone
}

// within returns the part of a country that row i is in, where that matters. On is what
// told the country.
func (w *Worker) within(g *gates, i int, place region.Code, on EvidenceKind) (region.Code, EvidenceKind) {
	switch {
	case place == g.us && g.states:
		return w.state(i, on)
	case place == g.gb && g.nations:
		if nation := w.judging.places.State(w.judging.cell(State, i)); nation.Country() == g.gb && nation != region.Unknown {
			return nation, on
		}
	}
	return place, on
}

// state returns the state of a row in the United States. On is what told the country.
func (w *Worker) state(i int, on EvidenceKind) (region.Code, EvidenceKind) {
	j := w.judging
	p := region.USPlace{State: j.cell(State, i), City: j.cell(City, i), Postcode: j.cell(Postcode, i)}
	place, clue := j.places.InUS(p)
	if clue == region.USNothing {
		p.Phone = w.calling(i, "1")
		place, clue = j.places.InUS(p)
	}
	if clue == region.USNothing {
		return place, on
	}
	return place, toldState[clue]
}

// toldState is the evidence behind what told a state.
var toldState = [...]EvidenceKind{region.USState: StateColumn, region.USCity: CityColumn, region.USPostcode: PostcodeColumn, region.USPhone: PhonePrefix}

// calling returns the territory of row i's first telephone number that tells one. Code is
// the calling code of numbers without one; "" if these tell nothing.
func (w *Worker) calling(i int, code string) region.Code {
	j := w.judging
	for _, col := range j.phones {
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
func (w *Worker) ccTLD(i int) region.Code {
	if c := region.Domain(w.rows.host(i)); c != region.Unknown {
		return c
	}
	j := w.judging
	site := j.cell(Website, i)
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
func (w *Worker) subscriber(g *gates, i int, place region.Code) (entity.Subscriber, EvidenceKind) {
	j := w.judging
	nation := w.nation(g, i, place)
	number := entity.OfNumber(j.cell(CompanyNumber, i))
	form := j.names.OfForm(j.cell(LegalForm, i), nation)
	name := entity.Unknown
	switch {
	case form == entity.Individual:
		name = j.names.OfName(j.cell(Company, i), nation)
	case number == entity.Unknown && form == entity.Unknown:
		if entity.OfHost(w.rows.host(i)) == entity.Corporate {
			return entity.Corporate, GovernmentDomain
		}
		name = j.names.OfName(j.cell(Company, i), nation)
	}
	switch {
	case form == entity.Individual && (number == entity.Corporate || name == entity.Corporate),
		form == entity.Corporate && number == entity.Individual:
		return entity.Unknown, EvidenceUnclear
	case number != entity.Unknown:
		return number, CompanyNumberValid
	case form != entity.Unknown:
		return form, LegalFormColumn
	case name != entity.Unknown:
		return name, CompanyName
	}
	return entity.Unknown, EvidenceNone
}

// nation says whether row i is in Scotland.
func (w *Worker) nation(g *gates, i int, place region.Code) entity.Nation {
	switch {
	case place == region.Unknown:
		return entity.UnknownNation
	case place != g.gb:
		if place == g.scotland {
			return entity.Scotland
		}
		return entity.Elsewhere
	}
	switch region.Scottish(w.judging.cell(Postcode, i)) {
	case region.Yes:
		return entity.Scotland
	case region.No:
		return entity.Elsewhere
	}
	return entity.UnknownNation
}

// consented reports whether row i says that its person consented.
func (w *Worker) consented(i int, basis LegalBasis) bool {
	if basis == BasisConsent {
		return true
	}
	j := w.judging
	return remembered(&j.consents, j.cell(Consent, i), func(cell []byte) bool { return consents(j.fold.Fold(cell)) })
}
