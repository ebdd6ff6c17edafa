package main

import (
	"sluice/screen/suppress"
)

// explainedList tells lists that can be read and must not be used, for which guards
// stand before a run, from those that are no lists.
func explainedList(err error, list *suppress.ListError) *failure {
	f := &failure{exit: exitGate, code: "list_" + string(list.Code), err: err, hint: list.Hint}
	switch list.Code {
	case suppress.Unreadable, suppress.BadLines, suppress.TooLarge:
		f.exit = exitList
	}
	return f
}
