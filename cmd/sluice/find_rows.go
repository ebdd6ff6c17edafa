package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"sluice/formats/anyio"
	"sluice/formats/column"
	"sluice/formats/csvio"
	"sluice/pipeline/manifest"
	"sluice/screen"
	"sluice/screen/address"
	"sluice/screen/pii"
	"sluice/screen/suppress"
	"sluice/screen/treat"
)

// A foundIn is one list that is searched, and what came of it.
type foundIn struct {
	path     string
	delivery *manifest.Delivery // nil for a list that no manifest has to name
	records  []*manifest.Record // all manifests, oldest first
	input    *usedInput         // or a list that a run read

	isList   bool // it is a suppression list
	place    foundPlace
	held     *foundFile   // nil if nothing is
	missing  *notSearched // if it could not be searched
	possible []foundRange // its rows that may be the person's, if it could not
}

// search looks for the person. Only what ends the whole search is an error: a file that
// cannot be read is told of in the report.
func (in *foundIn) search(ctx context.Context, who *person) error {
	in.place = foundPlace{File: in.path, How: byReading}
	where, err := in.where(who)
	if err == nil && len(where) > 0 {
		err = in.read(ctx, who, where)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		in.missing = &notSearched{File: in.path, Why: err.Error(), Gone: errors.Is(err, errGone), Rows: in.possible}
		if in.delivery != nil {
			in.missing.Recipient = in.delivery.Output.Recipient
		}
	}
	return nil
}

// where returns the rows that may be the person's, none if they are in none. If the rows
// cannot be looked at, the key file may still tell that the person is not among them.
func (in *foundIn) where(who *person) ([]stretch, error) {
	d := in.delivery
	if d == nil {
		return everywhere, nil
	}
	var closed error
	_, err := os.Stat(in.path)
	switch action := replaced(d); {
	case errors.Is(err, fs.ErrNotExist):
		closed = errGone
	case err != nil:
		return nil, err
	case d.Output.Encrypted != "":
		closed = errors.New("it is encrypted")
	case action != "" && action != treat.Keep.String() && action != treat.SHA1.String():
		closed = fmt.Errorf("its addresses were replaced or left out (%s)", action)
	}
	if closed != errGone && !asRecorded(in.path, d.Output, finished(d)) {
		in.place.Note = "it is not as its manifest records it"
		return everywhere, closed
	}
	keys := keysOf(d, address.DefaultForms)
	if keys == nil {
		return everywhere, closed
	}
	defer keys.Close()
	where, err := keyed(keys, who.sha1)
	switch {
	case err != nil:
		return everywhere, closed // the key file is damaged
	case len(where) == 0:
		in.place.How = byKeyFile
		if closed != nil {
			in.place.Note = closed.Error()
		}
		return nil, nil
	case closed != nil:
		for _, s := range where {
			in.possible = append(in.possible, foundRange{s.lo + 1, s.hi})
		}
		return nil, closed
	}
	in.place.How = byStretches
	return where, nil
}

// read looks at the rows.
func (in *foundIn) read(ctx context.Context, who *person, where []stretch) error {
	given := in.delivery == nil && in.input == nil
	if given && isSuppressionFile(in.path) {
		in.isList = true
		return nil
	}
	var recorded []manifest.Column
	reading := anyio.Options{Digest: "xxh64"}
	switch {
	case in.delivery != nil:
		recorded, reading = in.delivery.Origin.Statement.Predicate.Columns, readingOf(in.delivery)
	case in.input != nil:
		recorded, reading = in.input.columns, in.input.reading
	}
	source, err := anyio.Open(ctx, []string{in.path}, reading)
	if err != nil {
		return err
	}
	defer source.Close()
	names := source.Schema().Names()
	roles := rolesOf(names, recorded)
	if given && len(roles) == 0 && len(names) == 1 {
		in.isList = true
		return nil
	}
	columns := writtenColumns(names, recorded)
	if recorded == nil {
		if columns, err = taggedColumns(source); err != nil {
			return err
		}
	}
	if len(roles[screen.Email]) > 0 {
		roles = map[screen.Role][]int{screen.Email: roles[screen.Email][:1]}
	}
	p := &personRows{who: who, names: names, columns: columns, email: -1}
	if mails := roles[screen.Email]; len(mails) > 0 {
		p.email = mails[0]
	}
	screener := screen.New(screen.Options{Indexes: who.indexes(), Roles: roles})
	p.cells = screener.Worker()
	s := &rowSearch{source: source, roles: roles, where: where, screener: screener}
	for i, c := range columns {
		if c.Action == treat.SHA1.String() {
			s.hashed, s.digests = append(s.hashed, i), who.form
		}
	}
	p.digests = s.digests
	if in.place.Rows, err = s.run(p.take); err != nil {
		return err
	}
	if len(p.rows) == 0 {
		return nil
	}
	in.hold(source.Format(), p)
	if in.input != nil {
		in.held.Role = roleInput
		return in.input.verdicts(ctx, in.held.Rows)
	}
	return nil
}

// hold makes the report of the rows found.
func (in *foundIn) hold(format string, p *personRows) {
	in.held = &foundFile{File: in.path, Format: format, Columns: p.columns, Rows: p.rows, names: p.names}
	d := in.delivery
	if d == nil {
		return
	}
	in.held.Role, in.held.Manifest, in.held.Recipient = d.Output.Role, d.Newest.Path, d.Output.Recipient
	for _, input := range d.Origin.Statement.Predicate.Inputs {
		in.held.Inputs = append(in.held.Inputs, input.Name)
	}
	for _, r := range in.records {
		for _, o := range r.Statement.Predicate.Outputs {
			if absolutePath(manifest.Locate(r.Path, o.Name)) == absolutePath(d.Path) {
				in.held.History = append(in.held.History, foundVerdict{r.Statement.Predicate.Run.Finished, r.Path, verdictIn(o.Role)})
			}
		}
	}
}

// verdictIn returns the verdict that put rows into a list with a role.
func verdictIn(role string) string {
	switch role {
	case manifest.RoleKept:
		return screen.Keep.String()
	case manifest.RoleQuarantine:
		return screen.Quarantine.String()
	case manifest.RoleAnnotated:
		return "as in sluice_verdict"
	}
	return screen.Reject.String()
}

// readingOf says how to read a delivery: text has the header, or none, of the list that it
// was taken from, and its delimiter and quotes.
func readingOf(d *manifest.Delivery) anyio.Options {
	o := anyio.Options{Digest: "xxh64", From: d.Output.Format}
	if d.Output.Format != anyio.CSV && d.Output.Format != anyio.TSV {
		return o
	}
	o.CSV.Header, o.CSV.Encoding = csvio.HeaderYes, csvio.UTF8 // whatever rows that could not be read hold
	inputs := d.Origin.Statement.Predicate.Inputs
	if d.Output.Role == manifest.RoleRejects || len(inputs) == 0 {
		return o
	}
	for _, s := range inputs[0].Settings {
		switch {
		case s.Name == "header" && s.Value == "no":
			o.CSV.Header = csvio.HeaderNo
		case inputs[0].Format != d.Output.Format:
		case s.Name == "delimiter" && len(s.Value) == 1:
			o.CSV.Comma = s.Value[0]
		case s.Name == "quote" && len(s.Value) == 1:
			o.CSV.Quote = s.Value[0]
		}
	}
	return o
}

// writtenColumns is the data map of a list that a run wrote: what its manifest says of the
// columns, by their names, in the list's order.
func writtenColumns(names []string, recorded []manifest.Column) foundColumns {
	columns := make(foundColumns, len(names))
	for i, name := range names {
		columns[i] = manifest.Column{Index: i + 1, Name: name}
		for k, c := range recorded {
			if c.Name == name && c.Action != "drop" {
				c.Index, c.Evidence, c.RunnersUp, c.Drift = i+1, nil, nil, 0
				columns[i] = c
				recorded = append(recorded[:k:k], recorded[k+1:]...) // names may repeat
				break
			}
		}
	}
	return columns
}

// taggedColumns is the data map of a list that no manifest describes: what its head tells.
func taggedColumns(source *anyio.Source) (foundColumns, error) {
	sample, err := sampleOf(source)
	if err != nil {
		return nil, err
	}
	var columns foundColumns
	for i, c := range pii.Classify(source.Schema().Names(), sample.Views(), pii.Options{}) {
		columns = append(columns, manifest.Column{Index: i + 1, Name: c.Name, Tag: c.Tag.String(), Class: className(c.Tag), Personal: c.Tag.Personal(),
			Confidence: c.Confidence / 10, DecidedBy: string(c.DecidedBy), Subject: string(c.Subject), Sensitivity: c.Tag.Sensitivity(),
			Special: string(c.Special), Category: c.Tag.Facts().Policy, Fides: c.Fides(), DPV: c.DPVTerm()})
	}
	return columns, nil
}

// personRows collects rows that the screener found.
type personRows struct {
	who     *person
	names   []string
	columns foundColumns
	email   int // the main column of addresses; -1 for none
	digests map[suppress.Key]string
	cells   *screen.Worker
	parser  address.Parser

	rows []foundRow
}

// take adds a row. It asks the screener about each of its cells, to tell where the address
// stands and whom the row is about.
func (p *personRows) take(h *hit) error {
	row := foundRow{Row: h.row, Line: h.line, About: aboutUnclear, Cells: []foundText{}}
	if h.broken {
		row.Found = []foundCell{{Form: address.Form(h.matches[0].Form).String()}}
		p.rows = append(p.rows, row)
		return nil
	}
	every := make([]int, len(p.names))
	for i := range every {
		every[i] = i
	}
	views, err := h.chunk.Decode(nil, every)
	if err != nil {
		return err
	}
	var whole []int
	for i, v := range views {
		text := v.At(h.i)
		c, hit, err := p.cell(text)
		if err != nil {
			return err
		}
		if !hit {
			continue
		}
		c.Column = p.names[i]
		row.Found = append(row.Found, c)
		if !c.Whole {
			continue
		}
		whole = append(whole, i)
		if i == p.email || p.ofPerson(i) {
			row.About = aboutPerson
		}
	}
	if row.About != aboutPerson && p.email >= 0 {
		if _, info := p.parser.Append(nil, views[p.email].At(h.i)); info.Status != address.Missing {
			row.About = aboutAnother
		}
	}
	if row.About == aboutPerson {
		whole = every
	}
	for _, i := range whole {
		row.Cells = append(row.Cells, foundText{p.names[i], string(views[i].At(h.i))})
	}
	p.rows = append(p.rows, row)
	return nil
}

// ofPerson reports whether column i holds addresses of the people whom rows are about.
func (p *personRows) ofPerson(i int) bool {
	tag := p.columns[i].Tag
	return within(tag, pii.PersonEmail.String()) || tag == pii.PersonUsername.String()
}

// cell asks the screener about one cell: as that of an address, and as text.
func (p *personRows) cell(text []byte) (c foundCell, hit bool, err error) {
	if form := digestForm(p.digests, text); form != "" {
		return foundCell{Form: form, Whole: true}, true, nil
	}
	var out screen.Outcome
	in := screen.One(map[screen.Role]string{screen.Email: string(text)})
	if err := p.cells.Screen(in, &out); err != nil {
		return c, false, err
	}
	if len(out.Matches) > 0 {
		return foundCell{Form: address.Form(out.Matches[0].Form).String(), Whole: p.whole(text)}, true, nil
	}
	in = screen.One(nil)
	in.Strays = []column.Cell{{Text: text}}
	if err := p.cells.Screen(in, &out); err != nil || len(out.Matches) == 0 {
		return c, false, err
	}
	return foundCell{Form: address.Form(out.Matches[0].Form).String()}, true, nil
}

// whole reports whether a cell holds the address, in some form, and nothing else.
func (p *personRows) whole(text []byte) bool {
	canon, info := p.parser.Append(nil, text)
	if info.Status != address.OK {
		return false
	}
	if p.who.form[suppress.AddressKey(canon)] != "" {
		return true
	}
	for _, alt := range p.parser.Alternates(text, canon, info, address.DefaultForms) {
		if p.who.form[suppress.AddressKey(alt.Text)] != "" {
			return true
		}
	}
	return false
}

// isSuppressionFile reports whether a file can only be a suppression list.
func isSuppressionFile(path string) bool {
	if index, err := isIndex(path); err != nil || index {
		return index
	}
	return startsWith(path, "PK\x03\x04") || strings.HasSuffix(path, ".json") || strings.HasSuffix(path, ".xml")
}
