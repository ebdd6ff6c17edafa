package words

import "testing"

func TestFold(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "  ": "", "Kelp Foods": "kelp foods", " V.P. Sales ": "vp sales", "Geschäftsführer/in": "geschaftsfuhrer in", "Straße": "strasse",
		"Art. 6(1)(f)": "art 6 1 f", "l'Oréal": "loreal", "IT-Leiter": "it leiter", "Łódź": "lodz", "---": "", "Ⅳ": "iv", "a\xffb": "a b",
	} {
		if got := Fold(text); got != want {
			t.Errorf("Fold(%q) = %q, want %q", text, got, want)
		}
	}
	for text, want := range map[string]bool{"": true, "N/A": true, "-": true, "None": true, "unknown": true, "Kelp": false, "0": false} {
		if got := Nothing([]byte(Fold(text))); got != want {
			t.Errorf("Nothing(%q) = %v", text, got)
		}
	}
}

func FuzzFold(f *testing.F) {
	f.Add("Geschäftsführer/in")
	f.Fuzz(func(t *testing.T, text string) {
		if once := Fold(text); Fold(once) != once {
			t.Errorf("%q is folded %q, and that %q", text, once, Fold(once))
		}
	})
}
