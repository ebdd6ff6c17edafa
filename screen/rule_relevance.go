package screen

import "sluice/screen/position"

// relevance judges whether row i's person has the position that the list is meant for: by
// the columns made for it, else by words of the job title.
func (j *judging) relevance(g *gates, i int, d *Decision) {
	var p position.Position
	titled := false
	title := func() {
		if !titled {
			titled = true
			p = remembered(&j.positions, j.cell(Title, i), j.titles.Title)
		}
	}
	on, off := EvidenceNone, false
	if want := g.Relevance.Departments; want != 0 {
		dept := remembered(&j.depts, j.cell(Department, i), j.titles.Department)
		on = RowColumn
		if dept == 0 {
			title()
			dept, on = p.Departments, TitleWords
		}
		if dept&want == 0 {
			off = true
			if dept == 0 {
				on = EvidenceNone
			}
		}
	}
	if want := g.Relevance.Seniorities; want != 0 && !off {
		rank := remembered(&j.ranks, j.cell(Seniority, i), j.titles.Seniority)
		on = RowColumn
		if rank == position.UnknownSeniority {
			title()
			rank, on = p.Seniority, TitleWords
		}
		if !want.Has(rank) {
			off = true
			if rank == position.UnknownSeniority {
				on = EvidenceNone
			}
		}
	}
	d.Evidence[RelevanceGate] = on
	if off {
		d.Reasons = d.Reasons.With(OffTarget)
	}
}
