package htmlreport

import (
	"fmt"
	"math/bits"
	"strconv"
	"strings"
	"time"
)

// grouped writes n with commas between thousands.
func grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// change writes the difference between two figures with its sign.
func change(from, to int64) string {
	switch d := to - from; {
	case d > 0:
		return "+" + grouped(d)
	case d < 0:
		return "−" + grouped(-d)
	}
	return "±0"
}

// share writes n of all in per cent. What is not nothing never reads 0.0, and what is
// not all never 100.0. A manifest's figures are read as they are, also ones that cannot be.
func share(n, all int64) string {
	if all <= 0 || n < 0 || n > all {
		return "–"
	}
	hi, lo := bits.Mul64(uint64(n), 1000)
	lo, carry := bits.Add64(lo, uint64(all)/2, 0)
	tenths, _ := bits.Div64(hi+carry, lo, uint64(all)) // the quotient is 1000 at most
	switch {
	case tenths == 0 && n > 0:
		return "< 0.1 %"
	case tenths == 1000 && n < all:
		return "> 99.9 %"
	}
	return fmt.Sprintf("%d.%d %%", tenths/10, tenths%10)
}

// size writes a number of bytes in binary units.
func size(n int64) string {
	units := []string{"bytes", "KiB", "MiB", "GiB", "TiB", "PiB"}
	i, f := 0, float64(n)
	for f >= 1024 && i < len(units)-1 {
		f, i = f/1024, i+1
	}
	if i == 0 {
		return grouped(n) + " bytes"
	}
	return strconv.FormatFloat(f, 'f', 1, 64) + " " + units[i]
}

// instant writes a time to the second, UTC.
func instant(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return t.UTC().Format("2006-01-02 15:04:05 UTC")
}

// moment writes a time that a manifest has as text, and what is no time as it is.
func moment(s string) string {
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return instant(t)
	}
	return s
}

// limit writes a length of time that a manifest has as text, such as 24h0m0s.
func limit(s string) string {
	if d, err := time.ParseDuration(s); err == nil {
		return span(d)
	}
	return s
}

func minute(t time.Time) string { return t.UTC().Format("2006-01-02 15:04") }
func day(t time.Time) string    { return t.UTC().Format("2 Jan 2006") }

// span writes how long something took or how old it is, in two units at most.
func span(d time.Duration) string {
	if d < 0 {
		return "−" + span(-d)
	}
	switch {
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < time.Minute:
		return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) + " s"
	case d < time.Hour:
		return two(int64(d/time.Minute), "min", int64(d%time.Minute/time.Second), "s")
	case d < 48*time.Hour:
		return two(int64(d/time.Hour), "h", int64(d%time.Hour/time.Minute), "min")
	}
	return two(int64(d/(24*time.Hour)), "days", int64(d%(24*time.Hour)/time.Hour), "h")
}

func two(n int64, unit string, rest int64, of string) string {
	if rest == 0 {
		return fmt.Sprintf("%d %s", n, unit)
	}
	return fmt.Sprintf("%d %s %d %s", n, unit, rest, of)
}

// plural writes n of something.
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return grouped(int64(n)) + " " + many
}

// coordinate writes a number for SVG, to a thousandth.
func coordinate(f float64) string {
	return strings.TrimSuffix(strings.TrimRight(strconv.FormatFloat(f, 'f', 3, 64), "0"), ".")
}
