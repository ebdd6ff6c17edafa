package main

import (
	"errors"
	"fmt"

	"sluice/formats/anyio"
	"sluice/formats/column"
	"sluice/screen"
	"sluice/screen/age"
)

// headRows is how many rows at the head of a list tell how it is written and what its
// columns hold, because a run judges and writes its first row before it reads the last.
const headRows = 2000

// layouts finds out how the two columns of dates are written, from the head of the list,
// where the policy does not say.
func (l *listing) layouts(gates *screen.Gates, source *anyio.Source, roles map[screen.Role][]int) error {
	for role, set := range map[screen.Role]func(*screen.File, age.Layout){
		screen.Collected: func(f *screen.File, a age.Layout) { f.CollectedLayout = a },
		screen.Inactive:  func(f *screen.File, a age.Layout) { f.InactiveLayout = a },
	} {
		if gates == nil || len(roles[role]) == 0 || l.policy.DateFormats[role.String()] != "" {
			continue
		}
		col := roles[role][0]
		name := source.Schema().Fields[col].Name
		sample, err := head(source, col)
		if err != nil {
			return err
		}
		layout, err := age.Detect(name, sample)
		if err == nil && layout.Order != age.Undecided && len(source.Infos()) > 1 {
			err = &age.LayoutError{Column: name, What: "its dates can be read in two ways, and each input may mean another one",
				Hint: "say how they are written with date_formats in the policy, or screen the inputs one by one"}
		}
		var unclear *age.LayoutError
		if errors.As(err, &unclear) {
			return &failure{exit: exitInput, code: "date_format", err: fmt.Errorf("%s: %w", source.Infos()[0].Name, err), hint: unclear.Hint}
		}
		if err != nil {
			return err
		}
		set(&gates.Others, layout)
		for name, f := range gates.Files {
			set(&f, layout)
			gates.Files[name] = f
		}
	}
	return nil
}

// head returns the cells of a column at the head of the list.
func head(source *anyio.Source, col int) (all column.View, err error) {
	for _, c := range source.Head(headRows) {
		views, err := c.Decode(nil, []int{col})
		if err != nil {
			return all, err
		}
		for i := range views[0].Len() {
			lo := uint32(len(all.Data))
			all.Data = append(all.Data, views[0].At(i)...)
			all.Spans = append(all.Spans, column.Span{Lo: lo, Hi: uint32(len(all.Data))})
		}
	}
	return all, nil
}
