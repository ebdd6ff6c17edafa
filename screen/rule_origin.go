package screen

import "sluice/screen/words"

// basis returns the legal basis of row i and, where one is required, judges it.
func (w *Worker) basis(g *gates, i int, file *File, d *Decision) LegalBasis {
	j := w.judging
	basis, on := file.Basis, FileDefault
	if cell := j.cell(Basis, i); len(cell) > 0 {
		said := remembered(&j.bases, cell, func(cell []byte) LegalBasis {
			folded := j.fold.Fold(cell)
			if words.Nothing(folded) {
				return silent
			}
			return basisOf(folded)
		})
		if said != silent {
			basis, on = said, RowColumn
		}
	}
	if !g.Provenance.RequireBasis {
		return basis
	}
	switch {
	case g.bases[basis]:
		d.Evidence[BasisGate] = on
	case on == RowColumn: // it names none, or none that may be relied on
		d.found(BasisGate, BasisMissing, EvidenceUnclear)
	default:
		d.found(BasisGate, BasisMissing, EvidenceNone)
	}
	return basis
}

// silent stands for a cell that names no basis and does not try to.
const silent = NumLegalBases

// A standing is what is known of a source or supplier.
type standing uint8

const (
	nobody     standing = iota // the cell is empty, or a word for nothing
	ordinary                   // a source that is not known to sell
	unattested                 // a supplier without an attestation that holds, or a source that means a row was bought
	attested                   // a supplier with one
)

// origin judges whether it is recorded where row i came from, and whether whoever sold it
// attested to it.
func (w *Worker) origin(g *gates, i int, file *File, d *Decision) {
	j := w.judging
	source, from := w.standing(&j.sources, g, j.cell(Source, i), false), RowColumn
	if source == nobody && file.Source != "" {
		source, from = w.standing(nil, g, []byte(file.Source), false), FileDefault
	}
	if g.Provenance.RequireSource {
		if source == nobody {
			d.found(SourceGate, SourceMissing, EvidenceNone)
		} else {
			d.Evidence[SourceGate] = from
		}
	}
	if !g.Provenance.RequireAttestation {
		return
	}
	supplier, on := w.standing(&j.suppliers, g, j.cell(Supplier, i), true), RowColumn
	if supplier == nobody && file.Supplier != "" {
		supplier, on = w.standing(nil, g, []byte(file.Supplier), true), FileDefault
	}
	if supplier == nobody {
		supplier, on = source, from
	}
	switch supplier {
	case attested:
		d.Evidence[SupplierGate] = Attestation
	case unattested:
		d.found(SupplierGate, SupplierUnattested, on)
	}
}

// standing reads a source or supplier cell. A supplier that nobody vouches for is
// unattested; such a source is ordinary.
func (w *Worker) standing(m *memo[standing], g *gates, cell []byte, supplier bool) standing {
	if len(cell) == 0 {
		return nobody
	}
	read := func(cell []byte) standing {
		folded := w.judging.fold.Fold(cell)
		if words.Nothing(folded) {
			return nobody
		}
		holds, known := g.attested[string(folded)]
		switch {
		case holds:
			return attested
		case known, supplier, g.bought[string(folded)]:
			return unattested
		}
		return ordinary
	}
	if m == nil {
		return read(cell)
	}
	return remembered(m, cell, read)
}
