package screen

import (
	"sluice/screen/domain"
	"sluice/screen/suppress"
)

// hostFacts is what the tables and lists say about one host.
type hostFacts struct {
	domain.Facts
	hit suppress.Hit // in the first index
}

// facts finds out what is known about host, in canonical form.
func (s *Screener) facts(host []byte) hostFacts {
	f := hostFacts{Facts: s.tables.Facts(host)}
	if len(s.indexes) > 0 {
		f.hit = s.indexes[0].Domain(host)
	}
	return f
}
