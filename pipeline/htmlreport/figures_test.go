package htmlreport

import (
	"encoding/json"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"sluice/pipeline/manifest"
)

func TestShare(t *testing.T) {
	for _, test := range []struct {
		n, all int64
		want   string
	}{
		{0, 0, "–"}, {0, 10, "0.0 %"}, {10, 10, "100.0 %"}, {1, 3, "33.3 %"}, {2, 3, "66.7 %"}, {1, 1_000_000, "< 0.1 %"},
		{999_999, 1_000_000, "> 99.9 %"}, {11, 10, "–"}, {-1, 10, "–"}, {1<<53 - 1, 1<<53 - 1, "100.0 %"}, {1 << 62, 1<<63 - 1, "50.0 %"},
	} {
		if got := share(test.n, test.all); got != test.want {
			t.Errorf("share(%d, %d) = %q, want %q", test.n, test.all, got, test.want)
		}
	}
}

func TestSpan(t *testing.T) {
	for _, test := range []struct {
		d    time.Duration
		want string
	}{
		{0, "0 ms"}, {1500 * time.Millisecond, "1.5 s"}, {time.Minute, "1 min"}, {90 * time.Second, "1 min 30 s"}, {30 * time.Hour, "30 h"},
		{47*time.Hour + time.Minute, "47 h 1 min"}, {48 * time.Hour, "2 days"}, {75 * time.Hour, "3 days 3 h"}, {-time.Hour, "−1 h"},
	} {
		if got := span(test.d); got != test.want {
			t.Errorf("span(%v) = %q, want %q", test.d, got, test.want)
		}
	}
}

func TestScaleReachesTheTop(t *testing.T) {
	for _, top := range []int64{0, 1, 2, 3, 4, 9, 10, 11, 99, 1234, 999_999, 1<<53 - 1} {
		c := &chart{}
		if full := c.scale(top); full < float64(top) || len(c.Scale) < 2 || len(c.Scale) > 6 {
			t.Errorf("scale(%d) reaches to %v with %d labels", top, full, len(c.Scale))
		}
		for i := 1; i < len(c.Scale); i++ {
			if c.Scale[i].Text == c.Scale[i-1].Text {
				t.Errorf("scale(%d) has the label %s twice", top, c.Scale[i].Text)
			}
		}
	}
}

// TestChartsStayInTheirFrame draws random chains and wants no bar outside of its chart.
func TestChartsStayInTheirFrame(t *testing.T) {
	for seed := range uint64(200) {
		chance := rand.New(rand.NewPCG(seed, 0))
		s := &series{}
		for i := range 1 + chance.IntN(120) {
			p := &manifest.Predicate{Accounting: manifest.Accounting{Kept: chance.Int64N(1 << 40), Quarantined: chance.Int64N(3), Rejected: chance.Int64N(1 << chance.IntN(53)), Sealed: chance.Int64N(2)}}
			p.Lists = []manifest.List{{Name: "a", Entries: chance.Int64N(1 << chance.IntN(53))}}
			if chance.IntN(3) == 0 {
				p.Rescreen = &manifest.Rescreen{}
			}
			if chance.IntN(5) == 0 {
				s.Slots = append(s.Slots, slot{hint: "late"})
			}
			n := &night{Report: &manifest.Report{}, P: p, Finished: evening.AddDate(0, 0, i)}
			s.Nights, s.Slots = append(s.Nights, n), append(s.Slots, slot{night: n})
		}
		charts := s.rows("x")
		for _, l := range s.lists("x") {
			charts = append(charts, l.Chart)
		}
		for _, c := range charts {
			for _, b := range append(c.Bars, c.Hints...) {
				x, y, w, h := number(t, b.X), number(t, b.Y), number(t, b.W), number(t, b.H)
				if x < 0 || w < 0 || x+w > 100.001 || y < 0 || h < 0 || y+h > float64(c.Height)+0.001 {
					t.Errorf("seed %d, %s: bar %+v is outside", seed, c.ID, b)
				}
			}
			for _, d := range c.Dots {
				if y := number(t, d.Y); y < 0 || y > float64(c.Height) {
					t.Errorf("seed %d, %s: dot %+v is outside", seed, c.ID, d)
				}
			}
		}
	}
}

func number(t *testing.T, s string) float64 {
	t.Helper()
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func FuzzFlatten(f *testing.F) {
	f.Add([]byte(`{"a":{"b":[1,{"c":null},[2]]},"d":"","e":[]}`))
	f.Add([]byte(`{"a":`))
	f.Fuzz(func(t *testing.T, data []byte) {
		rows := flatten(data)
		if len(rows) > len(data) {
			t.Errorf("%d settings in %d bytes", len(rows), len(data))
		}
	})
}

func TestFlatten(t *testing.T) {
	got := flatten(json.RawMessage(`{"on": true, "limits": {"errors": "1%"}, "lists": [{"path": "a"}, {"path": "b"}], "forms": ["x", "y"], "none": [], "text": ""}`))
	want := []settingRow{{"on", "yes"}, {"limits.errors", "1%"}, {"lists[1].path", "a"}, {"lists[2].path", "b"}, {"forms", "x, y"}, {"none", "none"}, {"text", "(empty)"}}
	if len(got) != len(want) {
		t.Fatalf("got %v", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("setting %d: got %v, want %v", i, got[i], want[i])
		}
	}
}
