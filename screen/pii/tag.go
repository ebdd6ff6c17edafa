package pii

import (
	"fmt"
	"strings"
)

// A Tag says what a column holds. There are 47; their names are part of the manifest
// format and only grow.
type Tag uint8

// The tags. The order is that of the vocabulary, not of their weight.
const (
	None                  Tag = iota // none
	PersonNameFull                   // person.name.full
	PersonNameFirst                  // person.name.first
	PersonNameLast                   // person.name.last
	PersonNameOther                  // person.name.other
	PersonNameAffix                  // person.name.affix
	PersonEmail                      // person.email
	PersonEmailPersonal              // person.email.personal
	PersonPhone                      // person.phone
	PersonPhonePersonal              // person.phone.personal
	PersonSocial                     // person.social
	PersonAddressStreet              // person.address.street
	PersonAddressPostcode            // person.address.postcode
	PersonAddressCity                // person.address.city
	PersonAddressRegion              // person.address.region
	PersonAddressCountry             // person.address.country
	PersonGeo                        // person.geo
	PersonJobTitle                   // person.job.title
	PersonJobDetail                  // person.job.detail
	PersonBirthDate                  // person.birth_date
	PersonGender                     // person.gender
	PersonDemographic                // person.demographic
	PersonImage                      // person.image
	PersonID                         // person.id
	PersonUsername                   // person.username
	PersonIP                         // person.ip
	PersonDevice                     // person.device
	PersonNationalID                 // person.national_id
	PersonFinancial                  // person.financial
	PersonSpecial                    // person.special
	PersonConsent                    // person.consent
	PersonActivity                   // person.activity
	PersonFreeText                   // person.free_text
	OtherPerson                      // other_person
	FinancialAccount                 // financial.account
	FinancialCard                    // financial.card
	Credential                       // credential
	RecordSource                     // record.source
	CompanyName                      // company.name
	CompanyDomain                    // company.domain
	CompanyEmail                     // company.email
	CompanyPhone                     // company.phone
	CompanySocial                    // company.social
	CompanyAddress                   // company.address
	CompanyCountry                   // company.country
	CompanyID                        // company.id
	CompanyProfile                   // company.profile
	NumTags
)

// A Class is how close a tag is to a person.
type Class byte

// The classes. All but Metadata and CompanyData are personal data.
const (
	Direct      Class = 'D' // identifies a person by itself
	Quasi       Class = 'Q' // identifies a person together with others, or is an attribute of one
	Online      Class = 'O' // identifies a device or a session
	HighRisk    Class = 'F' // money, government, secrets
	Special     Class = 'S' // GDPR Art. 9 and 10
	Metadata    Class = 'M' // about the record
	CompanyData Class = 'C' // about a firm
	NotPersonal Class = '-' // neither
)

// Facts is what the vocabulary fixes for a tag. Empty fields mean that the other
// vocabulary has no term.
type Facts struct {
	Name     string
	Class    Class
	Fides    string // fideslang data category (IABTechLab/fideslang data_categories.csv)
	DPV      string // W3C DPV 2.3 term in https://w3id.org/dpv/pd#, for none in https://w3id.org/dpv#
	InfoType string // Google's name for it
	Policy   string // category that privacy policies for prospecting use
}

var facts = [NumTags]Facts{
	None:                  {"none", NotPersonal, "system.operations", "NonPersonalData", "", ""},
	PersonNameFull:        {"person.name.full", Direct, "user.name", "Name", "PERSON_NAME", "public_data"},
	PersonNameFirst:       {"person.name.first", Direct, "user.name.first", "Name", "FIRST_NAME", "public_data"},
	PersonNameLast:        {"person.name.last", Direct, "user.name.last", "Name", "LAST_NAME", "public_data"},
	PersonNameOther:       {"person.name.other", Direct, "user.name", "Name", "PERSON_NAME", "public_data"},
	PersonNameAffix:       {"person.name.affix", Quasi, "user.name", "Name", "GENDER", "public_data"},
	PersonEmail:           {"person.email", Direct, "user.contact.email", "EmailAddressWork", "EMAIL_ADDRESS", "third_party_data"},
	PersonEmailPersonal:   {"person.email.personal", Direct, "user.contact.email", "EmailAddressPersonal", "EMAIL_ADDRESS", "third_party_data"},
	PersonPhone:           {"person.phone", Direct, "user.contact.phone_number", "TelephoneNumber", "PHONE_NUMBER", "third_party_data"},
	PersonPhonePersonal:   {"person.phone.personal", Direct, "user.contact.phone_number", "TelephoneNumber", "PHONE_NUMBER", "third_party_data"},
	PersonSocial:          {"person.social", Direct, "user.contact.url", "SocialMedia", "URL", "public_data"},
	PersonAddressStreet:   {"person.address.street", Quasi, "user.contact.address.street", "Street", "STREET_ADDRESS", "third_party_data"},
	PersonAddressPostcode: {"person.address.postcode", Quasi, "user.contact.address.postal_code", "PostalCode", "LOCATION", "third_party_data"},
	PersonAddressCity:     {"person.address.city", Quasi, "user.contact.address.city", "City", "LOCATION", "third_party_data"},
	PersonAddressRegion:   {"person.address.region", Quasi, "user.contact.address.state", "Region", "LOCATION", "third_party_data"},
	PersonAddressCountry:  {"person.address.country", Quasi, "user.contact.address.country", "Country", "LOCATION", "third_party_data"},
	PersonGeo:             {"person.geo", Quasi, "user.location", "Location", "LOCATION_COORDINATES", "usage_data"},
	PersonJobTitle:        {"person.job.title", Quasi, "user.job_title", "Job", "EMPLOYMENT_STATUS", "public_data"},
	PersonJobDetail:       {"person.job.detail", Quasi, "user.workplace", "Professional", "EMPLOYMENT_STATUS", "public_data"},
	PersonBirthDate:       {"person.birth_date", HighRisk, "user.demographic.date_of_birth", "BirthDate", "DATE_OF_BIRTH", ""},
	PersonGender:          {"person.gender", Quasi, "user.demographic.gender", "Gender", "GENDER", ""},
	PersonDemographic:     {"person.demographic", Quasi, "user.demographic", "Demographic", "DEMOGRAPHIC_DATA", ""},
	PersonImage:           {"person.image", Direct, "user.content.self_image", "Picture", "", "public_data"},
	PersonID:              {"person.id", Quasi, "user.unique_id", "UID", "GENERIC_ID", ""},
	PersonUsername:        {"person.username", Direct, "user.account.username", "Username", "", "account_data"},
	PersonIP:              {"person.ip", Online, "user.device.ip_address", "IPAddress", "IP_ADDRESS", "usage_data"},
	PersonDevice:          {"person.device", Online, "user.device", "BrowserFingerprint", "ADVERTISING_ID", "usage_data"},
	PersonNationalID:      {"person.national_id", HighRisk, "user.government_id", "OfficialID", "FRANCE_NIR", ""},
	PersonFinancial:       {"person.financial", HighRisk, "user.financial", "Salary", "FINANCIAL_ID", ""},
	PersonSpecial:         {"person.special", Special, "user.health_and_medical", "Health", "BLOOD_TYPE", ""},
	PersonConsent:         {"person.consent", Metadata, "user.privacy_preferences", "PrivacyPreference", "", "notification_data"},
	PersonActivity:        {"person.activity", Quasi, "user.behavior", "Behavioural", "", "usage_data"},
	PersonFreeText:        {"person.free_text", Quasi, "user.content.private", "Communication", "", "correspondence_data"},
	OtherPerson:           {"other_person", Direct, "user.name", "Relationship", "PERSON_NAME", ""},
	FinancialAccount:      {"financial.account", HighRisk, "user.financial.bank_account", "BankAccount", "FINANCIAL_ACCOUNT_NUMBER", ""},
	FinancialCard:         {"financial.card", HighRisk, "user.financial.credit_card", "PaymentCardNumber", "CREDIT_CARD_NUMBER", ""},
	Credential:            {"credential", HighRisk, "user.authorization.credentials", "Authenticating", "AUTH_TOKEN", "account_data"},
	RecordSource:          {"record.source", Metadata, "system.operations", "", "", ""},
	CompanyName:           {"company.name", CompanyData, "user.contact.organization", "", "ORGANIZATION_NAME", ""},
	CompanyDomain:         {"company.domain", CompanyData, "", "", "DOMAIN_NAME", ""},
	CompanyEmail:          {"company.email", CompanyData, "", "", "EMAIL_ADDRESS", ""},
	CompanyPhone:          {"company.phone", CompanyData, "", "", "PHONE_NUMBER", ""},
	CompanySocial:         {"company.social", CompanyData, "", "", "URL", ""},
	CompanyAddress:        {"company.address", CompanyData, "", "", "STREET_ADDRESS", ""},
	CompanyCountry:        {"company.country", CompanyData, "", "", "LOCATION", ""},
	CompanyID:             {"company.id", CompanyData, "", "", "", ""},
	CompanyProfile:        {"company.profile", CompanyData, "", "", "", ""},
}

var byName = func() map[string]Tag {
	m := make(map[string]Tag, NumTags)
	for t := range NumTags {
		m[facts[t].Name] = t
	}
	return m
}()

// String returns the tag's name, as in person.email.
func (t Tag) String() string { return facts[t].Name }

// Facts returns what the vocabulary fixes for t.
func (t Tag) Facts() Facts { return facts[t] }

// Personal reports whether a column with this tag holds personal data. Proofs and
// states of consent are metadata, yet about a person.
func (t Tag) Personal() bool {
	switch facts[t].Class {
	case CompanyData, NotPersonal:
		return false
	case Metadata:
		return t == PersonConsent
	}
	return true
}

// Sensitivity returns none, company, low, medium, high or special.
func (t Tag) Sensitivity() string {
	switch facts[t].Class {
	case Special:
		return "special"
	case HighRisk:
		return "high"
	case Direct:
		return "medium"
	case Quasi, Online, Metadata:
		return "low"
	case CompanyData:
		return "company"
	}
	return "none"
}

// weight orders tags by sensitivity: where two fit equally well, the heavier is taken.
func (t Tag) weight() int {
	return strings.IndexByte("-CMOQDFS", byte(facts[t].Class))
}

// MarshalText returns the name.
func (t Tag) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText is ParseTag.
func (t *Tag) UnmarshalText(text []byte) (err error) {
	*t, err = ParseTag(string(text))
	return err
}

// DPVTerm returns the full address of the tag's DPV term, or "".
func (t Tag) DPVTerm() string {
	switch {
	case facts[t].DPV == "":
		return ""
	case t == None:
		return "https://w3id.org/dpv#" + facts[t].DPV
	}
	return "https://w3id.org/dpv/pd#" + facts[t].DPV
}

// ParseTag returns the tag of a name.
func ParseTag(name string) (Tag, error) {
	if t, ok := byName[name]; ok {
		return t, nil
	}
	if IsPrefix(name) {
		return None, fmt.Errorf("%q is a group of tags, not a tag", name)
	}
	return None, fmt.Errorf("there is no tag %q", name)
}

// IsPrefix reports whether name is a tag or a group of tags, such as person.address: what
// a policy may have a line for.
func IsPrefix(name string) bool {
	for _, f := range facts {
		if f.Name == name || strings.HasPrefix(f.Name, name+".") {
			return true
		}
	}
	return false
}

// Prefixes returns the names under which a policy's line holds for t, the most specific
// first: person.email.personal, person.email, person. The first one that has a line wins.
func (t Tag) Prefixes() []string {
	name := t.String()
	all := []string{name}
	for {
		dot := strings.LastIndexByte(name, '.')
		if dot < 0 {
			return all
		}
		name = name[:dot]
		all = append(all, name)
	}
}
