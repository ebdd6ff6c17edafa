package age

import "unicode/utf8"

// months are the names and abbreviations of the months in English, German, French,
// Spanish, Italian and Dutch, in lower case without accents, as CLDR has them (date
// formats "wide" and "abbreviated") and as they are commonly shortened.
var months = map[string]uint8{
	"january": 1, "jan": 1, "januar": 1, "janner": 1, "jaenner": 1, "janvier": 1, "janv": 1, "enero": 1, "ene": 1, "gennaio": 1, "gen": 1, "januari": 1,
	"february": 2, "feb": 2, "februar": 2, "feber": 2, "fevrier": 2, "fevr": 2, "fev": 2, "febrero": 2, "febbraio": 2, "februari": 2,
	"march": 3, "mar": 3, "marz": 3, "maerz": 3, "mrz": 3, "mars": 3, "marzo": 3, "maart": 3, "mrt": 3,
	"april": 4, "apr": 4, "avril": 4, "avr": 4, "abril": 4, "abr": 4, "aprile": 4,
	"may": 5, "mai": 5, "mayo": 5, "maggio": 5, "mag": 5, "mei": 5,
	"june": 6, "jun": 6, "juni": 6, "juin": 6, "junio": 6, "giugno": 6, "giu": 6,
	"july": 7, "jul": 7, "juli": 7, "juillet": 7, "juil": 7, "julio": 7, "luglio": 7, "lug": 7,
	"august": 8, "aug": 8, "aout": 8, "agosto": 8, "ago": 8, "augustus": 8,
	"september": 9, "sep": 9, "sept": 9, "septembre": 9, "septiembre": 9, "setiembre": 9, "settembre": 9, "set": 9,
	"october": 10, "oct": 10, "oktober": 10, "okt": 10, "octobre": 10, "octubre": 10, "ottobre": 10, "ott": 10,
	"november": 11, "nov": 11, "novembre": 11, "noviembre": 11,
	"december": 12, "dec": 12, "dezember": 12, "dez": 12, "decembre": 12, "diciembre": 12, "dic": 12, "dicembre": 12,
}

// weekdays may stand before a date, and say nothing that the date does not.
var weekdays = wordSet("mon tue tues wed thu thur thurs fri sat sun monday tuesday wednesday thursday friday saturday sunday",
	"mo di mi do fr sa so montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag",
	"lun mar mer jeu ven sam dim lundi mardi mercredi jeudi vendredi samedi dimanche",
	"mie jue vie sab dom lunes martes miercoles jueves viernes sabado domingo",
	"gio lunedi martedi mercoledi giovedi venerdi domenica",
	"ma wo vr za zo maandag dinsdag woensdag donderdag vrijdag zaterdag zondag")

// links stand between the parts of a date: "4 de marzo de 2024", "the 4th of March".
var links = wordSet("of the de del di le el il den der am op")

// ordinals stand right behind the number of a day: 1st, 2nd, 1er, 1º.
var ordinals = wordSet("st nd rd th er e o a")

func wordSet(texts ...string) map[string]bool {
	words := map[string]bool{}
	for _, text := range texts {
		for len(text) > 0 {
			n := 0
			for n < len(text) && text[n] != ' ' {
				n++
			}
			words[text[:n]] = true
			text = text[min(n+1, len(text)):]
		}
	}
	return words
}

// A word is up to 16 letters in lower case without accents.
type word struct {
	text [16]byte
	n    int
}

func (w *word) is(in map[string]bool) bool { return in[string(w.text[:w.n])] }
func (w *word) month() int                 { return int(months[string(w.text[:w.n])]) }

// readWord reads the letters that s starts with, and returns how many bytes they take; 0
// if there are none or too many.
func (w *word) read(s []byte) int {
	w.n = 0
	i := 0
	for i < len(s) {
		r, size := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRune(s[i:])
		}
		c := plainLetter(r)
		if c == 0 {
			break
		}
		if w.n == len(w.text) {
			return 0
		}
		w.text[w.n] = c
		w.n++
		i += size
	}
	return i
}

// plainLetter returns the letter of a to z that r is, accents and case aside, or 0. Only
// accents that names of months and days have are known.
func plainLetter(r rune) byte {
	if r < utf8.RuneSelf {
		if c := byte(r) | 0x20; c-'a' < 26 {
			return c
		}
		return 0
	}
	switch r {
	case 'ä', 'Ä', 'á', 'Á', 'à', 'À', 'ª':
		return 'a'
	case 'é', 'É', 'è', 'È', 'ê', 'Ê':
		return 'e'
	case 'ì', 'Ì', 'í', 'Í':
		return 'i'
	case 'º', '°':
		return 'o'
	case 'û', 'Û', 'ü', 'Ü':
		return 'u'
	}
	return 0
}
