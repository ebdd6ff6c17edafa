package screen

import "sluice/screen/position"

// relevance judges whether row i's person has the position that the list is meant for: by
// the columns made for it, else by words of the job title.
func (j *judging) relevance(g *gates, i int, d *Decision) {
	wanted, ranks := g.Relevance.Departments, g.Relevance.Seniorities
	var dept position.Departments
	if cell := j.cell(Department, i); len(cell) > 0 && wanted != 0 {
		dept = remembered(&j.depts, cell, j.titles.Department)
	}
	rank := position.UnknownSeniority
	if cell := j.cell(Seniority, i); len(cell) > 0 && ranks != 0 {
		rank = remembered(&j.ranks, cell, j.titles.Seniority)
	}
	var title position.Position
	if dept == 0 && wanted != 0 || rank == position.UnknownSeniority && ranks != 0 {
		title = j.titled(j.cell(Title, i))
	}
	on, off := EvidenceNone, false
	if wanted != 0 {
		on = RowColumn
		if dept == 0 {
			dept, on = title.Departments, TitleWords
		}
		if off = dept&wanted == 0; dept == 0 {
			on = EvidenceNone
		}
	}
	if ranks != 0 && !off {
		on = RowColumn
		if rank == position.UnknownSeniority {
			rank, on = title.Seniority, TitleWords
		}
		if off = !ranks.Has(rank); off && rank == position.UnknownSeniority {
			on = EvidenceNone
		}
	}
	d.Evidence[RelevanceGate] = on
	if off {
		d.Reasons = d.Reasons.With(OffTarget)
	}
}

// titled returns what a job title says.
func (j *judging) titled(cell []byte) (none position.Position) {
	if len(cell) == 0 {
		return none
	}
	v, known := j.positions.get(cell)
	if known {
		return *v
	}
	p := j.titles.Title(cell)
	if v != nil {
		*v = p
	}
	return p
}
