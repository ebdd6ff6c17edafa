package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"sluice/formats/anyio"
	"sluice/formats/column"
	"sluice/screen"
)

// explainCommand says why one row gets its verdict.
func (p *program) explainCommand() *cobra.Command {
	var (
		l       listing
		row     int64
		website string
		asJSON  bool
	)
	cmd := &cobra.Command{
		Use:   "explain [INPUT --row N]",
		Short: "say why a row, or an address from standard input, gets its verdict",
		Long: `explain screens one row, or one address read from standard input, and says rule by
rule what was found and what it leads to. It quotes hosts and list names, never an
address; of a sealed row it says what sealed it and nothing else.`,
		Example: `  sluice explain leads.csv --row 17 -s optouts.txt
  echo jane@acme.com | sluice explain --website acme.com -s optouts.txt`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if (len(args) == 1) != (row > 0) {
				return usage(errors.New("explain takes a list and --row N, or neither and an address on standard input"), "see sluice explain --help")
			}
			if err := l.readPolicy(cmd.Flags(), time.Now()); err != nil {
				return err
			}
			lists, err := l.load(cmd.Context(), l.now, "")
			if err != nil {
				return err
			}
			defer lists.Close()
			var e *screen.Explanation
			if len(args) == 0 {
				line, err := bufio.NewReader(io.LimitReader(p.stdin, 64<<10)).ReadString('\n')
				if err != nil && err != io.EOF {
					return err
				}
				cells := map[screen.Role]string{screen.Email: strings.TrimRight(line, "\r\n")}
				roles := map[screen.Role][]int{screen.Email: {0}}
				if website != "" {
					cells[screen.Website] = website
					roles[screen.Website] = []int{1}
				}
				gates, err := l.gates(nil)
				if err != nil {
					return err
				}
				s, err := l.judge(lists, roles, gates)
				if err != nil {
					return err
				}
				if e, err = s.Explain(screen.One(cells), 0); err != nil {
					return err
				}
			} else {
				reading, err := l.reading(p)
				if err != nil {
					return err
				}
				source, err := anyio.Open(cmd.Context(), args, reading)
				if err != nil {
					return err
				}
				defer source.Close()
				sample, err := sampleOf(source)
				if err != nil {
					return readAs(source, err)
				}
				s, roles, err := l.screener(lists, source, sample)
				if err != nil {
					return readAs(source, err)
				}
				if e, err = explainRow(source, s, roles, row); err != nil {
					return readAs(source, err)
				}
			}
			l.place(e)
			if asJSON {
				return json.NewEncoder(p.stdout).Encode(e)
			}
			p.tell(e)
			return nil
		},
	}
	l.flags(cmd)
	f := cmd.Flags()
	f.Int64Var(&row, "row", 0, "number of the row, counted from 1 without the header")
	f.StringVar(&website, "website", "", "the company's website, for an address from standard input")
	f.BoolVar(&asJSON, "json", false, "print one JSON object")
	return cmd
}

// explainRow reads up to the row and explains it.
func explainRow(source *anyio.Source, s *screen.Screener, roles map[screen.Role][]int, row int64) (*screen.Explanation, error) {
	read := int64(0)
	for {
		c, err := source.Next()
		if err == io.EOF {
			return nil, usage(fmt.Errorf("--row %d: the list has %d rows", row, read), "rows are counted from 1, the header is none")
		}
		if err != nil {
			return nil, err
		}
		n := int64(c.Len())
		if row > read+n {
			read += n
			c.Release()
			continue
		}
		defer c.Release()
		in := &screen.Input{N: c.Len()}
		for role, cols := range roles {
			if in.Cols[role], err = c.Decode(nil, cols); err != nil {
				return nil, err
			}
		}
		if in.Strays, err = c.Strays(nil, roles[screen.Email][:1]); err != nil {
			return nil, err
		}
		if in.Formulas, err = c.Formulas(nil); err != nil {
			return nil, err
		}
		for _, f := range c.Faults() {
			in.Broken = append(in.Broken, column.Cell{Row: f.Row, Col: -1, Text: f.Raw})
		}
		return s.Explain(in, int(row-read-1))
	}
}

// tell prints an explanation for people.
func (p *program) tell(e *screen.Explanation) {
	verdict := e.Verdict
	if e.Reason != "" {
		verdict += ": " + e.Reason
	}
	fmt.Fprintf(p.stdout, "verdict      %s\n", verdict)
	if len(e.Reasons) > 1 {
		fmt.Fprintf(p.stdout, "all reasons  %s\n", strings.Join(e.Reasons, ", "))
	}
	for _, f := range e.Findings {
		answer := f.Answer
		if f.Reason != "" {
			answer += " (" + f.Reason + ")"
		}
		fmt.Fprintf(p.stdout, "%-12s %s: %s\n", f.Rule, answer, f.Evidence)
		if f.Policy != "" {
			fmt.Fprintf(p.stdout, "%-12s decided by %s\n", "", f.Policy)
		}
	}
}
