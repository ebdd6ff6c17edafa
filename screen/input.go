package screen

import "sluice/formats/column"

// An Input is what the rules see of the rows of one batch: columns by role, and the
// odd cells outside them. It knows nothing of files. A role that the list lacks has
// no views; a role may have several columns, the first of which is the main one.
type Input struct {
	N        int
	File     string // the input's name, as Gates.Files has it
	Cols     [NumRoles][]column.View
	Strays   []column.Cell // cells outside the main e-mail column that hold an at sign, ascending by row
	Broken   []column.Cell // one for each row that could not be read, ascending; Text is what is known of it
	Formulas []int         // rows with a cell that a spreadsheet would run, ascending
}

// Col returns the main column of role r, or the zero View.
func (in *Input) Col(r Role) column.View {
	if len(in.Cols[r]) == 0 {
		return column.View{}
	}
	return in.Cols[r][0]
}
