package address

import (
	"bytes"
	"strings"
	"testing"

	"sluice/formats/column"
)

// cellsOf lays cells end to end, with spare bytes behind them.
func cellsOf(cells [][]byte, spare int) (v column.View) {
	for _, c := range cells {
		lo := uint32(len(v.Data))
		v.Data = append(v.Data, c...)
		v.Spans = append(v.Spans, column.Span{Lo: lo, Hi: lo + uint32(len(c))})
	}
	v.Data = append(v.Data, strings.Repeat("@", spare)...)
	return v
}

// checkColumn compares what AppendColumn makes of cells with what the long way does.
func checkColumn(t *testing.T, cells [][]byte) {
	t.Helper()
	for _, spare := range []int{0, maxPlain} {
		v := cellsOf(cells, spare)
		before := bytes.Clone(v.Data)
		ends, infos := make([]uint32, len(cells)+1), make([]Info, len(cells))
		var fast Parser
		slow := Parser{long: true}
		dst := fast.AppendColumn([]byte("before"), ends, infos, v)
		if ends[0] != 6 || int(ends[len(cells)]) != len(dst) || string(dst[:6]) != "before" {
			t.Fatalf("AppendColumn wrote from %d to %d of %d bytes behind %q", ends[0], ends[len(cells)], len(dst), dst[:6])
		}
		for i, c := range cells {
			want, info := slow.Append(nil, c)
			if got := dst[ends[i]:ends[i+1]]; !bytes.Equal(got, want) || infos[i] != info {
				t.Fatalf("AppendColumn: cell %d, %+q, is %+q, %+v; the long way %+q, %+v", i, c, got, infos[i], want, info)
			}
		}
		if !bytes.Equal(v.Data, before) {
			t.Fatal("AppendColumn changed its input")
		}
	}
}

// TestColumn puts every byte at every place of addresses of every length.
func TestColumn(t *testing.T) {
	for _, s := range []string{"ab@c.example", "a-c.d+e_f@W-x.y.io", "Jane_Doe@Widgets-Example.example.com",
		strings.Repeat("Jd.", 14) + "x@w.example.test.wor", strings.Repeat("jd_", 15) + "x@w.example.test.worl"} {
		for i := range len(s) {
			if raceEnabled && i%5 != 0 {
				continue // there is no concurrency to watch
			}
			var cells [][]byte
			for c := range 256 {
				b := []byte(s)
				b[i] = byte(c)
				cells = append(cells, b, b[i:], b[:i+1])
			}
			checkColumn(t, cells)
		}
	}
	if v := cellsOf([][]byte{[]byte(mails[0]), []byte(mails[3]), []byte(mails[4])}, maxPlain); cellsVector {
		if _, done := vectorColumn(nil, make([]uint32, 4), make([]Info, 3), v, 0, 3); done != 3 {
			t.Errorf("the vector kernel did %d of 3 plain cells", done)
		}
	}
	checkColumn(t, nil)
	checkColumn(t, [][]byte{nil, nil})
	var mixed [][]byte
	for i := range 3*vectorCells + 1 {
		mixed = append(mixed, []byte(mails[i%len(mails)]), []byte(strings.Repeat("a", i%130)+"@w.example"))
	}
	checkColumn(t, mixed)
}

func TestColumnAllocation(t *testing.T) {
	all, _ := cells()
	v := cellsOf(all, maxPlain)
	ends, infos := make([]uint32, len(all)+1), make([]Info, len(all))
	var p Parser
	dst := make([]byte, 0, 1<<16)
	if n := testing.AllocsPerRun(100, func() { p.AppendColumn(dst, ends, infos, v) }); n != 0 {
		t.Errorf("%v allocations, want none", n)
	}
}

// FuzzColumn takes a line for a cell.
func FuzzColumn(f *testing.F) {
	f.Add([]byte(strings.Join(mails, "\n")))
	f.Add([]byte("a@b.io\n\nJane+x@W.example\nren\xc3\xa9@w.example\na@b@c.example\n-a@b.example"))
	f.Fuzz(func(t *testing.T, text []byte) {
		checkColumn(t, bytes.Split(text, []byte("\n")))
	})
}

func BenchmarkAppendColumn(b *testing.B) {
	all, _ := cells()
	for _, bb := range []struct {
		name   string
		cells  [][]byte
		vector bool
	}{{"plain", all[:4], true}, {"plain-without-kernel", all[:4], false}, {"mix", all, true}, {"mix-without-kernel", all, false}} {
		b.Run(bb.name, func(b *testing.B) {
			defer func(was bool) { cellsVector = was }(cellsVector)
			cellsVector = cellsVector && bb.vector
			var many [][]byte
			for len(many) < 1000 {
				many = append(many, bb.cells...)
			}
			v := cellsOf(many, maxPlain)
			ends, infos := make([]uint32, len(many)+1), make([]Info, len(many))
			var p Parser
			var dst []byte
			b.ReportAllocs()
			for b.Loop() {
				dst = p.AppendColumn(dst[:0], ends, infos, v)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(many)), "ns/addr")
		})
	}
}
