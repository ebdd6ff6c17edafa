package domain

// Kinds of bytes in a cell, for trimming and cutting without building a set each time.
const (
	wrap    = 1 << iota // may stand around a value: white space, quotes, brackets, list marks
	bar                 // |
	ends                // ends a value anywhere
	comma               // ends a value before its path
	slash               // / and \, which people type for it
	query               // ? and #
	bracket             // [ and ]
	noise               // marks around words for nothing, #N/A! and n.a.
	star    = bar << 8  // *
)

var bytesKind = func() (t [256]uint16) {
	for kind, set := range map[uint16]string{
		wrap:    " \t\r\n\v\f\"'`<>(){},;",
		bar:     "|",
		ends:    " \t\r\n\v\f;|\"<>",
		comma:   ",",
		slash:   `/\`,
		query:   "?#",
		bracket: "[]",
		noise:   "#!.",
		star:    "*",
	} {
		for i := range len(set) {
			t[set[i]] |= kind
		}
	}
	return t
}()

func trimLeft(s []byte, kinds uint16) []byte {
	for len(s) > 0 && bytesKind[s[0]]&kinds != 0 {
		s = s[1:]
	}
	return s
}

func trim(s []byte, kinds uint16) []byte {
	s = trimLeft(s, kinds)
	for len(s) > 0 && bytesKind[s[len(s)-1]]&kinds != 0 {
		s = s[:len(s)-1]
	}
	return s
}
