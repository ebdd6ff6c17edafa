package suppress

import (
	"fmt"
	"strings"
)

// A Class says why the entries of a list must not be contacted.
type Class uint8

// The classes. Names are part of the command line, the policy file and the manifest.
const (
	OptOut             Class = iota // asked not to be mailed; the default
	Erasure                         // asked to be forgotten (GDPR Art. 17)
	ErasureState                    // deletion under a US state's law, such as California's
	Objection                       // objected to direct marketing (GDPR Art. 21)
	ConsentWithdrawn                // gave consent and took it back (GDPR Art. 7(3))
	Restriction                     // processing restricted (GDPR Art. 18)
	AutomatedObjection              // objected to automated decisions (GDPR Art. 22)
	DoNotSell                       // asked that their data not be sold or shared
	Bounce                          // the mailbox refused mail
	Customer                        // a customer or partner: not a prospect
	NumClasses
)

var classNames = [NumClasses]string{"opt_out", "erasure", "erasure_state", "objection", "consent_withdrawn",
	"restriction", "automated_objection", "do_not_sell", "bounce", "customer"}

// String returns the class's stable name.
func (c Class) String() string {
	if c >= NumClasses {
		return fmt.Sprintf("class(%d)", uint8(c))
	}
	return classNames[c]
}

// Sealed reports whether rows that hit the class may be written nowhere. A list of
// such a class is refused for a single line that cannot be read.
func (c Class) Sealed() bool { return c >= Erasure && c <= ConsentWithdrawn }

// ParseClass returns the class of that name; letter case does not matter and a
// hyphen stands for an underscore.
func ParseClass(name string) (Class, error) {
	want := strings.ReplaceAll(strings.ToLower(strings.TrimSpace(name)), "-", "_")
	for c, n := range classNames {
		if n == want {
			return Class(c), nil
		}
	}
	return 0, fmt.Errorf("no class %q; the classes are %s", name, strings.Join(classNames[:], ", "))
}
