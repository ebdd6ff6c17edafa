package screen

import "math/bits"

// A Reason is one cause for not simply keeping a row.
type Reason uint8

// Reasons in order of precedence: a row's primary reason is the lowest that applies.
// What people asked for outranks data quality, then business domain, law, age,
// relevance, repeats. Names are part of the manifest format (see
// pipeline/manifest/FORMAT.md): they are never reused or renamed.
const (
	Erased Reason = iota
	ErasedState
	Objected
	ConsentWithdrawn
	DoNotSell
	Restricted
	AutomatedObjection
	ExcludedEmail
	ExcludedDomain
	ExcludedPhone
	ExcludedSocial
	ExcludedCompany
	Bounced

	RowMalformed
	EmailMissing
	EmailSyntax
	EmailMultiple
	DomainSyntax
	DomainUnknownTLD
	DomainPublicSuffix
	DomainReserved

	Freemail
	ISPMail
	RelayAlias
	Disposable
	ListedButCompany
	DomainMismatch
	DomainNear
	WebsiteMissing
	WebsiteSharedHost
	WebsiteFreemail

	RegionExcluded
	LIAFailed
	LIAMissing
	RegionUnknown
	ConsentRequired
	PECRIndividual
	PECRUnknown
	BasisMissing
	SourceMissing
	SupplierUnattested

	RetentionClient
	RetentionRow
	DateMissing
	DateInvalid

	OffTarget
	Duplicate
	DuplicatePrior

	NumReasons
)

// A Verdict is what happens to a row.
type Verdict uint8

// The verdicts. Sealed is a rejection after which nothing of the row may be written
// anywhere; it is only counted.
const (
	Keep Verdict = iota
	Quarantine
	Reject
	Sealed
	NumVerdicts
)

var verdictNames = [NumVerdicts]string{"keep", "quarantine", "reject", "sealed"}

func (v Verdict) String() string { return verdictNames[v] }

var reasonTable = [NumReasons]struct {
	name    string
	verdict Verdict
}{
	Erased:             {"erased", Sealed},
	ErasedState:        {"erased_state", Sealed},
	Objected:           {"objected", Sealed},
	ConsentWithdrawn:   {"consent_withdrawn", Sealed},
	DoNotSell:          {"do_not_sell", Reject},
	Restricted:         {"restricted", Reject},
	AutomatedObjection: {"automated_objection", Quarantine},
	ExcludedEmail:      {"excluded_email", Reject},
	ExcludedDomain:     {"excluded_domain", Reject},
	ExcludedPhone:      {"excluded_phone", Reject},
	ExcludedSocial:     {"excluded_social", Reject},
	ExcludedCompany:    {"excluded_company", Reject},
	Bounced:            {"bounced", Reject},
	RowMalformed:       {"row_malformed", Quarantine},
	EmailMissing:       {"email_missing", Quarantine},
	EmailSyntax:        {"email_syntax", Reject},
	EmailMultiple:      {"email_multiple", Quarantine},
	DomainSyntax:       {"domain_syntax", Reject},
	DomainUnknownTLD:   {"domain_unknown_tld", Reject},
	DomainPublicSuffix: {"domain_public_suffix", Quarantine},
	DomainReserved:     {"domain_reserved", Reject},
	Freemail:           {"freemail", Reject},
	ISPMail:            {"isp_mail", Reject},
	RelayAlias:         {"relay_alias", Reject},
	Disposable:         {"disposable", Reject},
	ListedButCompany:   {"listed_but_company", Quarantine},
	DomainMismatch:     {"domain_mismatch", Reject},
	DomainNear:         {"domain_near", Quarantine},
	WebsiteMissing:     {"website_missing", Quarantine},
	WebsiteSharedHost:  {"website_shared_host", Quarantine},
	WebsiteFreemail:    {"website_freemail", Reject},
	RegionExcluded:     {"region_excluded", Reject},
	LIAFailed:          {"lia_failed", Reject},
	LIAMissing:         {"lia_missing", Quarantine},
	RegionUnknown:      {"region_unknown", Quarantine},
	ConsentRequired:    {"consent_required", Reject},
	PECRIndividual:     {"pecr_individual", Reject},
	PECRUnknown:        {"pecr_unknown", Quarantine},
	BasisMissing:       {"basis_missing", Quarantine},
	SourceMissing:      {"source_missing", Quarantine},
	SupplierUnattested: {"supplier_unattested", Quarantine},
	RetentionClient:    {"retention_client", Reject},
	RetentionRow:       {"retention_row", Reject},
	DateMissing:        {"date_missing", Quarantine},
	DateInvalid:        {"date_invalid", Quarantine},
	OffTarget:          {"off_target", Quarantine},
	Duplicate:          {"duplicate", Reject},
	DuplicatePrior:     {"duplicate_prior", Reject},
}

// String returns the reason's stable name.
func (r Reason) String() string { return reasonTable[r].name }

// ReasonNamed returns the reason of that stable name.
func ReasonNamed(name string) (r Reason, ok bool) {
	for r := range NumReasons {
		if reasonTable[r].name == name {
			return r, true
		}
	}
	return 0, false
}

// Verdict returns what the reason leads to unless a policy says otherwise.
func (r Reason) Verdict() Verdict { return reasonTable[r].verdict }

// Reasons is a set of reasons. The empty set keeps the row.
type Reasons uint64

// With returns the set with r added.
func (s Reasons) With(r Reason) Reasons { return s | 1<<r }

// Has reports whether r is in the set.
func (s Reasons) Has(r Reason) bool { return s>>r&1 != 0 }

// First returns the primary reason; ok is false for the empty set.
func (s Reasons) First() (r Reason, ok bool) {
	if s == 0 {
		return 0, false
	}
	return Reason(bits.TrailingZeros64(uint64(s))), true
}

// A Flag is something worth knowing about a row that does not decide its verdict.
type Flag uint8

// The flags. Names are part of the manifest format.
const (
	RoleAccount Flag = iota
	PlusTag
	Repaired
	Minimised
	SubdomainMatch
	AliasMatch
	RegionInferred
	FormulaCell
	MixedScript
	WeakListed
	NumFlags
)

var flagNames = [NumFlags]string{"role_account", "plus_tag", "repaired", "minimised", "subdomain_match",
	"alias_match", "region_inferred", "formula_cell", "mixed_script", "weak_listed"}

// String returns the flag's stable name.
func (f Flag) String() string { return flagNames[f] }

// Flags is a set of flags.
type Flags uint16

// With returns the set with f added.
func (s Flags) With(f Flag) Flags { return s | 1<<f }

// Has reports whether f is in the set.
func (s Flags) Has(f Flag) bool { return s>>f&1 != 0 }
