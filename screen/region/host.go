package region

import (
	"bytes"
	"strings"
	"sync"
)

// domains is the territories by country-code top-level domain.
var domains = sync.OnceValue(func() map[string]Code {
	t := territories()
	m := map[string]Code{"uk": t.gb}
	for c, e := range t.all {
		if len(e.code) == 2 && e.code != "GB" {
			m[strings.ToLower(e.code)] = Code(c)
		}
	}
	eachLine("data/domains.txt", func(line string) {
		names, code, _ := strings.Cut(line, ": ")
		for name := range strings.FieldsSeq(names) {
			if code == "-" {
				delete(m, name)
			} else {
				m[name] = mustCode(t, code)
			}
		}
	})
	return m
})

// Domain returns the territory whose country-code domain a canonical host is under, or
// Unknown. Domains that are sold all over the world as if they were generic tell nothing.
// It is the weakest of clues: it tells where the company chose to be found.
func Domain(host []byte) Code {
	dot := bytes.LastIndexByte(host, '.')
	if dot < 0 {
		return Unknown
	}
	return domains()[string(host[dot+1:])]
}
