package age

import (
	"errors"
	"strings"
	"testing"

	"sluice/formats/column"
)

func cells(texts ...string) column.View {
	var v column.View
	for _, s := range texts {
		lo := uint32(len(v.Data))
		v.Data = append(v.Data, s...)
		v.Spans = append(v.Spans, column.Span{Lo: lo, Hi: uint32(len(v.Data))})
	}
	return v
}

func TestDetect(t *testing.T) {
	tests := []struct {
		name, sample string // cells, divided by |
		want         Layout
		wantErr      string
	}{
		{"iso", "2024-03-04|2024-12-25", Layout{}, ""},
		{"nothing", "||n/a|", Layout{}, ""},
		{"no dates", "abc|def", Layout{}, ""},
		{"the day first, by one of three", "03/04/2024|25/03/2024|01/02/2024", Layout{Order: DayFirst}, ""},
		{"the month first, by one of three", "03/04/2024|03/25/2024|01/02/2024", Layout{Order: MonthFirst}, ""},
		{"equal numbers settle nothing", "04/04/2024|03/04/2024", Layout{}, "every date can be read with the day first and with the month first"},
		{"ambiguous", "03/04/2024|01/02/2024", Layout{}, "every date can be read with the day first and with the month first"},
		{"only equal numbers", "04/04/2024|05/05/2024", Layout{}, ""},
		{"contradiction", "25/03/2024|03/25/2024", Layout{}, "some dates have the day first and others the month"},
		{"dots", "03.04.2024|01.02.2024", Layout{}, ""},
		{"dots and a deciding day", "03.04.2024|25.02.2024", Layout{Order: DayFirst}, ""},
		{"names", "4 March 2024|March 5, 2024", Layout{}, ""},
		{"iso beside slashes", "2024-03-04|25/03/2024", Layout{Order: DayFirst}, ""},
		{"with times", "3/4/2024 10:00 AM|3/14/2024 10:00 AM", Layout{Order: MonthFirst}, ""},
		{"short years", "25/03/24|26/03/24", Layout{}, "its years have two digits"},
		{"one short year among long ones", "25/03/24|26/03/2024", Layout{Order: DayFirst}, ""},
		{"seconds", "1709510400|1709510500", Layout{Numbers: UnixSeconds}, ""},
		{"milliseconds", "1709510400000", Layout{Numbers: UnixMillis}, ""},
		{"a spreadsheet's", "45292|45293.5", Layout{Numbers: ExcelSerial}, ""},
		{"a spreadsheet's and written ones", "45292|25/03/2024", Layout{Order: DayFirst, Numbers: ExcelSerial}, ""},
		{"two kinds of numbers", "45292|1709510400", Layout{}, "its numbers are of several kinds"},
		{"other numbers", "1|2|12345678901", Layout{}, ""},
		{"impossible dates settle nothing", "03/04/2024|31/04/2024", Layout{}, "every date can be read with the day first and with the month first"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Detect("created", cells(strings.Split(tt.sample, "|")...))
			if got != tt.want {
				t.Errorf("Detect = %+v, want %+v", got, tt.want)
			}
			var le *LayoutError
			switch {
			case tt.wantErr == "" && err != nil:
				t.Error(err)
			case tt.wantErr != "" && (!errors.As(err, &le) || le.Column != "created" || le.What != tt.wantErr || !strings.Contains(le.Hint, "date_format")):
				t.Errorf("error %v, want %s", err, tt.wantErr)
			}
		})
	}
}

// TestDetectedIsRead: no date of a column that Detect lets pass can be read in two ways.
func TestDetectedIsRead(t *testing.T) {
	for _, sample := range [][]string{{"25/03/2024", "03/04/2024"}, {"03/25/2024", "03/04/2024"}, {"2024-01-01", "4 Mar 2024"}, {"45292", "45300"}} {
		l, err := Detect("c", cells(sample...))
		if err != nil {
			t.Fatal(err)
		}
		for _, cell := range sample {
			if _, status := l.Read([]byte(cell)); status != OK {
				t.Errorf("%+v, detected from %q, does not read %q", l, sample, cell)
			}
		}
	}
}
