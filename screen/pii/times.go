package pii

import "bytes"

// when counts the shapes of dates and times. d are the cell's digits.
func (s *scanner) when(p *profile, cell, d []byte, c *class, pure bool) {
	switch {
	case pure && len(d) == 4:
		n, _ := integer(d)
		if n >= 1900 && n <= 2035 {
			p.n[sYear]++
			p.minYear, p.maxYear = min(p.minYear, int(n)), max(p.maxYear, int(n))
		}
		return
	case pure && len(d) == 10 && (d[0] == '1' && d[1] >= '2' && d[1] <= '9'), pure && len(d) == 13 && d[0] == '1' && d[1] >= '2':
		p.n[sEpoch]++
		return
	}
	year, ok := date(cell)
	if !ok {
		return
	}
	if c.colons > 0 {
		p.n[sDateTime]++
		return
	}
	p.n[sDate]++
	if year > 0 {
		p.minYear, p.maxYear = min(p.minYear, year), max(p.maxYear, year)
		p.count(sBirthDate, year >= 1920 && year <= 2012)
	}
}

// date reads a date in digits, in any order, and returns its year, 0 where it has none of
// four digits.
func date(cell []byte) (year int, ok bool) {
	day := cell
	if i := bytes.IndexAny(cell, " T"); i > 0 {
		day = cell[:i]
	}
	var parts [3]int
	var lens [3]int
	n := 0
	for _, b := range day {
		switch {
		case b >= '0' && b <= '9':
			parts[n] = parts[n]*10 + int(b-'0')
			if lens[n]++; lens[n] > 4 {
				return 0, false
			}
		case b == '-' || b == '/' || b == '.':
			if lens[n] == 0 || n == 2 {
				return 0, false
			}
			n++
		default:
			return 0, false
		}
	}
	if n == 1 && lens[0] == 4 && lens[1] <= 2 && parts[1] >= 1 && parts[1] <= 12 && parts[0] > 1900 && parts[0] < 2040 {
		return parts[0], day[4] != '.' && true
	}
	if n != 2 || lens[2] == 0 {
		return 0, false
	}
	switch {
	case lens[0] == 4 && lens[1] <= 2 && lens[2] <= 2:
		year = parts[0]
		ok = parts[1] >= 1 && parts[1] <= 12 && parts[2] >= 1 && parts[2] <= 31
	case lens[2] == 4 && lens[0] <= 2 && lens[1] <= 2:
		year = parts[2]
		ok = parts[0] >= 1 && parts[1] >= 1 && (parts[0] <= 31 && parts[1] <= 12 || parts[0] <= 12 && parts[1] <= 31)
	case lens[0] <= 2 && lens[1] <= 2 && lens[2] == 2:
		ok = parts[0] >= 1 && parts[0] <= 31 && parts[1] >= 1 && parts[1] <= 31 && (parts[0] <= 12 || parts[1] <= 12)
	}
	return year, ok && (year == 0 || year > 1850 && year < 2100)
}

// timeZone reports whether a cell names a zone of the tz database.
func timeZone(cell []byte) bool {
	area, rest, _ := bytes.Cut(cell, []byte("/"))
	switch string(area) {
	case "Europe", "America", "Asia", "Africa", "Australia", "Pacific", "Atlantic", "Indian", "Antarctica", "Etc", "US":
		return len(rest) > 1 && rest[0] >= 'A' && rest[0] <= 'Z'
	}
	return false
}

// secretStarts are how passwords' hashes and tokens begin that say what they are.
var secretStarts = []string{
	"$2a$", "$2b$", "$2y$", "$argon2", "$P$", "$H$", "$1$", "$5$", "$6$", "pbkdf2_", "{SSHA}", "{SHA}", "sk_live_", "sk_test_", "pk_live_",
	"rk_live_", "ghp_", "gho_", "github_pat_", "glpat-", "xoxb-", "xoxp-", "AKIA", "ASIA", "AIza", "ya29.", "SG.", "-----BEGIN", "ssh-rsa",
	"ssh-ed25519", "Bearer ",
}

// secret reports whether a cell is a password's hash or a token that says so itself.
func secret(cell []byte) bool {
	if len(cell) < 20 {
		return false
	}
	switch cell[0] {
	case 'e':
		return cell[1] == 'y' && cell[2] == 'J' && bytes.Count(cell, []byte(".")) == 2 && len(cell) > 40
	case '$', 'p', '{', 's', 'r', 'g', 'x', 'A', 'y', 'S', '-', 'B':
		for _, start := range secretStarts {
			if string(cell[:len(start)]) == start {
				return true
			}
		}
	}
	return false
}
