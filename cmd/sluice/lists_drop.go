package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"sluice/formats"
	"sluice/formats/anyio"
	"sluice/pipeline"
	"sluice/screen"
	"sluice/screen/address"
	"sluice/screen/suppress"
)

// dropFound are the answers to a request whose person is held, by what was done.
var dropFound = map[string]suppress.DROPStatus{"deleted": suppress.DROPDeleted, "opted_out": suppress.DROPOptedOut, "exempted": suppress.DROPExempted}

func (p *program) listsDropStatus() *cobra.Command {
	var l listing
	var output, found string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "drop-status ARCHIVE.zip INPUT... -o DIR --found ANSWER",
		Short: "answer the requests of a California DROP archive",
		Long: `drop-status looks for the persons of a deletion archive of California's Delete Request and
Opt-out Platform in the lists that are held, and writes the status file that the platform
wants for each file of e-mail requests: 5 for who is in none of the lists, and for the
others what --found says was done: deleted (3), opted_out (4) or exempted (2). It deletes
nothing: screen the lists with -s erasure_state=ARCHIVE.zip for that. Requests of other
kinds are counted and not answered.`,
		Example: `  sluice lists drop-status 20260312_4821_DROP.zip leads/*.csv -o answers --found deleted`,
		Args:    cobra.MinimumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			status, ok := dropFound[found]
			if !ok {
				return usage(errors.New("--found takes deleted, opted_out or exempted: what was done about who is held"), "see sluice lists drop-status --help")
			}
			if output == "" {
				return usage(errors.New("no output: name a directory with -o DIR"), "see sluice lists drop-status --help")
			}
			d, err := readDROP(args[0])
			if err != nil {
				return err
			}
			if err := d.search(cmd.Context(), p, &l, args[1:]); err != nil {
				return err
			}
			if err := d.write(cmd.Context(), output, status, args); err != nil {
				return err
			}
			return d.report(p, asJSON)
		},
	}
	f := cmd.Flags()
	f.StringVarP(&output, "output", "o", "", "`DIR` for the status files; it must exist")
	f.StringVar(&found, "found", "", "`ANSWER` for who is held: deleted, opted_out or exempted")
	f.StringVar(&l.columns[screen.Email], "email-column", "", "column of the business address, by `NAME` or number (default: by header)")
	f.BoolVar(&asJSON, "json", false, "print the counts as JSON")
	return cmd
}

// dropRequests are the requests of an archive that can be answered.
type dropRequests struct {
	files   []string                  // of the archive, in its order
	ids     map[string][]string       // of each file
	byKey   map[suppress.Key][]string // requests by digest
	held    map[string]bool           // by request
	skipped map[string]int64          // by kind
	taken   map[string]bool           // requests that were taken back
	rows    int64
}

func readDROP(path string) (*dropRequests, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, &failure{exit: exitList, code: "list_missing", err: err, hint: "check the path given"}
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	d := &dropRequests{ids: map[string][]string{}, byKey: map[suppress.Key][]string{}, held: map[string]bool{}, skipped: map[string]int64{}, taken: map[string]bool{}}
	err = suppress.ReadDROP(f, info.Size(), func(q suppress.DROPRequest) error {
		switch {
		case q.Removed:
			d.taken[q.ID] = true
		case q.Type != "Email":
			d.skipped[q.Type]++
		default:
			if !slices.Contains(d.files, q.File) {
				d.files = append(d.files, q.File)
			}
			d.ids[q.File] = append(d.ids[q.File], q.ID)
			if q.Key != (suppress.Key{}) {
				d.byKey[q.Key] = append(d.byKey[q.Key], q.ID)
			}
		}
		return nil
	})
	if err == nil && len(d.files) == 0 {
		err = errors.New("no request about an e-mail address in it")
	}
	if err != nil {
		return nil, &failure{exit: exitList, code: "list_unreadable", err: unread(path, err), hint: "give a deletion archive as the platform made it"}
	}
	return d, nil
}

// search looks for the persons in all cells of the lists that may hold an address.
func (d *dropRequests) search(ctx context.Context, p *program, l *listing, inputs []string) error {
	l.header = "auto"
	reading, err := l.reading(p)
	if err != nil {
		return err
	}
	source, err := anyio.Open(ctx, inputs, reading)
	if err != nil {
		return err
	}
	defer source.Close()
	roles, err := screen.FindRoles(source.Schema().Names(), screen.Named{screen.Email: l.columns[screen.Email]})
	if err != nil {
		return err
	}
	var s dropSearch
	for {
		c, err := source.Next()
		if err == io.EOF {
			return source.Verify()
		}
		if err != nil {
			return err
		}
		if err := d.rowsOf(c, roles[screen.Email], &s); err != nil {
			return err
		}
		c.Release()
	}
}

// rowsOf looks at the rows of a chunk.
func (d *dropRequests) rowsOf(c formats.Chunk, emails []int, s *dropSearch) error {
	d.rows += int64(c.Len())
	views, err := c.Decode(nil, emails)
	if err != nil {
		return err
	}
	for _, v := range views {
		for i := range v.Len() {
			s.address(d, v.At(i))
			s.text(d, v.At(i))
		}
	}
	strays, err := c.Strays(nil, emails[:1])
	if err != nil {
		return err
	}
	for _, cell := range strays {
		s.text(d, cell.Text)
	}
	for _, f := range c.Faults() {
		s.text(d, f.Raw)
	}
	return nil
}

// A dropSearch is what looking at cells needs.
type dropSearch struct {
	parser address.Parser
	canon  []byte
	tokens []address.Token
}

// address looks for one address in all the forms that runs look up.
func (s *dropSearch) address(d *dropRequests, raw []byte) {
	var info address.Info
	s.canon, info = s.parser.Append(s.canon[:0], raw)
	if len(s.canon) == 0 {
		return
	}
	d.find(s.canon)
	for _, alt := range s.parser.Alternates(raw, s.canon, info, address.DefaultForms) {
		d.find(alt.Text)
	}
}

// text looks for every address in a text.
func (s *dropSearch) text(d *dropRequests, text []byte) {
	s.tokens = address.Find(s.tokens[:0], text)
	for _, t := range s.tokens {
		s.address(d, text[t.Lo:t.Hi])
	}
}

func (d *dropRequests) find(text []byte) {
	for _, id := range d.byKey[suppress.SHA256.AddressKey(text)] {
		d.held[id] = true
	}
}

// write writes a status file for each file of requests.
func (d *dropRequests) write(ctx context.Context, dir string, found suppress.DROPStatus, inputs []string) error {
	var targets []pipeline.Target
	for _, name := range d.files {
		targets = append(targets, pipeline.Target{Role: name, Path: filepath.Join(dir, name)})
	}
	outs, err := pipeline.OpenOutputs(targets, pipeline.OutputOptions{Inputs: inputs})
	if err != nil {
		return err
	}
	defer outs.Abort()
	for _, name := range d.files {
		if err := suppress.WriteDROPStatus(&canceller{ctx, outs.Writer(name)}, d.answers(name, found)); err != nil {
			return err
		}
	}
	if _, err := outs.Finish(); err != nil {
		return err
	}
	return outs.Publish(nil)
}

// answers are those to the requests of a file that were not taken back.
func (d *dropRequests) answers(file string, found suppress.DROPStatus) iter.Seq2[string, suppress.DROPStatus] {
	return func(yield func(string, suppress.DROPStatus) bool) {
		for _, id := range d.ids[file] {
			status := suppress.DROPNotFound
			if d.held[id] {
				status = found
			}
			if !d.taken[id] && !yield(id, status) {
				return
			}
		}
	}
}

// report says how many requests there were.
func (d *dropRequests) report(p *program, asJSON bool) error {
	r := struct {
		Rows       int64            `json:"rows"`
		Requests   int64            `json:"requests"`
		Found      int64            `json:"found"`
		Unanswered map[string]int64 `json:"unanswered"` // of kinds that lists do not hold
		Files      []string         `json:"files"`
	}{Rows: d.rows, Unanswered: d.skipped, Files: d.files}
	for _, name := range d.files {
		for id, status := range d.answers(name, suppress.DROPDeleted) {
			r.Requests++
			if status != suppress.DROPNotFound && d.held[id] {
				r.Found++
			}
		}
	}
	if asJSON {
		return p.printJSON(r)
	}
	fmt.Fprintf(p.stdout, "%s requests, %s of them found in %s rows\n", thousands(r.Requests), thousands(r.Found), thousands(r.Rows))
	for _, kind := range slices.Sorted(maps.Keys(d.skipped)) {
		p.warn("unanswered", fmt.Errorf("%d requests of kind %s are not answered: they are not compared with lists", d.skipped[kind], kind), "answer them from what else is held")
	}
	return nil
}
