package entity

import "bytes"

// prefixes of numbers that Companies House gives out, and what they are given to. Source:
// Companies House, "Uniform Resource Identifiers (URI): customer guide", company prefixes,
// and its bulk data for CE, CS, OE and SG. The one-letter R0 is read below.
var prefixes = map[string]Subscriber{
	"SC": Corporate, "NI": Corporate, // companies
	"OC": Corporate, "SO": Corporate, "NC": Corporate, // limited liability partnerships
	"CE": Corporate, "CS": Corporate, // charitable incorporated organisations
	"FC": Corporate, "SF": Corporate, "NF": Corporate, "BR": Corporate, "OE": Corporate, // overseas
	"AC": Corporate, "SA": Corporate, "NA": Corporate, // assurance companies
	"IP": Corporate, "SP": Corporate, "NP": Corporate, "NO": Corporate, "RS": Corporate, // registered societies, credit unions
	"IC": Corporate, "SI": Corporate, "NV": Corporate, // investment companies
	"RC": Corporate, "SR": Corporate, "NR": Corporate, // royal charter
	"ZC": Corporate, "SZ": Corporate, "NZ": Corporate, // unregistered companies
	"GE": Corporate, "GS": Corporate, "GN": Corporate, // economic interest groupings, bodies corporate by SI 1989/638, reg 3
	"SE": Corporate, "ES": Corporate, "EN": Corporate, // European companies
	"PC": Corporate,                  // protected cell companies
	"SL": Corporate, "SG": Corporate, // Scottish limited and qualifying partnerships
	"LP": Individual, "NL": Individual, // limited partnerships elsewhere are no legal persons
}

// OfNumber tells what has a number as Companies House gives them out: eight digits, or a
// prefix of two letters and six digits. Leading zeros that a spreadsheet took off are
// taken for granted, down to six digits. A well-formed number is evidence, no proof: the
// register is not asked.
func OfNumber(cell []byte) Subscriber {
	var number [8]byte
	n := 0
	for _, c := range bytes.TrimSpace(cell) {
		switch {
		case c == ' ' || c == '-' || c == '.' && n == 2:
			continue
		case c-'a' < 26:
			c -= 'a' - 'A'
		case c-'A' >= 26 && c-'0' >= 10:
			return Unknown
		}
		if n == len(number) {
			return Unknown
		}
		number[n] = c
		n++
	}
	if n == 0 {
		return Unknown
	}
	kind, digits := Corporate, number[:n]
	switch {
	case number[0]-'0' < 10:
		if n < 6 {
			return Unknown
		}
	case number[0] == 'R' && n == 8 && number[1]-'0' < 10:
		digits = number[1:n] // a company of Northern Ireland from before partition
	default:
		if n < 5 {
			return Unknown
		}
		kind, digits = prefixes[string(number[:2])], number[2:n]
	}
	zero := true
	for _, c := range digits {
		if c-'0' >= 10 {
			return Unknown
		}
		zero = zero && c == '0'
	}
	if zero {
		return Unknown
	}
	return kind
}
