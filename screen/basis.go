package screen

// A LegalBasis is one of the six grounds of GDPR Art. 6(1) on which personal data may be
// processed.
type LegalBasis uint8

// The legal bases. Names are part of the policy's format.
const (
	NoBasis             LegalBasis = iota
	BasisConsent                   // (a)
	Contract                       // (b)
	LegalObligation                // (c)
	VitalInterests                 // (d)
	PublicTask                     // (e)
	LegitimateInterests            // (f)
	NumLegalBases
)

var basisNames = [NumLegalBases]string{"", "consent", "contract", "legal_obligation", "vital_interests", "public_task", "legitimate_interests"}

// String returns the basis's stable name, "" for none.
func (b LegalBasis) String() string { return basisNames[b] }
