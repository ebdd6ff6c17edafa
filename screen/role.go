package screen

// A Role is what a column means to the rules.
type Role uint8

// The roles. A role the list lacks has an empty View. Those up to Company are looked for
// in every list; the others only where a gate asks for them (Gates.Needs) or a user
// names them, because reading a column costs time.
const (
	Email   Role = iota // the address to write to
	Website             // the company's website or domain
	Country             // where the person is, by name or code
	Phone               // a telephone number of the person
	Social              // a profile URL of the person
	Company             // the company's name

	State         // the part of a country: state, province, nation of the United Kingdom
	City          // the town, perhaps with the state behind it
	Postcode      // the postal code
	CompanyNumber // the company's number in the register
	LegalForm     // the company's legal form, or what kind of subscriber it is
	Collected     // the day the row was collected
	Inactive      // the day since when the person or company is no client any more
	Source        // where the row came from
	Basis         // the legal basis for using it
	Consent       // whether the person consented
	Supplier      // who sold the row
	Title         // the person's job title
	Department    // the person's department
	Seniority     // the person's rank
	NumRoles
)

// lastPlain is the last of the roles that are looked for in every list.
const lastPlain = Company

var roleNames = [NumRoles]string{"email", "website", "country", "phone", "social", "company",
	"state", "city", "postcode", "company_number", "legal_form", "collected", "inactive",
	"source", "basis", "consent", "supplier", "title", "department", "seniority"}

// Reads returns those columns of a list that the screener looks at, of the columns that
// play roles in it: reading one costs time, and few lists hold numbers or profiles.
// Further columns with addresses count as any cell outside the main one, as Input.Strays.
func (s *Screener) Reads(roles map[Role][]int) map[Role][]int {
	read := make(map[Role][]int, len(roles))
	asked := s.gates.reads()
	for role, cols := range roles {
		switch {
		case len(cols) == 0:
		case role == Email, role == Website:
			read[role] = cols[:1]
		case asked.has(role),
			(role == Phone || role == Country) && (s.phones || s.trace),
			role == Social && (s.profiles || s.trace):
			read[role] = cols
		}
	}
	return read
}

// String returns the role's stable name.
func (r Role) String() string { return roleNames[r] }
