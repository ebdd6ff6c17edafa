package screen

// A Role is what a column means to the rules.
type Role uint8

// The roles. A role the list lacks has an empty View.
const (
	Email   Role = iota // the address to write to
	Website             // the company's website or domain
	Country             // where the person is, by name or code
	Phone               // a telephone number of the person
	Social              // a profile URL of the person
	Company             // the company's name
	NumRoles
)

var roleNames = [NumRoles]string{"email", "website", "country", "phone", "social", "company"}

// String returns the role's stable name.
func (r Role) String() string { return roleNames[r] }
