package region

import (
	"strings"
	"sync"
)

// longestPrefix is the most digits of a number that tell a territory.
const longestPrefix = 7

// prefixes is the territories by what international numbers start with.
var prefixes = sync.OnceValue(func() map[string]Code {
	t := territories()
	m := map[string]Code{}
	eachLine("data/prefixes.txt", func(line string) {
		code, list, _ := strings.Cut(line, ": ")
		for p := range strings.FieldsSeq(list) {
			m[p] = mustCode(t, code)
		}
	})
	return m
})

// Phone returns the territory of a telephone number in E.164 form, "+442079460000", or
// Unknown. It tells where the number was given out; whoever moved may have kept it.
func Phone(e164 []byte) Code {
	if len(e164) < 2 || e164[0] != '+' {
		return Unknown
	}
	digits := e164[1:]
	m := prefixes()
	for n := min(longestPrefix, len(digits)); n > 0; n-- {
		if c, ok := m[string(digits[:n])]; ok {
			return c
		}
	}
	return Unknown
}
