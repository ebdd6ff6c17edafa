package age

import "bytes"

// A Status says what a cell of a date column holds.
type Status uint8

// The statuses.
const (
	OK      Status = iota
	Missing        // nothing, or a word for nothing
	Invalid        // no date, or none that the layout can read
)

func (s Status) String() string { return [...]string{"ok", "missing", "invalid"}[s] }

// firstYear is the earliest that is read: what is before it is a zero of some software
// (1 January of the year 1, 30 December 1899), and nobody collected business contacts then.
const firstYear = 1900

// Read returns the date in a cell. It reads, in every layout, ISO 8601 (2024-03-04,
// 20240304, with a time and zone or without), year first with slashes or dots, names of
// months in six languages, and day and month as numbers where they can be read in one
// way: one of them is above 12, both are equal, or dots stand between them (no locale of
// CLDR puts the month first there). The layout decides the others. A time with a zone is
// taken to UTC; without one it is dropped. Dates that lack a part ("March 2024"), weeks and
// days of the year are refused. Read does not allocate and never panics.
func (l Layout) Read(cell []byte) (Date, Status) {
	if d, ok := plain(cell); ok {
		if len(cell) == 10 {
			return d, OK
		}
		if d, ok = clockTime(d, cell[10:]); ok {
			return d, OK
		}
	}
	cell = trim(cell)
	if missing(cell) {
		return 0, Missing
	}
	var r reader
	d, ok := r.read(cell, l)
	if !ok {
		return 0, Invalid
	}
	return d, OK
}

// plain reads what most cells hold: 2024-03-04, perhaps with a time behind.
func plain(s []byte) (Date, bool) {
	if len(s) < 10 || s[4] != '-' || s[7] != '-' {
		return 0, false
	}
	s = s[:10]
	y1, y2, y3, y4 := s[0]-'0', s[1]-'0', s[2]-'0', s[3]-'0'
	m1, m2, d1, d2 := s[5]-'0', s[6]-'0', s[8]-'0', s[9]-'0'
	if y1 > 9 || y2 > 9 || y3 > 9 || y4 > 9 || m1 > 1 || m2 > 9 || d1 > 3 || d2 > 9 {
		return 0, false
	}
	y, m, d := int(y1)*1000+int(y2)*100+int(y3)*10+int(y4), int(m1)*10+int(m2), int(d1)*10+int(d2)
	if y < firstYear || m < 1 || m > 12 || d < 1 || d > 28 && d > Days(y, m) {
		return 0, false
	}
	return Of(y, m, d), true
}

// digits returns the number that s is, or -1. s is short.
func digits(s []byte) int {
	n := 0
	for _, c := range s {
		if c -= '0'; c > 9 {
			return -1
		}
		n = n*10 + int(c)
	}
	return n
}

// trim takes off white space, no-break spaces and quotes.
func trim(s []byte) []byte {
	for {
		t := bytes.TrimPrefix(bytes.TrimSuffix(bytes.Trim(s, " \t\r\n\"'`"), []byte("\u00a0")), []byte("\u00a0"))
		if len(t) == len(s) {
			return t
		}
		s = t
	}
}

// missing reports whether s says that there is no date.
func missing(s []byte) bool {
	if len(s) > len("0000-00-00 00:00:00") {
		return false
	}
	switch string(s) {
	case "", "-", "--", "?", "0", "0000-00-00", "0000-00-00 00:00:00", "00/00/0000":
		return true
	}
	for _, w := range [...]string{"n/a", "#n/a", "na", "null", "none", "nil", "nan", "nat", "unknown", `\n`} {
		if len(s) == len(w) && bytes.EqualFold(s, []byte(w)) {
			return true
		}
	}
	return false
}

// A reading is how a date with day and month as numbers can be read. Detect counts them.
type reading uint8

const (
	oneWay     reading = iota // in any order
	eitherWay                 // as day and month or month and day
	dayOnly                   // only with the day first
	monthOnly                 // only with the month first
	plainCount                // it is a plain number
)

// A reader reads one cell. What it met is kept for Detect.
type reader struct {
	s     []byte
	how   reading
	short bool // its year has two digits
	size  int  // digits of a plain number
	word  word
}

// A field is one of the three parts of a date.
type field struct {
	value, size int // size is the count of digits; 0 for a month's name
	behind      byte
}

func (r *reader) read(s []byte, l Layout) (Date, bool) {
	n := 0
	for n < len(s) && s[n]-'0' <= 9 {
		n++
	}
	if n == len(s) || n > 4 && s[n] == '.' {
		return r.number(s, n, l)
	}
	if n == 8 {
		y, m, d := digits(s[:4]), digits(s[4:6]), digits(s[6:8])
		if y < firstYear || !Valid(y, m, d) {
			return 0, false
		}
		return clockTime(Of(y, m, d), s[8:])
	}
	r.s = s
	var f [3]field
	if !r.fields(&f) {
		return 0, false
	}
	y, m, d, ok := r.arrange(&f, l)
	if !ok || y < firstYear || !Valid(y, m, d) {
		return 0, false
	}
	return clockTime(Of(y, m, d), r.s)
}

// number reads a plain number of n digits, perhaps with a fraction behind.
func (r *reader) number(s []byte, n int, l Layout) (Date, bool) {
	if n < len(s) && digits(s[n+1:]) < 0 || n > 14 || len(s) > 32 {
		return 0, false
	}
	v := digits(s[:n])
	if n == len(s) && (n == 8 || n == 14) {
		y, m, d := digits(s[:4]), digits(s[4:6]), digits(s[6:8])
		if y < firstYear || !Valid(y, m, d) || n == 14 && (digits(s[8:10]) > 23 || digits(s[10:12]) > 59 || digits(s[12:]) > 60) {
			return 0, false
		}
		return Of(y, m, d), true
	}
	r.how, r.size = plainCount, n
	switch {
	case l.Numbers == UnixSeconds && (n == 9 || n == 10):
		return Date(v/86_400) + unixZero, true
	case l.Numbers == UnixMillis && (n == 12 || n == 13):
		return Date(v/86_400_000) + unixZero, true
	case l.Numbers == ExcelSerial && n == 5 && s[0] != '0':
		return excelZero + Date(v), true
	case l.Numbers == Excel1904 && n == 5 && s[0] != '0':
		return excelZero1904 + Date(v), true
	}
	return 0, false
}

// The days that spreadsheets count from: 1 January 1900 is 1, but they take 1900 for a
// leap year, so that from March 1900 on it is as if 30 December 1899 were 0. Source:
// Microsoft, "Date systems in Excel"; "Excel incorrectly assumes that the year 1900 is a
// leap year". Numbers of five digits start in 1927.
var (
	excelZero     = Of(1899, 12, 30)
	excelZero1904 = Of(1904, 1, 1)
)

// fields reads the three parts of a date from r.s and takes them off.
func (r *reader) fields(f *[3]field) bool {
	s := r.s
	for n := 0; n < 3; {
		s = skip(s, " ,")
		if len(s) == 0 {
			return false
		}
		if s[0]-'0' <= 9 {
			size := 1
			for size < len(s) && s[size]-'0' <= 9 {
				size++
			}
			if size > 4 || size == 3 {
				return false
			}
			f[n] = field{value: digits(s[:size]), size: size}
			s = s[size:]
			if len(s) > 0 && (s[0] >= 'A' && s[0] != 'T') { // ISO 8601 has a T before the time
				if size := r.word.read(s); size > 0 && r.word.is(ordinals) {
					s = s[size:]
				}
			}
		} else {
			size := r.word.read(s)
			if size == 0 {
				return false
			}
			s = s[size:]
			month := r.word.month()
			if len(s) > 0 && s[0] == '.' {
				s = s[1:]
			}
			switch {
			case month == 0 && (r.word.is(links) || n == 0 && r.word.is(weekdays)):
				continue
			case month != 0 && n > 0 && f[0].size == 0 && f[0].value == 3:
				f[0] = f[1] // "mar" before another month was a weekday: martes, mardi, martedì
				n--
			case month == 0:
				return false
			}
			f[n] = field{value: month}
		}
		if n < 2 {
			if s = skip(s, " "); len(s) > 0 && (s[0] == '-' || s[0] == '/' || s[0] == '.') {
				f[n].behind = s[0]
				s = s[1:]
			}
		}
		n++
	}
	r.s = s
	return true
}

// skip takes bytes of set off the start of s.
func skip(s []byte, set string) []byte { return bytes.TrimLeft(s, set) }

// arrange says which of the fields is the year, the month and the day.
func (r *reader) arrange(f *[3]field, l Layout) (year, month, day int, ok bool) {
	for i := range f {
		if f[i].size == 0 {
			return r.named(f, i, l)
		}
	}
	if f[0].behind != f[1].behind || f[0].behind == 0 {
		return 0, 0, 0, false
	}
	if f[0].size == 4 {
		return f[0].value, f[1].value, f[2].value, f[1].size <= 2 && f[2].size <= 2
	}
	if f[1].size == 4 {
		return 0, 0, 0, false
	}
	a, b := f[0].value, f[1].value
	if year, ok = r.year(f[2], l); !ok {
		return 0, 0, 0, false
	}
	order := l.Order
	switch {
	case a > 12:
		r.how, ok = dayOnly, order != MonthFirst
		order = DayFirst
	case b > 12:
		r.how, ok = monthOnly, order != DayFirst
		order = MonthFirst
	case a == b:
	case f[0].behind == '.' && order == Undecided:
		order = DayFirst
	case f[0].behind != '.':
		r.how = eitherWay
		ok = order != Undecided
	}
	if order == MonthFirst {
		return year, a, b, ok
	}
	return year, b, a, ok
}

// named is arrange where field m is a month's name.
func (r *reader) named(f *[3]field, m int, l Layout) (year, month, day int, ok bool) {
	y, d := f[2], f[0]
	switch {
	case m == 2 || f[0].size == 0 && m != 0 || f[2].size == 0:
		return 0, 0, 0, false
	case m == 0:
		d = f[1]
	case f[0].size == 4:
		y, d = f[0], f[2]
	}
	if year, ok = r.year(y, l); !ok || d.size > 2 {
		return 0, 0, 0, false
	}
	return year, f[m].value, d.value, true
}

// year returns the year that a field stands for.
func (r *reader) year(f field, l Layout) (int, bool) {
	switch {
	case f.size == 4:
		return f.value, true
	case f.size != 2:
		return 0, false
	}
	r.short = true
	if f.value >= 70 {
		return 1900 + f.value, l.ShortYears
	}
	return 2000 + f.value, l.ShortYears
}
