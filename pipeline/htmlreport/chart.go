package htmlreport

import (
	"fmt"
	"math"
)

// A chart is an SVG drawing. Across, it is laid out in per cent of its width, so that it
// fits any screen while its text keeps its size; down, in CSS pixels.
type chart struct {
	ID          string // unique on the page
	Title, Desc string // what it shows, and what is to be seen, in words
	Height      int
	Scale       []mark // labels of the axis on the left, drawn in a column of their own
	Grid        []mark // horizontal lines
	Bars        []bar
	Lines       []line
	Dots        []dot
	Labels      []label
	Hints       []bar // invisible, with a text for whoever points at them

	above, below int // pixels above and below the field of the chart
}

// A bar is a rectangle of a class. X and W are per cent, Y and H pixels.
type bar struct {
	Class, X, Y, W, H string
	Hint              string
}

// A line is a straight one.
type line struct{ X1, Y1, X2, Y2 string }

// A dot is the mark at one value.
type dot struct{ Class, X, Y string }

// A mark is a line of the grid or a label of the scale at Y.
type mark struct{ Y, Text string }

// A label is text in the drawing; Anchor is start, middle or end.
type label struct{ Class, X, Y, Anchor, Text string }

// layer is one figure of each night, drawn in its class.
type layer struct {
	class string
	value func(*night) int64
}

const (
	plotTop    = 18 // pixels above the topmost line, for marks
	plotHeight = 150
	plotFoot   = 24 // for the labels below

	// crowd is how many slots leave no room for gaps between bars, or for dots.
	crowd = 90
)

// stack draws the layers of each slot on one another, the first at the bottom.
func stack(id, title, desc string, slots []slot, layers []layer) *chart {
	c := &chart{ID: id, Title: title, Desc: desc, Height: plotTop + plotHeight + plotFoot, above: plotTop, below: plotFoot}
	top := int64(0)
	for i := range slots {
		sum := int64(0)
		for _, l := range layers {
			if n := slots[i].night; n != nil {
				sum += l.value(n)
			}
		}
		top = max(top, sum)
	}
	full := c.scale(top)
	each := 100 / float64(len(slots))
	for i := range slots {
		s, x := &slots[i], float64(i)*each
		if s.night == nil {
			c.hole(s, x, each)
			continue
		}
		y := float64(plotTop + plotHeight)
		for _, l := range layers {
			h := plotHeight * float64(l.value(s.night)) / full
			if h <= 0 {
				continue
			}
			y -= h
			left, wide := x+each*0.12, each*0.76
			if len(slots) > crowd {
				left, wide = x, min(each+0.05, 100-x) // a field, without seams
			}
			c.Bars = append(c.Bars, bar{Class: l.class, X: coordinate(left), W: coordinate(wide), Y: coordinate(y), H: coordinate(h)})
		}
		c.mark(s.night, coordinate(x+each/2))
		c.hint(s.Hint(), x, each)
	}
	c.foot(slots, each)
	return c
}

// course draws one figure of each night as a line that breaks where nothing is known. A
// small one has no labels, and goes into a table.
func course(id, title, desc string, slots []slot, small bool, value func(*night) (n int64, marked, ok bool)) *chart {
	above, height, below := plotTop, 84, plotFoot
	if small {
		above, height, below = 5, 26, 5
	}
	c := &chart{ID: id, Title: title, Desc: desc, Height: above + height + below, above: above, below: below}
	low, high, any := int64(math.MaxInt64), int64(0), false
	for i := range slots {
		if slots[i].night == nil {
			continue
		}
		if n, _, ok := value(slots[i].night); ok {
			low, high, any = min(low, n), max(high, n), true
		}
	}
	if !any {
		low = 0
	}
	if high == low { // a flat line stands in the middle
		low, high = low-1, high+1
	}
	at := func(n int64) float64 {
		return float64(above) + float64(height)*(1-float64(n-low)/float64(high-low))
	}
	c.Grid = []mark{{Y: coordinate(float64(above + height))}}
	each := 100 / float64(len(slots))
	lastX, lastY, open := "", "", false
	for i := range slots {
		x := float64(i) * each
		if slots[i].night == nil {
			c.hole(&slots[i], x, each)
			open = false
			continue
		}
		n, marked, ok := value(slots[i].night)
		if !ok {
			open = false
			continue
		}
		px, py := coordinate(x+each/2), coordinate(at(n))
		if open {
			c.Lines = append(c.Lines, line{lastX, lastY, px, py})
		}
		class := "point"
		if marked {
			class = "flagged"
			c.Labels = append(c.Labels, label{"flagged", px, "12", "middle", "▲"})
		}
		if len(slots) <= crowd && !small || marked {
			c.Dots = append(c.Dots, dot{class, px, py})
		}
		c.hint(fmt.Sprintf("%s: %s", minute(slots[i].night.Finished), grouped(n)), x, each)
		lastX, lastY, open = px, py, true
	}
	if !small {
		c.foot(slots, each)
	}
	return c
}

// scale draws lines at round figures up to one that is at least top, and returns that.
func (c *chart) scale(top int64) float64 {
	step := round(float64(max(top, 1)) / 3)
	n := int(math.Ceil(float64(max(top, 1)) / step))
	full := step * float64(n)
	for i := 0; i <= n; i++ {
		y := coordinate(plotTop + plotHeight*(1-float64(i)/float64(n)))
		c.Grid = append(c.Grid, mark{Y: y})
		c.Scale = append(c.Scale, mark{y, short(int64(step * float64(i)))})
	}
	return full
}

// round returns the smallest of 1, 2 or 5 times a power of ten that is at least f, and
// at least one, since rows are whole.
func round(f float64) float64 {
	p := math.Pow(10, math.Floor(math.Log10(f)))
	for _, m := range []float64{1, 2, 5, 10} {
		if m*p >= f {
			return max(1, m*p)
		}
	}
	return max(1, 10*p)
}

// short writes a figure for a scale: 20k, 1.5M.
func short(n int64) string {
	for _, u := range []struct {
		of   int64
		name string
	}{{1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e3, "k"}} {
		if n >= u.of {
			return coordinate(math.Round(float64(n)/float64(u.of)*10)/10) + u.name
		}
	}
	return fmt.Sprint(n)
}

// hole draws a slot without a run: what should be there is missing, or came late.
func (c *chart) hole(s *slot, x, w float64) {
	c.Bars = append(c.Bars, bar{Class: "hole", X: coordinate(x), Y: fmt.Sprint(c.above), W: coordinate(w), H: fmt.Sprint(c.Height - c.above - c.below)})
	if c.above >= plotTop {
		c.Labels = append(c.Labels, label{"hole-mark", coordinate(x + w/2), "13", "middle", "!"})
	}
	c.hint(s.Hint(), x, w)
}

// mark marks a night above its bar: what is not as recorded goes before overrides.
func (c *chart) mark(n *night, x string) {
	switch {
	case n.Altered():
		c.Labels = append(c.Labels, label{"altered", x, "13", "middle", "✕"})
	case n.Marked():
		c.Labels = append(c.Labels, label{"flagged", x, "13", "middle", "▲"})
	}
}

func (c *chart) hint(text string, x, w float64) {
	c.Hints = append(c.Hints, bar{Class: "hint", X: coordinate(x), Y: "0", W: coordinate(w), H: fmt.Sprint(c.Height - c.below), Hint: text})
}

// foot labels the slots below: the first, the last, and one between.
func (c *chart) foot(slots []slot, each float64) {
	y := fmt.Sprint(c.Height - c.below + 17)
	var at []int
	for i := range slots {
		if slots[i].night != nil {
			at = append(at, i)
		}
	}
	if len(at) == 0 {
		return
	}
	first, last := at[0], at[len(at)-1]
	named := func(i int) string {
		if slots[first].night.Finished.Year() != slots[last].night.Finished.Year() {
			return day(slots[i].night.Finished)
		}
		return slots[i].night.Finished.UTC().Format("2 Jan")
	}
	c.Labels = append(c.Labels, label{"day", coordinate(float64(first) * each), y, "start", named(first)})
	if last == first {
		return
	}
	c.Labels = append(c.Labels, label{"day", coordinate(float64(last+1) * each), y, "end", named(last)})
	if len(at) >= 7 {
		mid := at[len(at)/2]
		c.Labels = append(c.Labels, label{"day", coordinate((float64(mid) + .5) * each), y, "middle", named(mid)})
	}
}

// funnel draws what became of the rows of a run, each verdict beginning where the one
// above ended. Its text stands in the drawing, one line above each bar.
func funnel(id string, steps []step, read int64) *chart {
	const each, high = 46, 14
	c := &chart{ID: id, Title: "What became of the rows that were read", Height: each * len(steps)}
	used := int64(0) // rows that are left of the bar, from the right
	for i, s := range steps {
		width := 0.0
		if read > 0 {
			width = 100 * float64(s.Rows) / float64(read)
		}
		x := 0.0
		if !s.Whole && read > 0 {
			used += s.Rows
			x = 100 * float64(read-used) / float64(read)
		}
		if s.Rows > 0 {
			width = max(width, 0.4) // so that a single row of a million can be seen
		}
		x = min(max(x, 0), 100-width)
		y := i*each + 24
		c.Bars = append(c.Bars, bar{Class: "rail", X: "0", Y: fmt.Sprint(y), W: "100", H: fmt.Sprint(high)},
			bar{Class: s.Class, X: coordinate(x), Y: fmt.Sprint(y), W: coordinate(width), H: fmt.Sprint(high)})
		c.Labels = append(c.Labels, label{"name", "0", fmt.Sprint(y - 7), "start", s.Name},
			label{"figure", "100", fmt.Sprint(y - 7), "end", grouped(s.Rows) + "   " + share(s.Rows, read)})
		if c.Desc != "" {
			c.Desc += ", "
		}
		c.Desc += fmt.Sprintf("%s %s", s.Name, grouped(s.Rows))
	}
	c.Desc += "."
	return c
}

// A step is a bar of the funnel.
type step struct {
	Class, Name string
	Rows        int64
	Whole       bool // begins at the left: what was read, and what was kept
}
