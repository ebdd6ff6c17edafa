package main

import "sluice/screen"

// asked are the settings of a policy that ask for what a reason says is not there, the
// closest first.
var asked = map[screen.Reason][]string{
	screen.RegionExcluded:     {"regions", "elsewhere"},
	screen.LIAFailed:          {"lia", "regions"},
	screen.LIAMissing:         {"regions", "elsewhere"},
	screen.RegionUnknown:      {"regions", "elsewhere"},
	screen.ConsentRequired:    {"regions", "elsewhere"},
	screen.PECRIndividual:     {"pecr"},
	screen.PECRUnknown:        {"pecr"},
	screen.BasisMissing:       {"provenance.require_basis"},
	screen.SourceMissing:      {"provenance.require_source"},
	screen.SupplierUnattested: {"suppliers", "provenance.require_attestation"},
	screen.RetentionClient:    {"retention.client_months"},
	screen.RetentionRow:       {"retention.months"},
	screen.DateMissing:        {"retention"},
	screen.DateInvalid:        {"date_formats.collected", "retention"},
	screen.OffTarget:          {"relevance", "tables.targets"},
	screen.Duplicate:          {"dedupe"},
}

// place adds to each finding the line of the policy that decided: the one that says what
// its reason leads to, else the one that asks for what is missing.
func (l *listing) place(e *screen.Explanation) {
	if l.policy == nil {
		return
	}
	for i := range e.Findings {
		f := &e.Findings[i]
		r, ok := screen.ReasonNamed(f.Reason)
		if !ok {
			continue
		}
		for _, at := range append([]string{"rules." + f.Reason}, asked[r]...) {
			if f.Policy = l.policy.Place(at); f.Policy != "" {
				break
			}
		}
	}
}
