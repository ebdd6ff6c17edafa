package suppress

import (
	"encoding/json"
	"slices"
	"time"
)

// about is what an index file says of its lists, in JSON.
type about struct {
	Lists    []ListInfo `json:"lists"`
	Removals []Removed  `json:"removals,omitempty"`
	Options  options    `json:"options"`
	Totals   totals     `json:"totals"`
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

func newAbout(lists []ListInfo, removals []Removed) *about {
	a := &about{Lists: slices.Clone(lists), Removals: slices.Clone(removals), Options: options{bitsPerEntry, bucketSize}}
	for i := range a.Lists {
		l := &a.Lists[i]
		l.AsOf = l.AsOf.UTC()
		a.Totals.Entries += l.Total()
		a.Totals.Duplicates += l.Duplicates
	}
	for i := range a.Removals {
		a.Removals[i].At = a.Removals[i].At.UTC()
	}
	return a
}

func (a *about) encode() ([]byte, error) { return json.Marshal(a) }

func decodeAbout(text []byte) (*about, error) {
	a := new(about)
	if err := json.Unmarshal(text, a); err != nil {
		return nil, damage("what it says of its lists cannot be read")
	}
	for i := range a.Lists {
		if l := &a.Lists[i]; int(l.ID) != i+1 || l.Class >= NumClasses {
			return nil, damage("what it says of list %d cannot be right", i+1)
		}
	}
	return a, nil
}
