package screen

import (
	"fmt"

	"sluice/screen/region"
)

// gates adds what each gate found, in words.
func (x *explainer) gates() {
	g := x.s.gates
	if g == nil {
		return
	}
	if g.located {
		place, _ := x.w.place(g, x.row)
		x.place(g, place)
		if g.PECR {
			x.pecr(g, place)
		}
	}
	if g.Provenance.RequireBasis {
		x.find("basis", said(x.d.Evidence[BasisGate], map[EvidenceKind]string{
			EvidenceNone: "no legal basis is recorded, neither in the row nor for the file", EvidenceUnclear: "the row names no legal basis of GDPR Art. 6(1), or one that may not be relied on here",
			RowColumn: "the row records its legal basis", FileDefault: "the policy records a legal basis for the whole file"}), BasisMissing)
	}
	if g.Provenance.RequireSource {
		x.find("source", said(x.d.Evidence[SourceGate], map[EvidenceKind]string{
			EvidenceNone: "where the row came from is recorded neither in the row nor for the file",
			RowColumn:    "the row says where it came from", FileDefault: "the policy says where the whole file came from"}), SourceMissing)
	}
	if g.Provenance.RequireAttestation {
		x.find("supplier", said(x.d.Evidence[SupplierGate], map[EvidenceKind]string{
			EvidenceNone: "nothing says that the row was bought", Attestation: "the supplier's attestation holds on the day of the run",
			RowColumn: "the row was bought, and of its supplier no attestation holds on the day of the run", FileDefault: "the file was bought, and of its supplier no attestation holds on the day of the run"}), SupplierUnattested)
	}
	if g.Retention != (Retention{}) {
		x.retention(g)
	}
	if g.Relevance != (Relevance{}) {
		x.find("relevance", said(x.d.Evidence[RelevanceGate], map[EvidenceKind]string{
			EvidenceNone: "neither a column nor the job title tells the person's department or rank",
			RowColumn:    "the columns for department and rank were compared with what the policy asks for", TitleWords: "words of the job title were compared with what the policy asks for"}), OffTarget)
	}
}

// said returns the words for a kind of evidence, or its name.
func said(on EvidenceKind, words map[EvidenceKind]string) string {
	if w, ok := words[on]; ok {
		return w
	}
	return on.String()
}

// placed says how a place was found out.
var placed = map[EvidenceKind]string{
	CountryColumn: "by the country column", StateColumn: "by the state column", CityColumn: "by the city column", PostcodeColumn: "by the postal code",
	PhonePrefix: "by the number's prefix, as the country column says nothing of it", CountryDomain: "by a country-code domain alone, as nothing else says",
}

func (x *explainer) place(g *gates, place region.Code) {
	_, on := x.w.place(g, x.row)
	where := fmt.Sprintf("the row is located in %s (%s) %s; location is no citizenship", place.Name(), place, placed[on])
	if place == region.Unknown {
		where = "nothing in the row tells which country it is located in"
		if on == EvidenceUnclear {
			where = "what the row says of its country does not settle which it is"
		}
	} else if x.d.Reasons.Has(RegionUnknown) {
		where = fmt.Sprintf("the row is located in %s (%s) %s, and the policy treats parts of it differently: nothing tells which part", place.Name(), place, placed[on])
	}
	switch {
	case x.d.Reasons.Has(RegionExcluded):
		where += "; the policy excludes it"
	case x.d.Reasons.Has(LIAMissing):
		where += "; no legitimate interest assessment that stands on the day of the run covers it (GDPR Art. 6(1)(f))"
	case x.d.Reasons.Has(LIAFailed):
		where += "; the legitimate interest assessment made for it failed (GDPR Art. 6(1)(f))"
	case x.d.Reasons.Has(ConsentRequired):
		where += "; the policy requires consent there, and none is recorded"
	case g.rulings[place].assessed:
		where += "; a legitimate interest assessment covers it"
	case g.rulings[place].consent:
		where += "; the policy requires consent there, which is recorded"
	}
	x.find("region", where, RegionExcluded, LIAFailed, LIAMissing, RegionUnknown, ConsentRequired)
}

func (x *explainer) pecr(g *gates, place region.Code) {
	if place != region.Unknown && place.Country() != g.gb {
		x.find("pecr", "the row is not located in the United Kingdom, whose PECR are asked about")
		return
	}
	words := map[EvidenceKind]string{
		EvidenceNone:       "nothing in the row tells a corporate subscriber from an individual one",
		EvidenceUnclear:    "the row calls its company an individual in one place and a company in another",
		CompanyNumberValid: "the register number is of a kind that Companies House gives to %s",
		LegalFormColumn:    "the column for legal form names %s",
		CompanyName:        "the company's name has the form of %s",
		GovernmentDomain:   "the mail host is under a domain that only public bodies get: %s",
		RowColumn:          "consent is recorded, which PECR reg. 22 asks of individual subscribers%.0s",
	}
	kind := "a corporate subscriber (PECR reg. 2)"
	if x.d.Reasons.Has(PECRIndividual) {
		kind = "an individual subscriber, a sole trader or partnership (PECR reg. 2), who may be written to with consent only (reg. 22)"
	}
	on := x.d.Evidence[PECRGate]
	text := said(on, words)
	if on != EvidenceNone && on != EvidenceUnclear {
		text = fmt.Sprintf(text, kind)
	}
	if place == region.Unknown && (on == EvidenceNone || on == EvidenceUnclear) {
		x.find("pecr", text, RegionUnknown) // it may be located in the United Kingdom
		return
	}
	x.find("pecr", text, PECRIndividual, PECRUnknown)
}

func (x *explainer) retention(g *gates) {
	r, text := g.Retention, ""
	switch {
	case x.d.Reasons.Has(RetentionClient):
		text = fmt.Sprintf("the client has been inactive for more than %d calendar months on %s", r.ClientMonths, g.now)
	case x.d.Reasons.Has(RetentionRow):
		text = fmt.Sprintf("more than %d calendar months have passed since its collection on %s", r.Months, g.now)
	case x.d.Reasons.Has(DateMissing):
		text = "no date of collection is recorded, neither in the row nor for the file"
	case x.d.Reasons.Has(DateInvalid):
		text = "a date is none, lies in the future, or cannot be read in the one way that the column is read"
	case x.d.Evidence[RetentionGate] == FileDefault:
		text = fmt.Sprintf("the file's date of collection is within %d calendar months of %s", r.Months, g.now)
	default:
		text = fmt.Sprintf("no date in the row is past its limit on %s", g.now)
	}
	x.find("retention", text, RetentionClient, RetentionRow, DateMissing, DateInvalid)
}
