package age

import (
	"fmt"

	"sluice/formats/column"
)

// A LayoutError is a date column whose sample does not settle how to read it.
type LayoutError struct {
	Column string
	What   string
	Hint   string
}

func (e *LayoutError) Error() string { return fmt.Sprintf("column %s: %s", e.Column, e.What) }

// Detect decides how the dates of the named column are read, from a sample of its head:
// the whole column then is. One date that can be read in one way only decides for those
// that can be read in two. A sample in which none does, or in which two contradict each
// other, is refused with a *LayoutError that says what to do: an age counted from a
// guessed date would be up to eleven months off.
//
// A sample without any date gives the zero Layout.
func Detect(name string, sample column.View) (Layout, error) {
	var t tally
	for i := range sample.Len() {
		t.add(sample.At(i))
	}
	refuse := func(what string) (Layout, error) {
		return Layout{}, &LayoutError{Column: name, What: what,
			Hint: "say how its dates are written with date_formats in the policy: dd/mm/yyyy, mm/dd/yyyy, …"}
	}
	var l Layout
	switch {
	case t.hows[dayOnly] > 0 && t.hows[monthOnly] > 0:
		return refuse("some dates have the day first and others the month")
	case t.hows[dayOnly] > 0:
		l.Order = DayFirst
	case t.hows[monthOnly] > 0:
		l.Order = MonthFirst
	case t.hows[eitherWay] > 0:
		return refuse("every date can be read with the day first and with the month first")
	}
	if t.short > 0 && t.long == 0 {
		return refuse("its years have two digits")
	}
	kinds := 0
	for n, count := range t.numbers {
		if count > 0 {
			kinds++
			l.Numbers = Numbers(n)
		}
	}
	if kinds > 1 {
		return refuse("its numbers are of several kinds")
	}
	return l, nil
}

// A tally counts how the cells of a sample can be read.
type tally struct {
	hows        [plainCount + 1]int
	short, long int // dates with years of two and of four digits
	numbers     [Excel1904 + 1]int
}

func (t *tally) add(cell []byte) {
	if cell = trim(cell); missing(cell) {
		return
	}
	// With every order admitted, the date is read if it is one in some order.
	for _, order := range [...]Order{DayFirst, MonthFirst} {
		var r reader
		_, ok := r.read(cell, Layout{Order: order, ShortYears: true})
		switch {
		case r.how == plainCount:
			if kind := kindOf(r.size, cell); kind != NoNumbers {
				t.numbers[kind]++
			}
			return
		case !ok:
			continue
		case r.short:
			t.short++
		default:
			t.long++
		}
		t.hows[r.how]++
		return
	}
}

// kindOf returns what a plain number is by its count of digits, if it is of a time when
// lists were collected: seconds from 2001 on, milliseconds from 2001 on, days of a
// spreadsheet from 1954 to 2118. Workbooks that count from 1904 cannot be told.
func kindOf(size int, cell []byte) Numbers {
	switch {
	case size == 10 && cell[0] < '5':
		return UnixSeconds
	case size == 13 && cell[0] < '5':
		return UnixMillis
	case size == 5 && cell[0] >= '2' && cell[0] < '8':
		return ExcelSerial
	}
	return NoNumbers
}
