package address

import (
	"testing"
)

func TestAppendPhone(t *testing.T) {
	for _, tt := range []struct{ in, code, want string }{
		{"+44 20 7946 0000", "", "+442079460000"},
		{"+44 (0)20 7946 0000", "", "+442079460000"},
		{"+44 020 7946 0000", "", "+442079460000"},
		{"0044 (0) 20 7946-0000", "", "+442079460000"},
		{"00 44 20 7946 0000", "", "+442079460000"},
		{"020 7946 0000", "44", "+442079460000"},
		{"(020) 7946 0000", "44", "+442079460000"},
		{"(0)20 7946 0000", "44", "+442079460000"},
		{"442079460000", "44", "+442079460000"},
		{"44 (0)20 7946 0000", "44", "+442079460000"},
		{"020 7946 0000", "", ""},
		{"+49 89 1234567-0", "", "+498912345670"},
		{"089/1234567", "49", "+49891234567"},
		{"+39 06 1234 5678", "", "+390612345678"},
		{"+39 (0)6 1234 5678", "", "+390612345678"},
		{"06 1234 5678", "39", "+390612345678"},
		{"+81 (0)3 1234 5678", "", "+81312345678"},
		{"+800 0123 4567", "", "+80001234567"},
		{"+1 (555) 010-0199", "", "+15550100199"},
		{"(555) 010-0199", "1", "+15550100199"},
		{"1-555-010-0199", "1", "+15550100199"},
		{"011 44 20 7946 0000", "1", "+442079460000"},
		{"555-0199", "1", ""},
		{"8 (495) 123-45-67", "7", "+74951234567"},
		{"06 1 234 5678", "36", "+3612345678"},
		{"tel:+44-20-7946-0000;ext=12", "", "+442079460000"},
		{"+44 20 7946 0000 ext. 12", "", "+442079460000"},
		{"+44 20 7946 0000 x12", "", "+442079460000"},
		{"+44 20 7946 0000 Extension 12", "", "+442079460000"},
		{"+44 20 7946 0000 / +44 20 7946 0001", "", "+442079460000"},
		{"+44 20 7946 0000, 020 7946 0001", "", "+442079460000"},
		{"＋４４ ２０ ７９４６ ００００", "", "+442079460000"},
		{"\u202a+44\u00a020\u20117946\u20110000\u202c", "", "+442079460000"},
		{"'+442079460000", "", "+442079460000"},
		{`="+442079460000"`, "", "+442079460000"},
		{"442079460000.0", "44", "+442079460000"},
		{"+٤٤٢٠٧٩٤٦٠٠٠٠", "", "+442079460000"},
		{"4.42079E+11", "44", ""},
		{"1-800-FLOWERS", "1", ""},
		{"+999 123 4567", "", ""},
		{"+44", "", ""},
		{"+44 20 7946 0000 0000 0000", "", ""},
		{"n/a", "44", ""},
		{"", "44", ""},
		{"jane@w.example", "44", ""},
		{"020 7946 0000", "nonsense", ""},
	} {
		got, ok := AppendPhone([]byte("p"), []byte(tt.in), tt.code)
		if string(got) != "p"+tt.want || ok != (tt.want != "") {
			t.Errorf("AppendPhone(%q, %q) = %q, %v; want %q", tt.in, tt.code, got[1:], ok, tt.want)
		}
	}
}

func TestCallingCode(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"GB", "44"}, {"gb", "44"}, {"UK", "44"}, {"U.K.", "44"}, {" united  kingdom", "44"}, {"Deutschland", "49"},
		{"ÖSTERREICH", "43"}, {"Türkiye", "90"}, {"US", "1"}, {"U.S.A.", "1"}, {"Guinea-Bissau", "245"}, {"XK", "383"},
		{"Côte d’Ivoire", "225"}, {"", ""}, {"Atlantis", ""}, {"AN", ""},
	} {
		if got := CallingCode(tt.in); got != tt.want {
			t.Errorf("CallingCode(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
	codes := callingCodes().assigned
	for a := range codes {
		for n := 1; n < len(a); n++ {
			if _, ok := codes[a[:n]]; ok {
				t.Errorf("code %s begins with code %s", a, a[:n])
			}
		}
	}
}

func FuzzPhone(f *testing.F) {
	f.Add([]byte("+44 (0)20 7946 0000 x1"), "44")
	f.Add([]byte("0039(0)6１２３４５"), "39")
	f.Fuzz(func(t *testing.T, raw []byte, code string) {
		got, ok := AppendPhone(nil, raw, code)
		if !ok {
			if len(got) != 0 {
				t.Fatalf("AppendPhone(%q, %q) = %q without a number", raw, code, got)
			}
			return
		}
		if n := len(got) - 1; n < minPhone || n > maxPhone || got[0] != '+' || !digitsOnly(got[1:]) {
			t.Fatalf("AppendPhone(%q, %q) = %q", raw, code, got)
		}
		again, ok := AppendPhone(nil, got, "")
		if !ok || string(again) != string(got) {
			t.Fatalf("AppendPhone(%q) = %q, %v", got, again, ok)
		}
	})
}

func BenchmarkPhone(b *testing.B) {
	raw, dst := []byte("+44 (0)20 7946 0000"), make([]byte, 0, 64)
	b.ReportAllocs()
	for b.Loop() {
		AppendPhone(dst, raw, "44")
	}
}
