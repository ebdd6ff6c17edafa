package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"sluice/screen/pii"
)

// An answer is one column, its label and the tag it got.
type answer struct {
	table string
	labelled
	got pii.Column
}

// A score is the answers for a set of tables.
type score struct{ answers []answer }

func scoreTables(tables []table, rows int) (*score, error) {
	var s score
	for _, t := range tables {
		if rows == 0 && strings.Contains(t.about, "nohead") {
			continue // neither header nor values
		}
		sample, err := t.sample(rows)
		if err != nil {
			return nil, err
		}
		for i, got := range pii.Classify(t.headers(), sample, pii.Options{}) {
			s.answers = append(s.answers, answer{t.name, t.columns[i], got})
		}
	}
	return &s, nil
}

// f1 is the mean over the tags that are labels of the harmonic mean of precision and
// recall. An accepted tag counts as the label's, unless strict.
func (s *score) f1(strict bool) (macro float64, each map[pii.Tag]float64) {
	var hit, said, meant [pii.NumTags]float64
	for _, a := range s.answers {
		want, got := a.tags[0], a.got.Tag
		if !strict && a.accepts(got) {
			got = want
		}
		meant[want]++
		said[got]++
		if got == want {
			hit[want]++
		}
	}
	each = make(map[pii.Tag]float64)
	for t := range pii.NumTags {
		if meant[t] > 0 {
			each[t] = 2 * hit[t] / (said[t] + meant[t])
			macro += each[t]
		}
	}
	return macro / float64(len(each)), each
}

// share is the part of the columns that count for which ok holds.
func (s *score) share(counts, ok func(*answer) bool) (hit, of int) {
	for i := range s.answers {
		if a := &s.answers[i]; counts(a) {
			of++
			if ok(a) {
				hit++
			}
		}
	}
	return hit, of
}

func highRisk(t pii.Tag) bool {
	return t.Facts().Class == pii.HighRisk || t.Facts().Class == pii.Special
}

// A figure is a part of the columns that count for it.
type figure struct {
	name    string
	hit, of int
}

// figures are those of the bar but F1.
func (s *score) figures() []figure {
	anyPersonal := func(a *answer) bool { return slices.ContainsFunc(a.tags, pii.Tag.Personal) }
	var out []figure
	add := func(name string, counts, ok func(*answer) bool) {
		hit, of := s.share(counts, ok)
		out = append(out, figure{name, hit, of})
	}
	add("personal precision", func(a *answer) bool { return a.got.Tag.Personal() }, anyPersonal)
	add("personal recall", func(a *answer) bool { return a.tags[0].Personal() },
		func(a *answer) bool { return a.got.Tag.Personal() || a.accepts(a.got.Tag) })
	add("high-risk recall", func(a *answer) bool { return highRisk(a.tags[0]) }, func(a *answer) bool { return a.accepts(a.got.Tag) })
	add("traps", func(a *answer) bool { return a.trap }, func(a *answer) bool { return a.accepts(a.got.Tag) })
	return out
}

// summary is the figures of the bar in one line.
func (s *score) summary() string {
	loose, _ := s.f1(false)
	strict, _ := s.f1(true)
	parts := []string{fmt.Sprintf("%d columns, macro-F1 %.3f, strict %.3f", len(s.answers), loose, strict)}
	for _, f := range s.figures() {
		if f.of > 0 {
			parts = append(parts, fmt.Sprintf("%s %.3f (%d of %d)", f.name, float64(f.hit)/float64(f.of), f.hit, f.of))
		}
	}
	return strings.Join(parts, ", ")
}

// confusion prints, per tag, its figures and what it was taken for.
func (s *score) confusion(w io.Writer) {
	_, each := s.f1(false)
	fmt.Fprintf(w, "| tag | columns | F1 | taken for |\n| --- | --- | --- | --- |\n")
	for t := range pii.NumTags {
		f, ok := each[t]
		if !ok {
			continue
		}
		n, as := 0, make(map[pii.Tag]int)
		for _, a := range s.answers {
			if a.tags[0] == t {
				n++
				if !a.accepts(a.got.Tag) {
					as[a.got.Tag]++
				}
			}
		}
		var wrong []string
		for g := range pii.NumTags {
			if as[g] > 0 {
				wrong = append(wrong, fmt.Sprintf("%s %d", g, as[g]))
			}
		}
		fmt.Fprintf(w, "| %s | %d | %.2f | %s |\n", t, n, f, strings.Join(wrong, ", "))
	}
}

// wrong lists the columns with a tag that is not accepted.
func (s *score) wrong(w io.Writer) {
	var lines []string
	for _, a := range s.answers {
		if !a.accepts(a.got.Tag) {
			lines = append(lines, fmt.Sprintf("%-24s %-34s want %-22s got %-22s %s", a.table, a.header, a.tags[0], a.got.Tag, strings.Join(a.got.Evidence, "; ")))
		}
	}
	slices.SortStableFunc(lines, cmp.Compare[string])
	for _, l := range lines {
		fmt.Fprintln(w, l)
	}
}
