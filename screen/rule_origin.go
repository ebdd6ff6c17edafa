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

// knows reads what the policy says of the source and the supplier of a batch's file.
func (j *judging) knows(g *gates, file *File) {
	j.source, j.supplier = nobody, nobody
	if file.Source != "" {
		j.source = j.stands(g, []byte(file.Source), false)
	}
	if file.Supplier != "" {
		j.supplier = j.stands(g, []byte(file.Supplier), true)
	}
}

// origin judges whether it is recorded where row i came from, and whether whoever sold it
// attested to it.
func (w *Worker) origin(g *gates, i int, d *Decision) {
	j := w.judging
	source, from := j.standing(&j.sources, g, j.cell(Source, i), false), RowColumn
	if source == nobody && j.source != nobody {
		source, from = j.source, FileDefault
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
	supplier, on := j.standing(&j.suppliers, g, j.cell(Supplier, i), true), RowColumn
	if supplier == nobody && j.supplier != nobody {
		supplier, on = j.supplier, FileDefault
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

// standing reads a source or supplier cell.
func (j *judging) standing(m *memo[standing], g *gates, cell []byte, supplier bool) standing {
	if len(cell) == 0 {
		return nobody
	}
	v, known := m.get(cell)
	if known {
		return *v
	}
	s := j.stands(g, cell, supplier)
	if v != nil {
		*v = s
	}
	return s
}

// stands reads the name of a source or supplier. A supplier that nobody vouches for is
// unattested; such a source is ordinary.
func (j *judging) stands(g *gates, name []byte, supplier bool) standing {
	folded := j.fold.Fold(name)
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
