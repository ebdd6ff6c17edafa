package suppress

import (
	"encoding/json"
	"slices"
	"time"
)

// about is what an index file says of its lists, in JSON.
type about struct {
	Lists    []storedList `json:"lists"`
	Removals []Removed    `json:"removals,omitempty"`
	Options  options      `json:"options"`
	Totals   totals       `json:"totals"`
}

// options are the choices that an index was built with.
type options struct {
	FilterBitsPerKey int `json:"filter_bits_per_key"` // of the filter's size
	BucketSize       int `json:"bucket_size"`         // keys in a bucket of the prefix table, on average
}

// totals add up the lists.
type totals struct {
	Entries    int64 `json:"entries"` // repeats included
	Duplicates int64 `json:"duplicates"`
}

// A Removed is a change that took entries out of an index file. It says how many, never
// which.
type Removed struct {
	At      time.Time        `json:"at,omitzero"`      // as given
	Reason  string           `json:"reason"`           // as given
	Forced  bool             `json:"forced,omitempty"` // entries of sealed lists too
	Keys    int64            `json:"keys"`             // that were taken off at least one list
	Domains int64            `json:"domains"`          // likewise
	Kept    int64            `json:"kept"`             // keys and domains that sealed lists did not give up
	Lists   map[ListID]int64 `json:"lists,omitempty"`  // how many entries each list lost
}

// A storedList is a ListInfo with names for the numbers that only this program knows.
type storedList struct {
	*ListInfo
	Class      string           `json:"class"`
	Entries    map[string]int64 `json:"entries"` // by kind
	Algorithms []string         `json:"algorithms,omitempty"`
	MaxAge     string           `json:"max_age,omitempty"`
}

func stored(l ListInfo) storedList {
	l.AsOf = l.AsOf.UTC()
	l.Sources = slices.Clone(l.Sources)
	for i := range l.Sources {
		l.Sources[i].AsOf = l.Sources[i].AsOf.UTC()
	}
	s := storedList{ListInfo: &l, Class: l.Class.String(), Entries: map[string]int64{}}
	for k, n := range l.Entries {
		if n > 0 {
			s.Entries[Kind(k).String()] = n
		}
	}
	for _, a := range l.Algorithms.List() {
		s.Algorithms = append(s.Algorithms, a.String())
	}
	if l.MaxAge > 0 {
		s.MaxAge = l.MaxAge.String()
	}
	return s
}

// info returns the list, or an error if it says what this program does not know.
func (s *storedList) info(id int) (ListInfo, error) {
	if s.ListInfo == nil {
		s.ListInfo = new(ListInfo)
	}
	l := *s.ListInfo
	wrong := damage("what it says of list %d cannot be right", id)
	if int(l.ID) != id {
		return l, wrong
	}
	var err error
	if l.Class, err = ParseClass(s.Class); err != nil {
		return l, wrong
	}
	for k := range NumKinds {
		l.Entries[k] = s.Entries[k.String()]
		delete(s.Entries, k.String())
	}
	for _, name := range s.Algorithms {
		a, ok := ParseAlgorithm(name)
		if !ok {
			return l, wrong
		}
		l.Algorithms = l.Algorithms.With(a)
	}
	if s.MaxAge != "" {
		if l.MaxAge, err = time.ParseDuration(s.MaxAge); err != nil {
			return l, wrong
		}
	}
	if len(s.Entries) > 0 {
		return l, wrong
	}
	return l, nil
}

func newAbout(lists []ListInfo, removals []Removed) *about {
	a := &about{Removals: slices.Clone(removals), Options: options{bitsPerEntry, bucketSize}}
	for i := range lists {
		a.Lists = append(a.Lists, stored(lists[i]))
		a.Totals.Entries += lists[i].Total()
		a.Totals.Duplicates += lists[i].Duplicates
	}
	for i := range a.Removals {
		a.Removals[i].At = a.Removals[i].At.UTC()
	}
	return a
}

func (a *about) encode() ([]byte, error) { return json.Marshal(a) }

// decodeAbout returns the lists and what was removed from them.
func decodeAbout(text []byte) ([]ListInfo, []Removed, error) {
	var a about
	if err := json.Unmarshal(text, &a); err != nil {
		return nil, nil, damage("what it says of its lists cannot be read")
	}
	lists := make([]ListInfo, len(a.Lists))
	for i := range lists {
		var err error
		if lists[i], err = a.Lists[i].info(i + 1); err != nil {
			return nil, nil, err
		}
	}
	return lists, a.Removals, nil
}
