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

	bases     memo[LegalBasis]
	consents  memo[bool]
	suppliers memo[standing]
	sources   memo[standing]
	positions memo[position.Position]
	depts     memo[position.Departments]
	ranks     memo[position.Seniority]
}

// gate asks the gates of every row that could be read.
func (w *Worker) gate(in *Input, out *Outcome) {
	g := w.s.gates
	if g == nil {
		return
	}
	j, file := w.judging, g.file(in.File)
	for r := range j.cols {
		j.cols[r] = in.Col(Role(r))
	}
	j.phones = j.phones[:0]
	for _, col := range in.Cols[Phone] {
		if col.Len() > 0 {
			j.phones = append(j.phones, col)
		}
	}
	for i := range in.N {
		d := &out.Decisions[i]
		if d.Reasons.Has(RowMalformed) {
			continue // it has no cells to judge
		}
		basis := NoBasis
		if g.asksBasis {
			basis = w.basis(g, i, &file, d)
		}
		if g.located {
			w.law(g, i, basis, d)
		}
		if g.Provenance.RequireSource || g.Provenance.RequireAttestation {
			w.origin(g, i, &file, d)
		}
		if g.Retention != (Retention{}) {
			j.retain(g, i, &file, d)
		}
		if g.Relevance != (Relevance{}) {
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
