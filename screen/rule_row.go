package screen

import "sluice/screen/address"

// row judges what can be said of a row by its main address alone: whether it could
// be read, and whether the address is one.
func (w *Worker) row(in *Input, out *Outcome) {
	for _, b := range in.Broken {
		d := &out.Decisions[b.Row]
		d.Reasons = d.Reasons.With(RowMalformed)
	}
	for i := range in.N {
		status := w.rows.infos[i].Status
		if status == address.OK {
			continue
		}
		d := &out.Decisions[i]
		if d.Reasons.Has(RowMalformed) {
			continue // it has no cells to judge
		}
		d.Reasons = d.Reasons.With(statusReason[status])
	}
}

var statusReason = [...]Reason{
	address.Missing:      EmailMissing,
	address.Syntax:       EmailSyntax,
	address.Multiple:     EmailMultiple,
	address.DomainSyntax: DomainSyntax,
	address.Reserved:     DomainReserved,
}

// flags marks what is worth knowing of rows.
func (w *Worker) flags(in *Input, out *Outcome) {
	for i := range in.N {
		info := w.rows.infos[i]
		if info.Status == address.Missing {
			continue
		}
		d := &out.Decisions[i]
		var role bool
		if info.Status == address.OK && info.Flags&(address.PlusTag|address.Repaired|address.Mixed) == 0 {
			role = address.RoleName(w.rows.local(i))
		} else {
			if info.Flags.Has(address.PlusTag) {
				d.Flags = d.Flags.With(PlusTag)
			}
			if info.Flags.Has(address.Repaired) {
				d.Flags = d.Flags.With(Repaired)
			}
			if info.Flags.Has(address.Mixed) {
				d.Flags = d.Flags.With(MixedScript)
			}
			role = address.RoleAccount(w.rows.local(i))
		}
		if role {
			d.Flags = d.Flags.With(RoleAccount)
		}
	}
	for _, i := range in.Formulas {
		out.Decisions[i].Flags = out.Decisions[i].Flags.With(FormulaCell)
	}
}
