package pipeline

import (
	"fmt"
	"math/bits"
	"strconv"
	"strings"

	"sluice/formats"
	"sluice/pipeline/manifest"
)

// A Limit is a number of rows, or a share of the rows read. The zero Limit is none.
type Limit struct {
	Set     bool
	Percent bool
	N       int64 // rows; for a share, ten-thousandths of a per cent
}

// hundred is 100 % in a Limit's unit.
const hundred = 100 * 10_000

// ParseLimit reads a count ("250") or a share ("2%", "0.5%", four decimals at most).
// The empty string is no limit.
func ParseLimit(s string) (Limit, error) {
	if s == "" {
		return Limit{}, nil
	}
	bad := fmt.Errorf("not a number of rows or a per cent value from 0%% to 100%%, such as 250 or 0.5%%")
	share, isShare := strings.CutSuffix(s, "%")
	if !isShare {
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil || n < 0 {
			return Limit{}, bad
		}
		return Limit{Set: true, N: n}, nil
	}
	whole, frac, _ := strings.Cut(share, ".")
	if len(frac) > 4 || strings.ContainsAny(share, "+-") {
		return Limit{}, bad
	}
	n, err := strconv.ParseInt(whole+frac+"0000"[len(frac):], 10, 64)
	if err != nil || n > hundred || whole == "" {
		return Limit{}, bad
	}
	return Limit{Set: true, Percent: true, N: n}, nil
}

// String returns the limit as ParseLimit reads it.
func (l Limit) String() string {
	switch {
	case !l.Set:
		return ""
	case !l.Percent:
		return strconv.FormatInt(l.N, 10)
	}
	s := fmt.Sprintf("%d.%04d", l.N/10_000, l.N%10_000)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".") + "%"
}

// compare returns the sign of n - l, where a share is of total rows.
func (l Limit) compare(n, total int64) int {
	ah, al := uint64(0), uint64(n)
	bh, bl := uint64(0), uint64(l.N)
	if l.Percent {
		ah, al = bits.Mul64(uint64(n), hundred)
		bh, bl = bits.Mul64(uint64(total), uint64(l.N))
	}
	switch {
	case ah > bh || ah == bh && al > bl:
		return 1
	case ah < bh || al < bl:
		return -1
	}
	return 0
}

// A Breach is one gate that a run did not pass.
type Breach struct {
	Gate  string // max-errors, min-kept, max-rejected: the flag's name
	Limit Limit
	Got   int64 // rows
	Read  int64 // rows read when the gate was tested
}

// A GateError is a run that must not be published. It was read to its end, unless
// more rows were malformed than a number allows.
type GateError struct {
	Breaches []Breach
	At       formats.Position // the row at which reading stopped, if it did
}

// Error names each gate with what was allowed and found.
func (e *GateError) Error() string {
	var b strings.Builder
	if e.At.Line > 0 {
		fmt.Fprintf(&b, "%s:%d: ", e.At.File, e.At.Line)
	} else if e.At.Row > 0 {
		fmt.Fprintf(&b, "%s: row %d: ", e.At.File, e.At.Row)
	}
	for i, br := range e.Breaches {
		if i > 0 {
			b.WriteString("; ")
		}
		word := "allows"
		if br.Gate == gateMinKept {
			word = "asks for"
		}
		what := map[string]string{gateMaxErrors: "malformed", gateMinKept: "kept", gateMaxRejected: "rejected"}[br.Gate]
		fmt.Fprintf(&b, "%d of %d rows %s, --%s %s %s", br.Got, br.Read, what, br.Gate, word, br.Limit)
	}
	return b.String()
}

const (
	gateMaxErrors   = "max-errors"
	gateMinKept     = "min-kept"
	gateMaxRejected = "max-rejected"
)

// Limits are what a run must not go beyond.
type Limits struct {
	MaxErrors   Limit // at most this many malformed rows; a number stops at the row beyond it
	MinKept     Limit // at least this many rows kept
	MaxRejected Limit // at most this many rows rejected or sealed
}

// Check tests what a run counted, of which so many rows were malformed. The error is a
// *GateError.
func (l Limits) Check(a manifest.Accounting, malformed int64) error {
	var e GateError
	test := func(gate string, l Limit, got int64, wrong int) {
		if l.Set && l.compare(got, a.Read) == wrong {
			e.Breaches = append(e.Breaches, Breach{gate, l, got, a.Read})
		}
	}
	test(gateMaxErrors, l.MaxErrors, malformed, 1)
	test(gateMinKept, l.MinKept, a.Kept, -1)
	test(gateMaxRejected, l.MaxRejected, a.Rejected+a.Sealed, 1)
	if len(e.Breaches) == 0 {
		return nil
	}
	return &e
}
