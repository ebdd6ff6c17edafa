package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"sluice/screen/suppress"
)

// An infoReport is what lists info says of an index, or of lists compiled for it.
type infoReport struct {
	indexReport
	Classes  map[string]int64 `json:"classes"` // distinct entries of the lists of each class
	Filter   filterReport     `json:"filter"`
	Overlap  []overlapReport  `json:"overlap"`
	Removals []removedReport  `json:"removals,omitempty"`
}

// A filterReport is the Bloom filter and how many foreign keys it lets pass, in parts of
// a million: as it was built for, and as measured.
type filterReport struct {
	Bytes       int64 `json:"bytes"`
	Hashes      uint  `json:"hashes"`
	SetPPM      int64 `json:"set_ppm"`
	MeasuredPPM int64 `json:"measured_ppm"`
	Tried       int64 `json:"tried"`
}

// An overlapReport is how many entries are on two lists.
type overlapReport struct {
	A       string `json:"a"`
	B       string `json:"b"`
	Entries int64  `json:"entries"`
}

func (p *program) listsInfo() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "info INDEX|[CLASS=]LIST...",
		Short: "say what is in an index, or in lists",
		Long: `info says of each index, and of the lists given as text together, what lists it has,
of which class, age and size, how many entries they share, and how many foreign
addresses its filter lets pass, as built and as measured. No entry is shown.`,
		Example: `  sluice lists info lists.idx`,
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var text []suppress.ListSpec
			var indexes []string
			for _, arg := range args {
				a, err := parseListArg(arg, "sluice lists info")
				if err != nil {
					return err
				}
				if a.index {
					indexes = append(indexes, a.path)
				} else {
					text = append(text, suppress.ListSpec{Path: a.path, Class: a.class, Now: time.Now()})
				}
			}
			var reports []infoReport
			tell := func(x *suppress.Index) error {
				r, err := infoOf(x)
				if err == nil {
					reports = append(reports, r)
				}
				return err
			}
			if len(text) > 0 {
				x, err := compile(cmd.Context(), text)
				if err == nil {
					err = tell(x)
				}
				if err != nil {
					return ofList(err)
				}
			}
			for _, path := range indexes {
				x, err := openIndex(path)
				if err == nil {
					err = errors.Join(tell(x), x.Close())
				}
				if err != nil {
					return ofList(err)
				}
			}
			for i, r := range reports {
				if asJSON {
					if err := p.printJSON(r); err != nil {
						return err
					}
					continue
				}
				if i > 0 {
					fmt.Fprintln(p.stdout)
				}
				if err := r.show(p.stdout); err != nil {
					return err
				}
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object for each index, and one for the lists")
	return cmd
}

// infoOf looks into an index.
func infoOf(x *suppress.Index) (r infoReport, err error) {
	defer func() {
		if p := recover(); p != nil {
			damaged, ok := p.(*suppress.ListError)
			if !ok {
				panic(p)
			}
			err = &indexError{damaged}
		}
	}()
	keys, domains := x.Len()
	r.indexReport = indexReport{Index: x.Path(), Bytes: x.Size(), SHA256: x.Digest(), Entries: int64(keys + domains), Lists: reportsOf(x.Lists())}
	r.Classes = map[string]int64{}
	for _, l := range r.Lists {
		r.Classes[l.Class] += l.Entries
	}
	r.Filter = filterOf(x)
	r.Overlap = []overlapReport{}
	for _, o := range x.Overlaps() {
		r.Overlap = append(r.Overlap, overlapReport{x.Lists()[o.A-1].Name, x.Lists()[o.B-1].Name, o.Entries})
	}
	for _, removed := range x.Removals() {
		r.Removals = append(r.Removals, removedOf(&removed))
	}
	return r, nil
}

// filterOf measures the filter with keys that are on no list: random ones, the same
// every time.
func filterOf(x *suppress.Index) (r filterReport) {
	f := x.Filter()
	if f == nil {
		return r
	}
	r.Bytes, r.Hashes = int64(f.Cap()/8), f.K()
	r.SetPPM = int64(x.FilterRate()*1_000_000 + 0.5)
	random := rand.New(rand.NewPCG(1, 2))
	keys := make([]suppress.Key, 1<<12)
	hits := make([]suppress.Hit, len(keys))
	var st suppress.Stats
	for range 1 << 6 {
		for i := range keys {
			binary.LittleEndian.PutUint64(keys[i][:], random.Uint64())
			binary.LittleEndian.PutUint64(keys[i][8:], random.Uint64())
			binary.LittleEndian.PutUint32(keys[i][16:], random.Uint32())
		}
		x.LookupBatch(keys, hits, &st)
	}
	r.Tried = st.Lookups
	r.MeasuredPPM = st.FalsePositives * 1_000_000 / st.Lookups
	return r
}

func (r *infoReport) show(w io.Writer) error {
	if r.Index != "" {
		fmt.Fprintf(w, "%s: %s entries of %d lists in %s bytes, digest %s\n", printableText(r.Index), thousands(r.Entries), len(r.Lists), thousands(r.Bytes), r.SHA256)
	} else {
		fmt.Fprintf(w, "%s entries of %d lists\n", thousands(r.Entries), len(r.Lists))
	}
	if err := showLists(w, r.Lists, time.Now()); err != nil {
		return err
	}
	if f := r.Filter; f.Tried > 0 {
		fmt.Fprintf(w, "filter: %s bytes; lets pass %s of what is on no list, built for %s\n", thousands(f.Bytes), percent(f.MeasuredPPM), percent(f.SetPPM))
	}
	if len(r.Overlap) > 0 {
		t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		for _, o := range r.Overlap {
			fmt.Fprintf(t, "on both\t%s\t%s\t%s\n", printableText(o.A), printableText(o.B), thousands(o.Entries))
		}
		if err := t.Flush(); err != nil {
			return err
		}
	}
	for _, x := range r.Removals {
		forced := ""
		if x.Forced {
			forced = ", by force"
		}
		if _, err := fmt.Fprintf(w, "taken off %s: %s entries, %s domains%s; reason given: %s\n", x.At, thousands(x.Entries), thousands(x.Domains), forced, printableText(x.Reason)); err != nil {
			return err
		}
	}
	return nil
}

// percent writes parts of a million as a share.
func percent(ppm int64) string { return fmt.Sprintf("%d.%03d %%", ppm/10_000, ppm%10_000/10) }
