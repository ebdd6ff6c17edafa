package screen

import (
	"bytes"
	"strings"

	"sluice/screen/words"
)

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

// LegalBasisNamed returns the basis that text names: by its stable name, by the letter of
// Art. 6(1), or in words of six languages. It returns NoBasis for any other.
func LegalBasisNamed(text string) LegalBasis { return basisOf([]byte(words.Fold(text))) }

// basisOf reads folded text.
func basisOf(folded []byte) LegalBasis {
	if b, ok := basisWords[string(folded)]; ok {
		return b
	}
	// "Art. 6(1)(f) GDPR", "Art. 6 Abs. 1 lit. f DSGVO", "6.1.f"
	var article, paragraph bool
	for word := range bytes.FieldsSeq(folded) {
		switch {
		case len(word) == 1 && article && paragraph && word[0] >= 'a' && word[0] <= 'f':
			return BasisConsent + LegalBasis(word[0]-'a')
		case string(word) == "6" && !article:
			article = true
		case string(word) == "1" && article:
			paragraph = true
		case len(word) == 3 && word[0] == '6' && word[1] == '1' && word[2] >= 'a' && word[2] <= 'f':
			return BasisConsent + LegalBasis(word[2]-'a')
		case len(word) == 2 && article && word[0] == '1' && word[1] >= 'a' && word[1] <= 'f':
			return BasisConsent + LegalBasis(word[1]-'a')
		}
	}
	// HubSpot says of whom: "Legitimate interest – prospect/lead".
	for _, li := range [...]string{"legitimate interest ", "legitimate interests "} {
		if bytes.HasPrefix(folded, []byte(li)) {
			return LegitimateInterests
		}
	}
	return NoBasis
}

// basisWords are names of legal bases, folded: the words of GDPR Art. 6(1) in its
// language versions and their short forms.
var basisWords = func() map[string]LegalBasis {
	m := map[string]LegalBasis{}
	for b, names := range map[LegalBasis]string{
		BasisConsent: "consent|explicit consent|freely given consent|freely given consent from contact|opt in|double opt in|einwilligung|consentement|consentimiento|consenso|toestemming",
		Contract: "contract|performance of a contract|performance of contract|contractual|contractual necessity|contract performance|vertrag|vertragserfullung|contrat|execution d un contrat|" +
			"execution du contrat|contrato|ejecucion de un contrato|contratto|esecuzione di un contratto|overeenkomst|uitvoering van een overeenkomst|vertragserfuellung",
		LegalObligation: "legal obligation|legal requirement|rechtliche verpflichtung|gesetzliche pflicht|obligation legale|obligacion legal|obbligo legale|obbligo di legge|wettelijke verplichting",
		VitalInterests:  "vital interests|vital interest|lebenswichtige interessen|interets vitaux|intereses vitales|interessi vitali|vitale belangen",
		PublicTask:      "public task|public interest|offentliche aufgabe|offentliches interesse|mission d interet public|interet public|interes publico|interesse pubblico|taak van algemeen belang|algemeen belang",
		LegitimateInterests: "legitimate interests|legitimate interest|li|berechtigtes interesse|berechtigte interessen|interet legitime|interets legitimes|linteret legitime|interes legitimo|intereses legitimos|" +
			"interesse legittimo|legittimo interesse|interessi legittimi|gerechtvaardigd belang|gerechtvaardigde belangen",
	} {
		m[strings.ReplaceAll(b.String(), "_", " ")] = b
		for name := range strings.SplitSeq(names, "|") {
			m[name] = b
			m[strings.ReplaceAll(name, "d un ", "dun ")] = b
			m[strings.ReplaceAll(name, "d interet", "dinteret")] = b
		}
	}
	return m
}()

// consents reports whether a folded consent cell says yes. What is neither yes nor no, a
// date among it, is no evidence.
func consents(folded []byte) bool { return yesWords[string(folded)] }

var yesWords = func() map[string]bool {
	m := map[string]bool{}
	for w := range strings.SplitSeq("yes|y|true|t|1|x|consent|consented|given|granted|opt in|opted in|optin|double opt in|double opted in|confirmed|subscribed|explicit|explicit consent|"+
		"ja|j|erteilt|einwilligung|eingewilligt|oui|o|accorde|consenti|si|s|otorgado|concedido|dato|accordato|concesso|gegeven|toestemming|verleend", "|") {
		m[w] = true
	}
	return m
}()
