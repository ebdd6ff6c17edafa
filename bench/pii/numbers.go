package main

import (
	"fmt"
	"math/big"
	"strings"
)

// numbers are the kinds with check digits. They are computed here a second time, not
// with the detectors' code, so that an error in one does not hide in the other.
var numbers = map[string]func(*row) string{
	"iban": func(r *row) string {
		bban := r.digits(18)
		n, _ := new(big.Int).SetString(bban+"131400", 10) // D=13 E=14
		check := 98 - new(big.Int).Mod(n, big.NewInt(97)).Int64()
		return fmt.Sprintf("DE%02d%s", check, bban)
	},
	"bic":  func(r *row) string { return pick(r, []string{"COBADEFFXXX", "DEUTDEDB", "GENODEF1M04", "BNPAFRPP"}) },
	"blz":  func(r *row) string { return pick(r, []string{"37040044", "10010010", "50050201"}) },
	"card": func(r *row) string { return luhn("4" + r.digits(14)) }, "luhn16": func(r *row) string { return luhn(fmt.Sprintf("20260%010d", 7000000+r.i*10)) },
	"imei": func(r *row) string { return luhn("35" + r.digits(12)) }, "siren": func(r *row) string { return luhn(r.digits(8)) },
	"siret": func(r *row) string { return luhn(luhn(r.digits(8)) + "0001") },
	"mac": func(r *row) string {
		h := r.hex(12)
		return h[:2] + ":" + h[2:4] + ":" + h[4:6] + ":" + h[6:8] + ":" + h[8:10] + ":" + h[10:]
	},
	"ean": func(r *row) string {
		d := r.digits(12)
		sum := 0
		for i, c := range d {
			sum += int(c-'0') * (1 + 2*(i%2))
		}
		return d + fmt.Sprint((10-sum%10)%10)
	},
	"ssn": func(r *row) string {
		return fmt.Sprintf("%03d-%02d-%04d", 100+r.IntN(500), 1+r.IntN(99), 1+r.IntN(9999))
	},
	"nino": func(r *row) string {
		return pick(r, []string{"AB", "CE", "JK"}) + r.digits(6) + pick(r, []string{"A", "C"})
	},
	"nir": func(r *row) string {
		n := fmt.Sprintf("%d%02d%02d%02d%03d%03d", 1+r.IntN(2), r.IntN(100), 1+r.IntN(12), 1+r.IntN(95), 1+r.IntN(900), 1+r.IntN(900))
		var v int64
		fmt.Sscan(n, &v)
		return fmt.Sprintf("%s%02d", n, 97-v%97)
	},
	"dni": func(r *row) string {
		n := r.IntN(100000000)
		return fmt.Sprintf("%08d%c", n, "TRWAGMYFPDXBNJZSQVHLCKE"[n%23])
	},
	"nie": func(r *row) string {
		n := r.IntN(10000000)
		return fmt.Sprintf("X%07d%c", n, "TRWAGMYFPDXBNJZSQVHLCKE"[n%23])
	},
	"cf": func(r *row) string {
		body := strings.ToUpper(plain(r.last) + "XXX")[:3] + strings.ToUpper(plain(r.first) + "XXX")[:3] + fmt.Sprintf("%02d%c%02dH501", r.IntN(100), "ABCDEHLMPRST"[r.IntN(12)], 1+r.IntN(28))
		odd := []int{1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23}
		sum := 0
		for i, c := range body {
			v := int(c - 'A')
			if c <= '9' {
				v = int(c - '0')
			}
			if i%2 == 0 {
				v = odd[v]
			}
			sum += v
		}
		return body + string(rune('A'+sum%26))
	},
	"bsn": func(r *row) string {
		for {
			d := r.digits(9)
			sum := -int(d[8] - '0')
			for i := range 8 {
				sum += (9 - i) * int(d[i]-'0')
			}
			if sum%11 == 0 {
				return d
			}
		}
	},
	"pesel": func(r *row) string {
		d := fmt.Sprintf("%02d%02d%02d%04d", 50+r.IntN(50), 1+r.IntN(12), 1+r.IntN(28), r.IntN(10000))
		sum := 0
		for i, c := range d {
			sum += int(c-'0') * []int{1, 3, 7, 9}[i%4]
		}
		return d + fmt.Sprint((10-sum%10)%10)
	},
	"pnr": func(r *row) string {
		d := luhn(fmt.Sprintf("%02d%02d%02d%03d", 50+r.IntN(50), 1+r.IntN(12), 1+r.IntN(28), r.IntN(1000)))
		return "19" + d[:6] + "-" + d[6:]
	},
	"orgnr": func(r *row) string { d := luhn("556" + r.digits(6)); return d[:6] + "-" + d[6:] },
	"cpr": func(r *row) string {
		return fmt.Sprintf("%02d%02d%02d-%04d", 1+r.IntN(28), 1+r.IntN(12), r.IntN(100), 1+r.IntN(9998))
	},
	"steuerid": func(r *row) string {
		d := "65" + strings.ReplaceAll(r.digits(8), "0", "7")
		p := 10
		for _, c := range d {
			s := (int(c-'0') + p) % 10
			if s == 0 {
				s = 10
			}
			p = s * 2 % 11
		}
		return d + fmt.Sprint((11-p)%10)
	},
	"cpf": func(r *row) string {
		d := r.digits(9)
		for k := 10; k <= 11; k++ {
			sum := 0
			for i, c := range d {
				sum += int(c-'0') * (k - i)
			}
			d += fmt.Sprint(sum * 10 % 11 % 10)
		}
		return d[:3] + "." + d[3:6] + "." + d[6:9] + "-" + d[9:]
	},
	"cnpj": func(r *row) string {
		d := r.digits(8)
		return d[:2] + "." + d[2:5] + "." + d[5:8] + "/0001-" + r.digits(2)
	},
	"passport": func(r *row) string { return pick(r, []string{"C", "P", "X"}) + r.digits(8) },
	"plate":    func(r *row) string { return "AB" + r.digits(2) + " XYZ" },
	"vat":      func(r *row) string { return r.code + r.digits(9) },
}

// luhn appends the check digit.
func luhn(d string) string {
	sum := 0
	for i := range len(d) {
		v := int(d[len(d)-1-i] - '0')
		if i%2 == 0 {
			if v *= 2; v > 9 {
				v -= 9
			}
		}
		sum += v
	}
	return d + fmt.Sprint((10-sum%10)%10)
}
