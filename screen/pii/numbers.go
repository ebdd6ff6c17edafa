package pii

import (
	"bytes"
	"net/netip"
)

// numeric counts the shapes of a cell with digits in it.
func (s *scanner) numeric(p *profile, cell []byte, c *class) {
	letters := c.upper + c.lower + c.high
	d := digitsOf(s.buf[:0], cell)
	s.buf = d
	pure := c.digits == len(cell)
	p.count(sInteger, pure && len(cell) <= 12)
	p.count(sNumber, number(cell))
	p.count(sMoney, letters == 0 && c.dots == 1 && number(cell) && len(cell) > 3 && cell[len(cell)-3] == '.')
	switch {
	case letters == 0 && c.dots == 3 && c.digits+3 == len(cell), c.colons >= 2 && c.hexColons(cell):
		if ip, err := netip.ParseAddr(string(cell)); err == nil {
			p.n[sIP]++
			a := ip.As16()
			p.count(sLowIP, ip.Is4() && a[12] < 20 && a[13] < 20)
			return
		}
	}
	if c.colons == 5 || c.dashes == 5 {
		p.count(sMAC, mac(cell))
	}
	if letters == 0 || c.lower+c.upper <= 3 {
		s.when(p, cell, d, c, pure)
	}
	if letters == 0 || len(d) >= 6 && letters <= 4 {
		plus := cell[0] == '+' || bytes.HasPrefix(cell, []byte("00")) && !pure
		p.count(sPhonePlus, plus && len(d) >= 8 && len(d) <= 15)
		p.count(sPhone, phoneShape(cell, d, c))
	}
	if letters == 0 && len(d) >= 12 && len(d) <= 19 && len(d)+c.spaces+c.dashes == len(cell) {
		luhn := luhnValid(d)
		p.count(sLuhn, luhn)
		p.count(sCard, luhn && cardIssuer(d))
	}
	if letters == 0 && c.digits > 3 && (c.dots == 1) && coordinate(cell) {
		p.n[sCoordinate]++
	}
	if c.hexOnly && letters > 0 && !bytes.ContainsAny(cell, " ") {
		switch len(cell) {
		case 32:
			p.n[sHex32]++
		case 40, 56, 64, 96, 128:
			p.n[sHex]++
		}
	}
	p.count(sUUID, len(cell) == 36 && c.dashes == 4 && c.digits+c.lower+c.upper == 32 && cell[8] == '-' && cell[23] == '-')
	if letters >= 2 && c.upper >= 2 && len(cell) >= 15 && len(cell) <= 42 {
		p.count(sIBAN, iban(cell))
	}
	if letters > 0 && len(cell) >= 8 && len(cell) <= 16 && c.upper >= 2 {
		p.count(sVAT, vat(cell))
	}
	if len(d) >= 6 {
		p.count(sNational, national(cell, d))
		p.count(sFirmNumber, letters == 0 && (len(d) == 14 || len(d) == 9) && luhnValid(d))
	}
	p.count(sPostcode, postcode(cell, c))
}

// hexColons reports whether a cell is made of hex digits and colons, as IPv6 is.
func (c *class) hexColons(cell []byte) bool {
	for _, b := range cell {
		if !(b >= '0' && b <= '9' || b >= 'a' && b <= 'f' || b >= 'A' && b <= 'F' || b == ':') {
			return false
		}
	}
	return len(cell) <= 39
}

func digitsOf(dst, cell []byte) []byte {
	for _, b := range cell {
		if b >= '0' && b <= '9' {
			dst = append(dst, b)
		}
	}
	return dst
}

// number reports whether a cell is a number, with a sign, separators, a currency or a percent sign.
func number(cell []byte) bool {
	cell = bytes.Trim(cell, "+-€$£% ")
	digits := 0
	for _, b := range cell {
		switch {
		case b >= '0' && b <= '9':
			digits++
		case b == '.' || b == ',' || b == '\'':
		default:
			return false
		}
	}
	return digits > 0
}

// luhnValid checks the last digit of d by the Luhn formula (ISO/IEC 7812-1).
func luhnValid(d []byte) bool {
	sum := 0
	for i := range d {
		v := int(d[len(d)-1-i] - '0')
		if i%2 == 1 {
			if v *= 2; v > 9 {
				v -= 9
			}
		}
		sum += v
	}
	return len(d) > 1 && sum%10 == 0
}

// cardIssuer reports whether d has the first digits and the length of a payment card.
func cardIssuer(d []byte) bool {
	two := int(d[0]-'0')*10 + int(d[1]-'0')
	four := two*100 + int(d[2]-'0')*10 + int(d[3]-'0')
	switch {
	case d[0] == '4':
		return len(d) == 13 || len(d) == 16 || len(d) == 19
	case two >= 51 && two <= 55, four >= 2221 && four <= 2720:
		return len(d) == 16
	case two == 34 || two == 37:
		return len(d) == 15
	case four >= 3528 && four <= 3589, four == 6011, two == 65, two == 62:
		return len(d) == 16 || len(d) == 19
	case two == 36 || two == 38 || two == 39 || four >= 3000 && four <= 3059:
		return len(d) == 14 || len(d) == 16
	case two == 50 || two == 67 || two == 63 || two == 58:
		return len(d) >= 12 && len(d) <= 19
	}
	return false
}

// iban checks a bank account number by ISO 13616: country, length, remainder 1 by 97.
func iban(cell []byte) bool {
	rem, n := 0, 0
	add := func(b byte) bool {
		switch {
		case b >= '0' && b <= '9':
			rem = (rem*10 + int(b-'0')) % 97
		case b >= 'A' && b <= 'Z':
			rem = (rem*100 + int(b-'A') + 10) % 97
		default:
			return false
		}
		n++
		return true
	}
	var head [4]byte
	k := 0
	for _, b := range cell {
		if b == ' ' || b == '-' {
			continue
		}
		if b >= 'a' && b <= 'z' {
			b -= 'a' - 'A'
		}
		if k < 4 {
			head[k] = b
			k++
		} else if !add(b) {
			return false
		}
	}
	if k < 4 || head[0] < 'A' || head[0] > 'Z' || head[1] < 'A' || head[1] > 'Z' || head[2] > '9' || head[3] > '9' {
		return false
	}
	for _, b := range head {
		if !add(b) {
			return false
		}
	}
	return n >= 15 && n <= 34 && rem == 1
}

// bic reports whether a cell is a bank's code by ISO 9362.
func bic(cell []byte) bool {
	if len(cell) != 8 && len(cell) != 11 {
		return false
	}
	for i, b := range cell {
		letter := b >= 'A' && b <= 'Z'
		if i < 6 && !letter || !letter && (b < '0' || b > '9') {
			return false
		}
	}
	return true
}

// vat reports whether a cell has the form of an EU VAT number: a member's code and
// eight to twelve characters, most of them digits.
func vat(cell []byte) bool {
	const members = "AT BE BG CY CZ DE DK EE EL ES FI FR GB HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK XI CH"
	if !bytes.Contains([]byte(members), cell[:2]) || bytes.IndexByte(cell[:2], ' ') >= 0 {
		return false
	}
	digits := 0
	for _, b := range cell[2:] {
		if b >= '0' && b <= '9' {
			digits++
		}
	}
	return digits >= 7 && digits >= len(cell)-5
}

func mac(cell []byte) bool {
	if len(cell) != 17 {
		return false
	}
	for i, b := range cell {
		sep := i%3 == 2
		hex := b >= '0' && b <= '9' || b >= 'a' && b <= 'f' || b >= 'A' && b <= 'F'
		if sep != (b == ':' || b == '-') || !sep && !hex {
			return false
		}
	}
	return true
}

// phoneShape reports whether a cell is written as a telephone number: separators, a
// leading zero or plus, or ten to fifteen bare digits.
func phoneShape(cell, d []byte, c *class) bool {
	if len(d) < 6 || len(d) > 15 {
		return false
	}
	for _, b := range cell {
		if !(b >= '0' && b <= '9') && !bytes.ContainsRune([]byte("+()-./ xext"), rune(b)) {
			return false
		}
	}
	return cell[0] == '+' || cell[0] == '(' || cell[0] == '0' || len(cell) > len(d) && c.dots != 1
}

// coordinate reports whether a cell is a decimal degree.
func coordinate(cell []byte) bool {
	cell = bytes.TrimPrefix(cell, []byte("-"))
	whole, frac, _ := bytes.Cut(cell, []byte("."))
	return len(whole) <= 3 && len(whole) > 0 && len(frac) >= 4 && !bytes.ContainsAny(cell, "+, ")
}

// postcode reports whether a cell has the form of a postcode in Europe or North America.
func postcode(cell []byte, c *class) bool {
	if len(cell) < 4 || len(cell) > 10 || c.others > 0 || c.at > 0 || c.colons > 0 || c.slashes > 0 || c.dots > 0 {
		return false
	}
	letters := c.upper + c.lower
	switch {
	case letters == 0:
		return c.digits == 4 || c.digits == 5 || c.digits == 6 && c.spaces+c.dashes == 1 || c.digits == 7 && c.dashes == 1 || c.digits == 9 && c.dashes == 1 || c.digits == 8 && c.dashes == 1
	case letters == 2 && c.digits == 4 && c.spaces <= 1: // 1012 JS
		return cell[0] >= '1' && cell[0] <= '9'
	case c.digits >= 2 && c.digits <= 3 && letters >= 3 && letters <= 4 && c.spaces <= 1: // EC2A 4NE, K1A 0B1
		last := cell[len(cell)-1]
		return cell[0] >= 'A' && cell[0] <= 'Z' && (last >= 'A' && last <= 'Z' || last >= '0' && last <= '9')
	}
	return false
}
