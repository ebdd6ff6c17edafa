package policy

import (
	"slices"
	"strings"

	"sluice/screen"
	"sluice/screen/address"
	"sluice/screen/age"
	"sluice/screen/pii"
	"sluice/screen/position"
	"sluice/screen/suppress"
)

// vocabularies are the names that settings may hold, beside those in their enum tags.
var vocabularies = map[string]func() []string{
	"roles": func() (all []string) {
		for r := range screen.NumRoles {
			all = append(all, r.String())
		}
		return all
	},
	"reasons": func() (all []string) {
		for r := range screen.NumReasons {
			all = append(all, r.String())
		}
		return all
	},
	"@forms": func() (all []string) {
		for f := range address.NumForms {
			all = append(all, f.String())
		}
		return all
	},
	"@tags": func() (all []string) {
		for t := range pii.NumTags {
			all = append(all, t.String())
		}
		return all
	},
	"@layouts": age.LayoutNames,
	"@bases": func() (all []string) {
		for b := screen.NoBasis + 1; b < screen.NumLegalBases; b++ {
			all = append(all, b.String())
		}
		return all
	},
	"@departments": func() (all []string) {
		for d := position.Department(1); d < position.NumDepartments; d++ {
			all = append(all, d.String())
		}
		return all
	},
	"@seniorities": func() (all []string) {
		for s := position.Seniority(1); s < position.NumSeniorities; s++ {
			all = append(all, s.String())
		}
		return all
	},
	"@classes": func() (all []string) {
		for c := range suppress.NumClasses {
			all = append(all, c.String())
		}
		return all
	},
}

// choices returns the values that an enum or keys tag allows, or nil for any.
func choices(tag string) []string {
	switch {
	case tag == "":
		return nil
	case vocabularies[tag] != nil:
		return vocabularies[tag]()
	}
	return strings.Split(tag, "|")
}

func contains(all []string, s string) bool { return slices.Contains(all, s) }

// nearest returns a hint that names the one of all that name may have been meant as.
func nearest(name string, all []string) string {
	best, at := "", 3
	for _, s := range all {
		if d := distance(name, s); d < at && d < len(s) {
			best, at = s, d
		}
	}
	if best == "" {
		return ""
	}
	return "did you mean " + best + "?"
}

// distance is how many letters have to be changed, added or left out (Levenshtein, 1965).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
