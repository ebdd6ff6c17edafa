package suppress

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	view "sluice/formats/column"
)

// table is a list as columns, some rows at a time.
type table struct {
	names []string
	rows  [][]string
	step  int
	at    int
	asked [][]int
	fail  error
}

func (t *table) Names() []string { return t.names }

func (t *table) Next(cols []int) ([]view.View, error) {
	t.asked = append(t.asked, slices.Clone(cols))
	if t.at == len(t.rows) {
		if t.fail != nil {
			return nil, t.fail
		}
		return nil, io.EOF
	}
	end := min(t.at+t.step, len(t.rows))
	var views []view.View
	for _, c := range cols {
		var v view.View
		for _, row := range t.rows[t.at:end] {
			lo := uint32(len(v.Data))
			v.Data = append(v.Data, row[c]...)
			v.Spans = append(v.Spans, view.Span{Lo: lo, Hi: uint32(len(v.Data))})
		}
		views = append(views, v)
	}
	t.at = end
	return views, nil
}

func (t *table) Source() ColumnsSource {
	return ColumnsSource{Format: "parquet", Compression: "none", Bytes: 77, SHA256: "abc", Modified: clock}
}

func addTable(tab *table, spec ListSpec) (*Index, ListInfo, error) {
	b := Builder{Workers: 3}
	spec.Path = "l.parquet"
	info, err := b.AddColumns(context.Background(), spec, tab)
	if err != nil {
		return nil, info, err
	}
	x, err := b.Build()
	return x, info, err
}

func TestColumns(t *testing.T) {
	rows := [][]string{{"1", "jane@widgets.example", "x", "widgets.example"}, {"2", "", "y", "gadgets.example"}, {"3", june, "", ""}, {"4", "", "", ""}}
	for _, step := range []int{1, 2, 10} {
		tab := &table{names: []string{"id", "E-Mail", "note", "domain"}, rows: rows, step: step}
		x, info, err := addTable(tab, ListSpec{})
		if err != nil {
			t.Fatal(err)
		}
		for _, who := range []string{jane, june, "@gadgets.example"} {
			if !found(x, who) {
				t.Errorf("%s not found", who)
			}
		}
		if found(x, "@widgets.example") {
			t.Error("a person's domain found")
		}
		want := Layout{Format: "parquet", Compression: "none", Encoding: "utf-8", Header: true, Columns: []string{"E-Mail", "domain"}}
		if diff := cmp.Diff(want, info.Layout); diff != "" || info.Lines != 4 || info.Blanks != 1 || info.SHA256 != "abc" || info.AsOfSource != "modified" {
			t.Errorf("%+v\n%s", info, diff)
		}
		if !slices.Equal(tab.asked[0], []int{1, 3}) {
			t.Errorf("asked for columns %v", tab.asked[0])
		}
	}
}

func TestColumnsByLooking(t *testing.T) {
	var rows [][]string
	for i := range 500 {
		rows = append(rows, []string{"x", fmt.Sprintf("%x", AddressKey(fmt.Appendf(nil, "jane%d@widgets.example", i)))})
	}
	tab := &table{names: []string{"a", "b"}, rows: rows, step: 210}
	x, info, err := addTable(tab, ListSpec{Class: Erasure, Canaries: []Key{AddressKey([]byte("jane77@widgets.example"))}})
	if err != nil {
		t.Fatal(err)
	}
	if keys, _ := x.Len(); keys != 500 || !slices.Equal(info.Layout.Columns, []string{"b"}) || info.Canaries != 1 {
		t.Errorf("%d keys: %+v", keys, info)
	}
	if !slices.Equal(tab.asked[0], []int{0, 1}) || !slices.Equal(tab.asked[1], []int{1}) {
		t.Errorf("asked for columns %v", tab.asked)
	}
}

func TestColumnsRefused(t *testing.T) {
	broken := errors.New("page 3 is damaged")
	for _, c := range []struct {
		tab  *table
		spec ListSpec
		code Code
		want string
	}{
		{&table{names: []string{"email"}, rows: [][]string{{jane}, {"who knows"}}, step: 9}, ListSpec{Class: Erasure}, BadLines,
			"l.parquet:2: list l.parquet (erasure): the line is neither"},
		{&table{names: []string{"email"}, step: 9}, ListSpec{}, NoEntries, "l.parquet: list l.parquet (opt_out): has no entry"},
		{&table{names: []string{"a"}, rows: [][]string{{"who"}, {"knows"}}, step: 1}, ListSpec{}, BadLines, "l.parquet:1: list l.parquet (opt_out): 2 of 2 lines"},
		{&table{names: []string{"email"}, rows: [][]string{{jane}}, step: 9, fail: broken}, ListSpec{}, Unreadable,
			"l.parquet: list l.parquet (opt_out): cannot be read: page 3 is damaged"},
		{&table{names: []string{"email"}, rows: [][]string{{jane}}, step: 9}, ListSpec{Previous: 5}, Shrunk, "l.parquet: list l.parquet (opt_out): has 1 entries"},
		{&table{names: []string{"email"}, rows: [][]string{{jane}}, step: 9}, ListSpec{Canaries: []Key{{1}}}, Canary, "l.parquet: list l.parquet (opt_out): the canary"},
	} {
		_, _, err := addTable(c.tab, c.spec)
		var e *ListError
		if !errors.As(err, &e) || e.Code != c.code || !strings.HasPrefix(e.Error(), c.want) {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}
