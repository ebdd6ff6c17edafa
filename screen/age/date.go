// Package age reads dates and counts calendar months, so that rows can be told too old.
//
// A date column is read in one Layout, which Detect decides from a sample of it as a
// whole before the first row is judged: whether 03/04/2024 is in March or in April does
// not change within a column. A column that does not settle it is refused.
package age

import "time"

// A Date is a day of the Gregorian calendar, as days since 31 December 1899: 1 January
// 1900 is 1, and the zero Date is no date. Dates compare with < and >.
type Date int32

// On returns the date of t in UTC.
func On(t time.Time) Date {
	u := t.UTC()
	return Of(u.Year(), int(u.Month()), u.Day())
}

// Of returns the date of a year, month and day, which must exist: see Valid.
func Of(year, month, day int) Date { return Date(days(year, month, day)) + unixZero }

// unixZero is 1 January 1970.
const unixZero = 25_568

// Valid reports whether year, month and day are a day of the calendar, of the years 1 to 9999.
func Valid(year, month, day int) bool {
	return year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= Days(year, month)
}

// Days returns how many days the month has.
func Days(year, month int) int {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// days counts the days from 1 January 1970 (Howard Hinnant, chrono-compatible low-level
// date algorithms, days_from_civil; public domain). The year starts in March there, so
// that the day that leap years add is its last.
func days(y, m, d int) int {
	if m <= 2 {
		y--
		m += 12
	}
	era := (y + 400*100) / 400 // whole cycles, from the year -40,000 on, so that it is positive
	of := y + 400*100 - era*400
	day := (153*(m-3)+2)/5 + d - 1
	return (era-100)*146097 + of*365 + of/4 - of/100 + day - 719468
}

// Civil returns the date's year, month and day.
func (d Date) Civil() (year, month, day int) {
	z := int(d) - unixZero + 719468 + 100*146097
	era := z / 146097
	of := z - era*146097
	y := (of - of/1460 + of/36524 - of/146096) / 365
	doy := of - (365*y + y/4 - y/100)
	m := (5*doy + 2) / 153
	day = doy - (153*m+2)/5 + 1
	month = m + 3
	year = y + (era-100)*400
	if month > 12 {
		month -= 12
		year++
	}
	return year, month, day
}

// AddMonths returns the same day n calendar months later (earlier if n is negative). Where
// that month is too short it is its last day: 29 February and 24 months is 28 February.
func (d Date) AddMonths(n int) Date {
	y, m, day := d.Civil()
	m += n - 1
	y += m / 12
	if m %= 12; m < 0 {
		m += 12
		y--
	}
	return Of(y, m+1, min(day, Days(y, m+1)))
}

// Outlives reports whether something of day d is older than n calendar months at the day
// now. The day on which the months are full is the last on which it is not: a row of
// 15 January that may be kept for one month may be kept on 15 February, and no more on
// the 16th.
func (d Date) Outlives(n int, now Date) bool { return now > d.AddMonths(n) }

// String returns the date as in ISO 8601, "2026-01-31", or "" for no date.
func (d Date) String() string {
	if d == 0 {
		return ""
	}
	y, m, day := d.Civil()
	return time.Date(y, time.Month(m), day, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
}
