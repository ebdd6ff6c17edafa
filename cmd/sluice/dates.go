package main

import (
	"errors"
	"fmt"

	"sluice/formats/anyio"
	"sluice/screen"
	"sluice/screen/age"
	"sluice/screen/pii"
)

// layouts finds out how the two columns of dates are written, from a sample of the head of
// the list, where the policy does not say: a run judges its first row before it reads the
// last.
func (l *listing) layouts(gates *screen.Gates, source *anyio.Source, sample *pii.Sample, roles map[screen.Role][]int) error {
	for role, set := range map[screen.Role]func(*screen.File, age.Layout){
		screen.Collected: func(f *screen.File, a age.Layout) { f.CollectedLayout = a },
		screen.Inactive:  func(f *screen.File, a age.Layout) { f.InactiveLayout = a },
	} {
		if gates == nil || len(roles[role]) == 0 || sample.Rows() == 0 || l.policy.DateFormats[role.String()] != "" {
			continue
		}
		col := roles[role][0]
		name := source.Schema().Fields[col].Name
		layout, err := age.Detect(name, sample.Views()[col])
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
