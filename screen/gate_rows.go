package screen

import (
	"sluice/formats/column"
	"sluice/screen/age"
	"sluice/screen/entity"
	"sluice/screen/position"
	"sluice/screen/region"
	"sluice/screen/words"
)

// judging is what a worker needs to ask the gates of rows. It is made when there are gates.
type judging struct {
	cols    [NumRoles]column.View // the main columns of the batch
	phones  []column.View         // all of the batch that are not empty
	places  *region.Finder
	names   entity.Reader
	fold    words.Folder
	titles  position.Reader
	scratch []byte

	landed    memo[landing]
	bases     memo[LegalBasis]
	consents  memo[bool]
	suppliers memo[standing]
	sources   memo[standing]
	source    standing // of the batch's file, as the policy has it,
	supplier  standing // and of who sold it
	positions memo[position.Position]
	depts     memo[position.Departments]
	ranks     memo[position.Seniority]
}

// load makes the columns of a batch ready.
func (j *judging) load(in *Input) {
	for r := range j.cols {
		j.cols[r] = in.Col(Role(r))
	}
	j.phones = j.phones[:0]
	for _, col := range in.Cols[Phone] {
		if col.Len() > 0 {
			j.phones = append(j.phones, col)
		}
	}
}

// has reports whether the batch has a column of one of the roles.
func (j *judging) has(roles ...Role) bool {
	for _, r := range roles {
		if len(j.cols[r].Spans) > 0 {
			return true
		}
	}
	return false
}

// gate asks the gates of every row that could be read. A gate that finds no column of its
// own in the batch says the same of all its rows: it is asked once.
func (w *Worker) gate(in *Input, out *Outcome) {
	g := w.s.gates
	if g == nil || in.N == 0 {
		return
	}
	j, file := w.judging, g.file(in.File)
	j.load(in)
	j.knows(g, &file)
	var all Decision // what holds for every row
	const anyRow = 0
	basis := NoBasis
	based := g.asksBasis && j.has(Basis)
	if g.asksBasis && !based {
		basis = w.basis(g, anyRow, &file, &all)
	}
	origin := g.Provenance.RequireSource || g.Provenance.RequireAttestation
	if origin && !j.has(Source, Supplier) {
		w.origin(g, anyRow, &all)
		origin = false
	}
	dated := g.Retention != (Retention{})
	if dated && !j.has(Collected, Inactive) {
		j.retain(g, anyRow, &file, &all)
		dated = false
	}
	meant := g.Relevance != (Relevance{})
	if meant && !j.has(Title, Department, Seniority) {
		j.relevance(g, anyRow, &all)
		meant = false
	}
	for i := range out.Decisions {
		d := &out.Decisions[i]
		if d.Reasons.Has(RowMalformed) {
			continue // it has no cells to judge
		}
		d.Reasons |= all.Reasons
		d.Evidence = all.Evidence
		if based {
			basis = w.basis(g, i, &file, d)
		}
		if g.located {
			w.law(g, i, basis, d)
		}
		if origin {
			w.origin(g, i, d)
		}
		if dated {
			j.retain(g, i, &file, d)
		}
		if meant {
			j.relevance(g, i, d)
		}
	}
}

// found records a gate's reason, and what it rests on.
func (d *Decision) found(g Gate, r Reason, on EvidenceKind) {
	d.Reasons = d.Reasons.With(r)
	d.Evidence[g] = on
}

// cell returns the cell of row i in the main column of a role; nil if the list has none.
func (j *judging) cell(r Role, i int) []byte {
	v := &j.cols[r]
	if i >= len(v.Spans) {
		return nil
	}
	s := v.Spans[i]
	return v.Data[s.Lo:s.Hi]
}

// retain judges how old row i is.
func (j *judging) retain(g *gates, i int, file *File, d *Decision) {
	if g.Retention.Months > 0 {
		day, status := file.CollectedLayout.Read(j.cell(Collected, i))
		on := RowColumn
		if status == age.Missing && file.Collected != 0 {
			day, status, on = file.Collected, age.OK, FileDefault
		}
		d.Evidence[RetentionGate] = on
		switch {
		case status == age.Missing:
			d.found(RetentionGate, DateMissing, EvidenceNone)
		case status == age.Invalid || day > g.now+1: // a day on, for lists from places where tomorrow has begun
			d.found(RetentionGate, DateInvalid, RowColumn)
		case day <= g.old:
			d.found(RetentionGate, RetentionRow, on)
		}
	}
	if g.Retention.ClientMonths > 0 {
		switch day, status := file.InactiveLayout.Read(j.cell(Inactive, i)); {
		case status == age.Invalid:
			d.found(RetentionGate, DateInvalid, RowColumn)
		case status == age.OK && day <= g.inactive:
			d.found(RetentionGate, RetentionClient, RowColumn)
		case status == age.OK && d.Evidence[RetentionGate] == EvidenceNone:
			d.Evidence[RetentionGate] = RowColumn
		}
	}
}
