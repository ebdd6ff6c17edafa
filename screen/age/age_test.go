package age

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

// TestDatesAgainstTime compares the calendar with package time's, day by day.
func TestDatesAgainstTime(t *testing.T) {
	day := time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)
	d := Of(1900, 1, 1)
	for day.Year() < 2201 {
		if got := On(day); got != d {
			t.Fatalf("On(%s) = %d, want %d", day.Format(time.DateOnly), got, d)
		}
		if y, m, dd := d.Civil(); y != day.Year() || m != int(day.Month()) || dd != day.Day() {
			t.Fatalf("Civil of %s = %d-%d-%d", day.Format(time.DateOnly), y, m, dd)
		}
		if got := d.String(); got != day.Format(time.DateOnly) {
			t.Fatalf("String = %s, want %s", got, day.Format(time.DateOnly))
		}
		day, d = day.AddDate(0, 0, 1), d+1
	}
	if got := Of(1900, 1, 1); got != 1 {
		t.Errorf("1 January 1900 is %d, want 1", got)
	}
}

// TestAddMonthsAgainstDays walks day by day to the same day of the month n months on, or,
// where there is none, to the last day before the month after.
func TestAddMonthsAgainstDays(t *testing.T) {
	plain := func(d Date, n int) Date {
		_, _, want := d.Civil()
		_, month, _ := d.Civil()
		for turns := 0; ; d++ {
			_, m, day := d.Civil()
			if m != month {
				if turns == n {
					return d - 1 // the month is over
				}
				month, turns = m, turns+1
			}
			if turns == n && day == want {
				return d
			}
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		d, n := Of(1995+r.IntN(40), 1+r.IntN(12), 1+r.IntN(28))+Date(r.IntN(4)), r.IntN(62)
		if got, want := d.AddMonths(n), plain(d, n); got != want {
			t.Fatalf("%v.AddMonths(%d) = %v, want %v", d, n, got, want)
		}
	}
}

// retentionTests say until which day something may be kept. How an end is clamped, and that the
// last day counts, is as in Regulation (EEC, Euratom) No 1182/71, Art. 3(2)(c): a period in
// months ends with the last hour of the day of the same date as the one from which it
// runs, or where the last month has no such date, with the last hour of its last day; of
// § 188(2) and (3) BGB; and of the corresponding date rule of English law (Dodds v Walker
// [1981] UKHL 3). Regulation 1182/71 puts a last day that is a holiday off to the next
// working day, which is for time limits to act within and is not done here.
var retentionTests = []struct {
	from   string
	months int
	last   string
}{
	// Dodds v Walker's own: notice of 30 September, four months: 30 January.
	{"2024-09-30", 4, "2025-01-30"},
	// The lords' examples: 31 May to 30 June; 31 January to 28 or 29 February.
	{"2024-05-31", 1, "2024-06-30"}, {"2023-01-31", 1, "2023-02-28"}, {"2024-01-31", 1, "2024-02-29"},
	// § 188(3) BGB: no such day in the last month.
	{"2024-03-31", 1, "2024-04-30"}, {"2024-08-31", 1, "2024-09-30"}, {"2024-10-31", 1, "2024-11-30"},
	{"2024-12-31", 2, "2025-02-28"}, {"2023-12-31", 2, "2024-02-29"}, {"2023-08-31", 6, "2024-02-29"},
	{"2024-08-31", 6, "2025-02-28"}, {"2023-11-30", 3, "2024-02-29"}, {"2024-11-30", 3, "2025-02-28"},
	// SPEC: 29 February and 24 months is 28 February.
	{"2024-02-29", 24, "2026-02-28"}, {"2024-02-29", 12, "2025-02-28"}, {"2024-02-29", 36, "2027-02-28"},
	{"2024-02-29", 48, "2028-02-29"}, {"2024-02-29", 1, "2024-03-29"}, {"2024-02-29", 6, "2024-08-29"},
	// A short month's last day is no last day of a longer one.
	{"2023-02-28", 1, "2023-03-28"}, {"2023-02-28", 12, "2024-02-28"}, {"2024-04-30", 1, "2024-05-30"}, {"2024-06-30", 8, "2025-02-28"},
	// Years that are, and are none, leap years: 2000, 1900, 2100.
	{"2000-02-29", 12, "2001-02-28"}, {"1999-12-31", 2, "2000-02-29"}, {"2096-02-29", 48, "2100-02-28"}, {"2099-12-31", 2, "2100-02-28"},
	{"1900-01-31", 1, "1900-02-28"},
	// Ordinary days, over the year's end and many years.
	{"2024-01-15", 1, "2024-02-15"}, {"2024-12-15", 1, "2025-01-15"}, {"2024-01-01", 12, "2025-01-01"}, {"2024-12-31", 12, "2025-12-31"},
	{"2020-06-15", 24, "2022-06-15"}, {"2020-06-15", 36, "2023-06-15"}, {"2020-06-15", 60, "2025-06-15"}, {"2020-06-15", 120, "2030-06-15"},
	{"2024-07-31", 12, "2025-07-31"}, {"2024-07-31", 7, "2025-02-28"}, {"2024-07-31", 19, "2026-02-28"}, {"2024-07-31", 43, "2028-02-29"},
	{"2024-05-31", 13, "2025-06-30"}, {"2024-05-31", 25, "2026-06-30"}, {"2024-10-31", 18, "2026-04-30"}, {"2024-01-30", 13, "2025-02-28"},
	{"2024-01-29", 13, "2025-02-28"}, {"2024-01-28", 13, "2025-02-28"}, {"2023-01-29", 13, "2024-02-29"}, {"2023-01-30", 13, "2024-02-29"},
	// No months: the day itself is the last.
	{"2024-02-29", 0, "2024-02-29"},
}

func TestOutlives(t *testing.T) {
	for _, tt := range retentionTests {
		from, last := date(t, tt.from), date(t, tt.last)
		if got := from.AddMonths(tt.months); got != last {
			t.Errorf("%s and %d months = %s, want %s", tt.from, tt.months, got, tt.last)
		}
		for _, now := range []Date{from, last - 1, last, last + 1, last + 400} {
			if got, want := from.Outlives(tt.months, now), now > last; got != want {
				t.Errorf("%s, %d months, on %s: older %v, want %v", tt.from, tt.months, now, got, want)
			}
		}
	}
	if len(retentionTests) < 45 {
		t.Errorf("%d cases", len(retentionTests))
	}
}

func date(t testing.TB, s string) Date {
	t.Helper()
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		t.Fatal(err)
	}
	return On(d)
}

// readTests are cells and the days in them: want for every layout, or one for each of the
// undecided, day-first and month-first, with short years admitted in the last two; "" is
// refused. Sources of forms: ISO 8601-1:2019 and RFC 3339; RFC 5322, section 3.3; CLDR
// dateFormats of en, en-GB, de, fr, es, it, nl; exports of Salesforce, HubSpot and
// Mailchimp (ISO with zone, milliseconds, "YYYY-MM-DD HH:MM:SS"); ECMA-262, ToDateString.
var readTests = []struct {
	cell string
	want []string
}{
	// ISO 8601
	{"2024-03-04", in("2024-03-04")}, {"20240304", in("2024-03-04")}, {"2024-3-4", in("2024-03-04")},
	{"2024/03/04", in("2024-03-04")}, {"2024.03.04", in("2024-03-04")}, {"2024-12-25", in("2024-12-25")},
	{" 2024-03-04 ", in("2024-03-04")}, {"\u00a02024-03-04\u00a0", in("2024-03-04")}, {"'2024-03-04", in("2024-03-04")}, {`"2024-03-04"`, in("2024-03-04")},
	{"2024-02-29", in("2024-02-29")}, {"2000-02-29", in("2000-02-29")},
	{"2024-03-04T12:30:00Z", in("2024-03-04")}, {"2024-03-04T12:30:00.000Z", in("2024-03-04")}, {"2024-03-04T12:30Z", in("2024-03-04")},
	{"2024-03-04 12:30:00", in("2024-03-04")}, {"2024-03-04T12:30:00", in("2024-03-04")}, {"2024-03-04T12:30:00,5", in("2024-03-04")},
	{"20240304T123000Z", in("2024-03-04")}, {"20240304123000", in("2024-03-04")}, {"2024-03-04t12:30:00z", in("2024-03-04")},
	// over midnight in UTC
	{"2024-03-04T23:30:00-05:00", in("2024-03-05")}, {"2024-03-04T00:30:00+01:00", in("2024-03-03")}, {"2024-03-04T00:30:00+0100", in("2024-03-03")},
	{"2024-03-04T00:30:00+01", in("2024-03-03")}, {"2024-03-01T00:30:00+05:30", in("2024-02-29")}, {"2024-12-31T22:00:00-08:00", in("2025-01-01")},
	{"2024-03-04T23:30:00-00:00", in("2024-03-04")}, {"2024-03-04 12:30:00 UTC", in("2024-03-04")}, {"2024-03-04 23:30:00 EST", in("2024-03-05")},
	{"2024-03-04T12:30:00+00:00[Europe/London]", in("2024-03-04")}, {"2024-03-04 00:15:00 CET", in("2024-03-03")},
	{"2024-03-04T12:30:00.000+0000", in("2024-03-04")},
	// day and month as numbers
	{"25/03/2024", []string{"2024-03-25", "2024-03-25", ""}}, {"03/25/2024", []string{"2024-03-25", "", "2024-03-25"}},
	{"03/04/2024", []string{"", "2024-04-03", "2024-03-04"}}, {"3/4/2024", []string{"", "2024-04-03", "2024-03-04"}},
	{"03-04-2024", []string{"", "2024-04-03", "2024-03-04"}}, {"04/04/2024", in("2024-04-04")}, {"12/12/2024", in("2024-12-12")},
	{"03.04.2024", []string{"2024-04-03", "2024-04-03", "2024-03-04"}}, {"3. 4. 2024", []string{"2024-04-03", "2024-04-03", "2024-03-04"}},
	{"3/4/2024 11:59 PM", []string{"", "2024-04-03", "2024-03-04"}}, {"12/31/2024, 12:05:00 a.m.", []string{"2024-12-31", "", "2024-12-31"}},
	{"25/03/24", []string{"", "2024-03-25", ""}}, {"3/4/24", []string{"", "2024-04-03", "2024-03-04"}}, {"3/4/99", []string{"", "1999-04-03", "1999-03-04"}},
	{"03.04.69", []string{"", "2069-04-03", "2069-03-04"}}, {"03.04.70", []string{"", "1970-04-03", "1970-03-04"}},
	// names of months
	{"4 March 2024", in("2024-03-04")}, {"4 Mar 2024", in("2024-03-04")}, {"March 4, 2024", in("2024-03-04")}, {"Mar 4, 2024", in("2024-03-04")},
	{"04-Mar-2024", in("2024-03-04")}, {"4-MAR-2024", in("2024-03-04")}, {"2024-Mar-04", in("2024-03-04")}, {"2024 March 4", in("2024-03-04")},
	{"Monday, March 4, 2024", in("2024-03-04")}, {"Mon, 04 Mar 2024 12:00:00 GMT", in("2024-03-04")}, {"Mon, 4 Mar 2024 23:30:00 -0500", in("2024-03-05")},
	{"4th March 2024", in("2024-03-04")}, {"March 1st, 2024", in("2024-03-01")}, {"the 2nd of March 2024", in("2024-03-02")}, {"Sept. 3, 2024", in("2024-09-03")},
	{"Mar 4, 2024 at 3:05 PM", in("2024-03-04")}, {"Mon Mar 04 2024 00:30:00 GMT+0100 (Central European Standard Time)", in("2024-03-03")},
	{"4. März 2024", in("2024-03-04")}, {"4. Maerz 2024", in("2024-03-04")}, {"Montag, 4. März 2024", in("2024-03-04")}, {"1. Jänner 2024", in("2024-01-01")},
	{"31. Dez. 2024", in("2024-12-31")}, {"4 mars 2024", in("2024-03-04")}, {"1er février 2024", in("2024-02-01")}, {"15 août 2024", in("2024-08-15")},
	{"lundi 4 mars 2024", in("2024-03-04")}, {"mar. 5 mars 2024", in("2024-03-05")}, {"25 déc. 2024", in("2024-12-25")}, {"15 AOÛT 2024", in("2024-08-15")},
	{"4 de marzo de 2024", in("2024-03-04")}, {"lunes, 4 de marzo de 2024", in("2024-03-04")}, {"1 ene 2024", in("2024-01-01")}, {"4 marzo 2024", in("2024-03-04")},
	{"1º gennaio 2024", in("2024-01-01")}, {"lunedì 4 marzo 2024", in("2024-03-04")}, {"31 dic 2024", in("2024-12-31")}, {"4 maart 2024", in("2024-03-04")},
	{"4 mrt. 2024", in("2024-03-04")}, {"maandag 4 maart 2024", in("2024-03-04")}, {"5 mei 2024", in("2024-05-05")}, {"4 Mar 24", []string{"", "2024-03-04", "2024-03-04"}},
	// no dates
	{"2023-02-29", in("")}, {"1900-02-29", in("")}, {"2024-04-31", in("")}, {"2024-13-01", in("")}, {"2024-00-10", in("")}, {"2024-01-00", in("")},
	{"31/04/2024", in("")}, {"32/01/2024", in("")}, {"13/13/2024", in("")}, {"0001-01-01", in("")}, {"1899-12-30", in("")}, {"2024", in("")},
	{"2024-03", in("")}, {"March 2024", in("")}, {"03/2024", in("")}, {"2024-W10-1", in("")}, {"2024-064", in("")}, {"yesterday", in("")},
	{"2024-03-04x", in("")}, {"x2024-03-04", in("")}, {"2024-03-04T25:00:00Z", in("")}, {"2024-03-04T12:60:00Z", in("")}, {"2024-03-04 12", in("")},
	{"2024-03-04 12:00 XYZ", in("")}, {"2024-03-04 13:00 PM", in("")}, {"2024-03/04", in("")}, {"2024--03-04", in("")}, {"-2024-03-04", in("")},
	{"4 Brumaire 2024", in("")}, {"12345678", in("")}, {"99999999", in("")}, {"1709510400", in("")}, {"45355", in("")}, {"03 04 2024", in("")},
	{"2024-03-04 - 2024-03-05", in("")}, {"4 Mar Apr 2024", in("")}, {"004/03/2024", in("")}, {"12024-03-04", in("")}, {"March March 2024", in("")},
}

// in is a day in every layout.
func in(day string) []string { return []string{day, day, day} }

func TestRead(t *testing.T) {
	layouts := []Layout{{}, {Order: DayFirst, ShortYears: true}, {Order: MonthFirst, ShortYears: true}}
	for _, tt := range readTests {
		for i, l := range layouts {
			d, status := l.Read([]byte(tt.cell))
			if got := d.String(); got != tt.want[i] || (status == OK) != (got != "") || status == Missing {
				t.Errorf("%+v reads %q as %q (%v), want %q", l, tt.cell, got, status, tt.want[i])
			}
		}
		for _, l := range []Layout{{Order: DayFirst}, {Order: MonthFirst}} {
			d, _ := l.Read([]byte(tt.cell))
			if short, _ := (Layout{Order: l.Order, ShortYears: true}).Read([]byte(tt.cell)); d != 0 && d != short {
				t.Errorf("%+v reads %q as %v, and as %v where years may be short", l, tt.cell, d, short)
			}
		}
	}
	if n := len(readTests) + len(retentionTests); n < 60 {
		t.Errorf("%d cases, want at least 60", n)
	}
}

// TestReadNumbers: numbers are dates only where the layout says of what kind. Microsoft's
// own example of a serial is 39448 for 1 January 2008, 37986 where 1904 is the first year.
func TestReadNumbers(t *testing.T) {
	tests := []struct {
		layout, cell, want string
	}{
		{"excel", "39448", "2008-01-01"}, {"excel_1904", "37986", "2008-01-01"}, {"excel", "45292", "2024-01-01"}, {"excel", "45292.75", "2024-01-01"},
		{"excel", "45351", "2024-02-29"}, {"excel", "4529", ""}, {"excel", "452920", ""}, {"excel", "1709510400", ""},
		{"unix", "1709510400", "2024-03-04"}, {"unix", "1709510399", "2024-03-03"}, {"unix", "1709510400.5", "2024-03-04"}, {"unix", "999999999", "2001-09-09"},
		{"unix", "45292", ""}, {"unix", "1709510400000", ""}, {"unix_ms", "1709510400000", "2024-03-04"}, {"unix_ms", "1709510399999", "2024-03-03"},
		{"unix_ms", "1709510400", ""}, {"unix", "-1709510400", ""}, {"unix", "20240304", "2024-03-04"}, {"excel", "20240304", "2024-03-04"},
		{"excel", "2024-03-04", "2024-03-04"}, {"yyyy-mm-dd", "45292", ""}, {"dd.mm.yyyy", "03-04-2024", "2024-04-03"}, {"mm-dd-yyyy", "03/04/2024", "2024-03-04"},
		{"dd/mm/yyyy", "03/04/24", ""}, {"dd/mm/yy", "03/04/24", "2024-04-03"},
	}
	for _, tt := range tests {
		l, err := ParseLayout(tt.layout)
		if err != nil {
			t.Fatal(err)
		}
		if d, _ := l.Read([]byte(tt.cell)); d.String() != tt.want {
			t.Errorf("%s reads %q as %q, want %q", tt.layout, tt.cell, d, tt.want)
		}
	}
	if _, err := ParseLayout("dd/mmm/yyyy"); err == nil {
		t.Error("an unknown layout is accepted")
	}
}

func TestMissing(t *testing.T) {
	for _, cell := range []string{"", " ", "\u00a0", "-", "--", "?", "0", "n/a", "N/A", "#N/A", "NULL", "None", "nan", "NaT", "unknown", "0000-00-00", "0000-00-00 00:00:00", "''", `\N`} {
		if d, status := (Layout{}).Read([]byte(cell)); status != Missing || d != 0 {
			t.Errorf("%q is %v (%v), want missing", cell, d, status)
		}
	}
}

func TestReadDoesNotAllocate(t *testing.T) {
	cells := [][]byte{[]byte("2024-03-04"), []byte("Mon, 4 Mar 2024 23:30:00 -0500"), []byte("4. März 2024"), []byte("nonsense"), []byte("3/4/2024 11:59 PM"), []byte("")}
	if n := testing.AllocsPerRun(100, func() {
		for _, c := range cells {
			Layout{Order: DayFirst}.Read(c)
		}
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

// FuzzRead: whatever is read is a day of the calendar that Read reads again from its ISO form.
func FuzzRead(f *testing.F) {
	for _, tt := range readTests {
		f.Add([]byte(tt.cell), uint8(0), uint8(0), false)
	}
	f.Add([]byte("45292.5"), uint8(1), uint8(3), true)
	f.Fuzz(func(t *testing.T, cell []byte, order, numbers uint8, short bool) {
		l := Layout{Order: Order(order % 3), Numbers: Numbers(numbers % 5), ShortYears: short}
		d, status := l.Read(cell)
		if (status == OK) != (d != 0) {
			t.Fatalf("%q: %v and %v", cell, d, status)
		}
		if status != OK {
			return
		}
		if again, _ := (Layout{}).Read([]byte(d.String())); again != d {
			t.Errorf("%q is %v, which is read as %v", cell, d, again)
		}
	})
}

func BenchmarkRead(b *testing.B) {
	for _, cell := range []string{"2024-03-04", "2024-03-04T12:30:00Z", "25/03/2024", "4. März 2024"} {
		b.Run(fmt.Sprintf("%d bytes", len(cell)), func(b *testing.B) {
			text := []byte(cell)
			for b.Loop() {
				Layout{Order: DayFirst}.Read(text)
			}
		})
	}
}
