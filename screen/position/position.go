// Package position tells from words in a job title, or in a column made for it, in which
// department a person works and of what rank they are.
package position

// A Department is a part of a company.
type Department uint8

// The departments. Names are part of the policy's format.
const (
	UnknownDepartment Department = iota
	Management                   // the company as a whole: owners, managing directors, chief executives
	Sales
	Marketing
	Finance
	HumanResources
	IT
	Engineering
	Operations
	Procurement
	Legal
	Support
	Product
	Research
	Administration
	Medical
	Education
	NumDepartments
)

var departmentNames = [NumDepartments]string{"", "management", "sales", "marketing", "finance", "human_resources", "it",
	"engineering", "operations", "procurement", "legal", "support", "product", "research", "administration", "medical", "education"}

// String returns the department's stable name, "" for unknown.
func (d Department) String() string { return departmentNames[d] }

// Departments is a set of departments.
type Departments uint32

// With returns the set with d added.
func (s Departments) With(d Department) Departments { return s | 1<<d }

// Has reports whether d is in the set.
func (s Departments) Has(d Department) bool { return s>>d&1 != 0 }

// DepartmentNamed returns the department of that stable name.
func DepartmentNamed(name string) (Department, bool) {
	for d := UnknownDepartment + 1; d < NumDepartments; d++ {
		if departmentNames[d] == name {
			return d, true
		}
	}
	return 0, false
}

// A Seniority is a person's rank.
type Seniority uint8

// The ranks, highest first. Names are part of the policy's format.
const (
	UnknownSeniority Seniority = iota
	Owner                      // owner, founder, partner
	Executive                  // chief officers, managing directors, presidents, board members
	VicePresident
	Head // heads of departments
	Director
	Manager
	Senior
	Specialist // without rank: engineer, accountant, consultant
	Junior     // assistants, trainees, interns
	NumSeniorities
)

var seniorityNames = [NumSeniorities]string{"", "owner", "executive", "vice_president", "head", "director", "manager", "senior", "specialist", "junior"}

// String returns the rank's stable name, "" for unknown.
func (s Seniority) String() string { return seniorityNames[s] }

// Seniorities is a set of ranks.
type Seniorities uint16

// With returns the set with r added.
func (s Seniorities) With(r Seniority) Seniorities { return s | 1<<r }

// Has reports whether r is in the set.
func (s Seniorities) Has(r Seniority) bool { return s>>r&1 != 0 }

// SeniorityNamed returns the rank of that stable name.
func SeniorityNamed(name string) (Seniority, bool) {
	for r := UnknownSeniority + 1; r < NumSeniorities; r++ {
		if seniorityNames[r] == name {
			return r, true
		}
	}
	return 0, false
}
