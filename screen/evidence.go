package screen

// An EvidenceKind says what a gate's answer about a row rests on. Names are part of the
// decision ledger's format: they are never reused or renamed.
type EvidenceKind uint8

// The kinds of evidence. What a kind is called says where the gate looked; Unclear is that
// it looked and could not tell.
const (
	EvidenceNone       EvidenceKind = iota // the gate was not asked, or found nothing to look at
	EvidenceUnclear                        // there was evidence, and it does not settle the question
	CountryColumn                          // the country cell names one country
	StateColumn                            // the state cell settles which part, or which of several countries
	CityColumn                             // the city cell does
	PostcodeColumn                         // the postal code does
	PhonePrefix                            // the calling code, or the area code behind +1 and +44
	CountryDomain                          // the country-code domain of the mail host or website
	CompanyNumberValid                     // the cell is a number as Companies House gives them out
	LegalFormColumn                        // the legal form or subscriber column
	CompanyName                            // a legal form, or words of a trader, in the company's name
	GovernmentDomain                       // a domain that only public bodies get
	RowColumn                              // the row's own cell: date, source, basis, consent, supplier, position
	FileDefault                            // what the policy says of the whole file
	Attestation                            // a supplier's attestation
	Assessment                             // a legitimate interest assessment
	TitleWords                             // words of the job title
	NumEvidenceKinds
)

var evidenceNames = [NumEvidenceKinds]string{"", "unclear", "country_column", "state_column", "city_column",
	"postcode_column", "phone_prefix", "country_domain", "company_number", "legal_form_column", "company_name",
	"government_domain", "row_column", "file_default", "attestation", "assessment", "title_words"}

// String returns the kind's stable name, "" for none.
func (k EvidenceKind) String() string { return evidenceNames[k] }

// A Gate is one question of law, age or relevance that is asked of every row.
type Gate uint8

// The gates.
const (
	PlaceGate     Gate = iota // may rows from where this one is be used?
	PECRGate                  // is the subscriber a company?
	BasisGate                 // is a legal basis recorded?
	SourceGate                // is it recorded where the row came from?
	SupplierGate              // did who sold it attest to it?
	RetentionGate             // is it too old?
	RelevanceGate             // is the person one of those meant?
	NumGates
)

var gateNames = [NumGates]string{"region", "pecr", "basis", "source", "supplier", "retention", "relevance"}

// String returns the gate's stable name.
func (g Gate) String() string { return gateNames[g] }

// gateOf returns the gate that finds reason r; ok is false if none does.
func gateOf(r Reason) (g Gate, ok bool) {
	switch r {
	case RegionExcluded, LIAFailed, LIAMissing, RegionUnknown, ConsentRequired:
		return PlaceGate, true
	case PECRIndividual, PECRUnknown:
		return PECRGate, true
	case BasisMissing:
		return BasisGate, true
	case SourceMissing:
		return SourceGate, true
	case SupplierUnattested:
		return SupplierGate, true
	case RetentionClient, RetentionRow, DateMissing, DateInvalid:
		return RetentionGate, true
	case OffTarget:
		return RelevanceGate, true
	}
	return 0, false
}
