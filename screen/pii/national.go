package pii

import "bytes"

// national reports whether a cell is a national identity, social security or tax number
// of a person, by its check digits. Where a number has none, its punctuation counts. d
// are the cell's digits.
func national(cell, d []byte) bool {
	cell = bytes.ToUpper(cell)
	letters := 0
	for _, b := range cell {
		if b >= 'A' && b <= 'Z' {
			letters++
		}
	}
	compact := make([]byte, 0, 20)
	for _, b := range cell {
		if b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' {
			compact = append(compact, b)
		} else if b != ' ' && b != '-' && b != '.' && b != '/' {
			return false
		}
	}
	switch len(compact) {
	case 16:
		return letters >= 7 && codiceFiscale(compact)
	case 15:
		return letters == 0 && nir(compact) || letters == 1 && compact[5] == '2' && nir(compact)
	case 9:
		switch letters {
		case 0:
			return len(cell) == 11 && cell[3] == '-' && cell[6] == '-' && ssn(d) || len(cell) == 9 && bsn(d)
		case 1:
			return dni(compact)
		case 2:
			return dni(compact)
		case 3:
			return nino(compact)
		}
	case 11:
		if letters > 0 {
			return false
		}
		if len(cell) == 14 && cell[3] == '.' {
			return cpf(d)
		}
		return pesel(d) || steuerID(d) || len(cell) > 11 && rijksregister(d)
	case 10, 12:
		if letters > 0 {
			return false
		}
		dash := bytes.IndexByte(cell, '-') == len(cell)-5
		return dash && (personnummer(d) || cpr(d))
	}
	return false
}

// codiceFiscale checks an Italian tax code (decree of 23 December 1976).
func codiceFiscale(c []byte) bool {
	const odd = "\x01\x00\x05\x07\x09\x0d\x0f\x11\x13\x15\x02\x04\x12\x14\x0b\x03\x06\x08\x0c\x0e\x10\x0a\x16\x19\x18\x17"
	sum := 0
	for i, b := range c[:15] {
		if i < 6 && b < 'A' {
			return false
		}
		v := int(b - 'A')
		if b <= '9' {
			v = int(b - '0')
		}
		if i%2 == 0 {
			v = int(odd[v])
		}
		sum += v
	}
	return int(c[15]) == 'A'+sum%26 && c[8] >= 'A'
}

// nir checks a French social security number: 97 less the remainder by 97.
func nir(c []byte) bool {
	if c[0] != '1' && c[0] != '2' {
		return false
	}
	n := int64(0)
	for i, b := range c[:13] {
		switch {
		case b == 'A' && i == 6: // Corsica
			n = n * 10
		case b == 'B' && i == 6:
			n = n * 10
		case b < '0' || b > '9':
			return false
		default:
			n = n*10 + int64(b-'0')
		}
	}
	month := int(c[3]-'0')*10 + int(c[4]-'0')
	key := int64(c[13]-'0')*10 + int64(c[14]-'0')
	return key == 97-n%97 && (month >= 1 && month <= 12 || month >= 20 && month <= 42 || month >= 50)
}

// dni checks a Spanish DNI or NIE by its letter.
func dni(c []byte) bool {
	n := 0
	for i, b := range c[:8] {
		switch {
		case i == 0 && b >= 'X' && b <= 'Z':
			n = int(b - 'X')
		case b < '0' || b > '9':
			return false
		default:
			n = n*10 + int(b-'0')
		}
	}
	return c[8] == "TRWAGMYFPDXBNJZSQVHLCKE"[n%23]
}

// nino has the form of a British national insurance number, which has no check digit.
func nino(c []byte) bool {
	for _, b := range c[2:8] {
		if b < '0' || b > '9' {
			return false
		}
	}
	return bytes.IndexByte([]byte("DFIQUV"), c[0]) < 0 && c[0] >= 'A' && c[1] >= 'A' && bytes.IndexByte([]byte("DFIOQUV"), c[1]) < 0 && c[8] >= 'A' && c[8] <= 'D'
}

// ssn has the form of a number of the US Social Security Administration.
func ssn(d []byte) bool {
	return string(d[:3]) != "000" && string(d[:3]) != "666" && d[0] != '9' && string(d[3:5]) != "00" && string(d[5:]) != "0000"
}

// bsn checks a Dutch citizen's number by the eleven test. One in eleven numbers passes:
// the column's share has to tell.
func bsn(d []byte) bool {
	sum := -int(d[8] - '0')
	for i := range 8 {
		sum += (9 - i) * int(d[i]-'0')
	}
	return sum%11 == 0 && sum != 0
}

func validDay(mm, dd int) bool { return mm >= 1 && mm <= 12 && dd >= 1 && dd <= 31 }

func two(d []byte) int { return int(d[0]-'0')*10 + int(d[1]-'0') }

// pesel checks a Polish number: a date of birth and weights 1, 3, 7, 9.
func pesel(d []byte) bool {
	sum := 0
	for i, b := range d[:10] {
		sum += int(b-'0') * int("1379"[i%4]-'0')
	}
	return (10-sum%10)%10 == int(d[10]-'0') && validDay(two(d[2:])%20, two(d[4:]))
}

// steuerID checks a German tax identification number by ISO 7064, MOD 11,10.
func steuerID(d []byte) bool {
	p := 10
	for _, b := range d[:10] {
		s := (int(b-'0') + p) % 10
		if s == 0 {
			s = 10
		}
		p = s * 2 % 11
	}
	return d[0] != '0' && (11-p)%10 == int(d[10]-'0')
}

// rijksregister checks a Belgian national number: 97 less the remainder by 97, of persons
// born from 2000 with a 2 in front.
func rijksregister(d []byte) bool {
	n := int64(0)
	for _, b := range d[:9] {
		n = n*10 + int64(b-'0')
	}
	key := int64(two(d[9:]))
	return key == 97-n%97 || key == 97-(2000000000+n)%97
}

// cpf checks a Brazilian number by its two digits modulo 11.
func cpf(d []byte) bool {
	for k := 9; k <= 10; k++ {
		sum := 0
		for i := range k {
			sum += int(d[i]-'0') * (k + 1 - i)
		}
		if sum*10%11%10 != int(d[k]-'0') {
			return false
		}
	}
	return true
}

// personnummer checks a Swedish number: a date of birth and Luhn.
func personnummer(d []byte) bool {
	d = d[len(d)-10:]
	return luhnValid(d) && validDay(two(d[2:]), two(d[4:]))
}

// cpr has the form of a Danish number, which has had no check digit since 2007.
func cpr(d []byte) bool {
	return len(d) == 10 && validDay(two(d[2:]), two(d))
}
