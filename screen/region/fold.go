package region

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A folder reduces names to what is compared: lower-case letters and digits without
// accents, one blank between words. Full stops are dropped ("U.K." is "uk"), & is "and",
// St is "saint", and an article at the start is dropped. It owns its buffers.
type folder struct {
	iter       norm.Iter
	plain, out []byte
}

// fold returns the folded name, which is good until the next call.
func (f *folder) fold(name []byte) []byte {
	ascii := true
	for _, c := range name {
		if c >= utf8.RuneSelf {
			ascii = false
			break
		}
	}
	if !ascii {
		f.plain = f.plain[:0]
		for f.iter.Init(norm.NFKD, name); !f.iter.Done(); {
			f.plain = append(f.plain, f.iter.Next()...)
		}
		name = f.plain
	}
	out := f.out[:0]
	blank := false
	letter := func(s string) {
		if blank && len(out) > 0 {
			out = append(out, ' ')
		}
		blank = false
		out = append(out, s...)
	}
	for i := 0; i < len(name); {
		c := name[i]
		if c < utf8.RuneSelf {
			i++
			switch {
			case c-'a' < 26:
				letter(plainLetters[c-'a' : c-'a'+1])
			case c-'A' < 26:
				letter(plainLetters[c-'A' : c-'A'+1])
			case c-'0' < 10:
				letter(plainLetters[26+c-'0' : 27+c-'0'])
			case c == '&':
				blank = true
				letter("and")
				blank = true
			case c != '.':
				blank = true
			}
			continue
		}
		r, size := utf8.DecodeRune(name[i:])
		i += size
		switch {
		case unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cf, r):
		case spelled[r] != "":
			letter(spelled[r])
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if blank && len(out) > 0 {
				out = append(out, ' ')
			}
			blank = false
			out = utf8.AppendRune(out, unicode.ToLower(r))
		default:
			blank = true
		}
	}
	f.out = out
	if bytes.HasPrefix(out, []byte("st ")) { // Saint Lucia
		f.plain = append(append(f.plain[:0], "saint"...), out[2:]...)
		out = f.plain
	}
	return bytes.TrimPrefix(out, []byte("the "))
}

const plainLetters = "abcdefghijklmnopqrstuvwxyz0123456789"

// spelled are letters that NFKD does not take apart.
var spelled = map[rune]string{'ß': "ss", 'ẞ': "ss", 'æ': "ae", 'Æ': "ae", 'œ': "oe", 'Œ': "oe", 'ø': "o", 'Ø': "o",
	'ł': "l", 'Ł': "l", 'đ': "d", 'Đ': "d", 'ð': "d", 'Ð': "d", 'þ': "th", 'Þ': "th", 'ı': "i", 'ə': "a", 'Ə': "a"}
