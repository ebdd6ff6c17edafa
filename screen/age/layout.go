package age

import (
	"fmt"
	"strings"
)

// A Layout says how the dates of a column are read. The zero Layout reads only dates that
// can be read in one way: see Layout.Read.
type Layout struct {
	Order   Order
	Numbers Numbers
	// ShortYears admits years of two digits, where the order is decided: 70 to 99 are of
	// the 20th century, 00 to 69 of this one. Without it they are refused: a guess of a
	// century, and of which of three numbers is the year, is no evidence.
	ShortYears bool
}

// An Order says which of two numbers is the day where both may be.
type Order uint8

// The orders.
const (
	Undecided  Order = iota // 25/3/2024 is read, 3/4/2024 is not
	DayFirst                // 3/4/2024 is 3 April
	MonthFirst              // 3/4/2024 is 4 March
)

// Numbers says what a plain number is, beside eight digits, which are year, month and day.
type Numbers uint8

// The kinds of numbers.
const (
	NoNumbers   Numbers = iota // no date
	UnixSeconds                // seconds since 1 January 1970 UTC
	UnixMillis                 // milliseconds
	ExcelSerial                // days of a spreadsheet: 45292 is 1 January 2024
	Excel1904                  // the same, in a workbook whose days count from 1904
)

var layoutNames = []struct {
	name   string
	layout Layout
}{
	{"yyyy-mm-dd", Layout{}},
	{"dd/mm/yyyy", Layout{Order: DayFirst}},
	{"mm/dd/yyyy", Layout{Order: MonthFirst}},
	{"dd/mm/yy", Layout{Order: DayFirst, ShortYears: true}},
	{"mm/dd/yy", Layout{Order: MonthFirst, ShortYears: true}},
	{"unix", Layout{Numbers: UnixSeconds}},
	{"unix_ms", Layout{Numbers: UnixMillis}},
	{"excel", Layout{Numbers: ExcelSerial}},
	{"excel_1904", Layout{Numbers: Excel1904}},
}

// LayoutNames returns the names that ParseLayout knows.
func LayoutNames() []string {
	var names []string
	for _, l := range layoutNames {
		names = append(names, l.name)
	}
	return names
}

// ParseLayout returns the layout of a name as policies have it: "dd/mm/yyyy" and so on.
// Dots, slashes and hyphens mean the same, in the name and in the column.
func ParseLayout(name string) (Layout, error) {
	plain := name
	if len(name) > 0 && (name[0] == 'd' || name[0] == 'm') {
		plain = strings.NewReplacer(".", "/", "-", "/").Replace(name)
	}
	for _, l := range layoutNames {
		if l.name == plain {
			return l.layout, nil
		}
	}
	return Layout{}, fmt.Errorf("date format %q is none of %v", name, LayoutNames())
}
