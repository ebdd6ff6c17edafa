package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"

	"github.com/spf13/cobra"

	"sluice/formats/anyio"
	"sluice/pipeline/policy"
	"sluice/screen/pii"
)

// A tagging is what the columns of a list hold, and the list it was read from.
type tagging struct {
	source  *anyio.Source
	path    string // as the user named it; "-" for standard input
	rows    int    // of the sample
	columns []pii.Column
	policy  *policy.Loaded // nil without one
}

// A taggedColumn is a column as JSON has it. Fields only grow.
type taggedColumn struct {
	Name        string          `json:"name"`
	Tag         pii.Tag         `json:"tag"`
	Confidence  json.Number     `json:"confidence"` // 0 to 1, two decimals
	DecidedBy   pii.Decider     `json:"decided_by"`
	Evidence    []string        `json:"evidence"`
	RunnersUp   []taggedRunner  `json:"runners_up"`
	Personal    bool            `json:"personal"`
	Subject     pii.Subject     `json:"subject"`
	Class       string          `json:"class"`
	Sensitivity string          `json:"sensitivity"`
	Special     pii.SpecialKind `json:"special,omitempty"`
	Fides       string          `json:"fides_category,omitempty"`
	DPV         string          `json:"dpv_term,omitempty"`
	Policy      string          `json:"policy_category,omitempty"`
	Source      string          `json:"source,omitempty"`      // of the policy, as are the next two
	LegalBasis  string          `json:"legal_basis,omitempty"` // GDPR, Article 6(1)
	LIARef      string          `json:"lia_ref,omitempty"`
	Filled      int             `json:"filled"` // cells of the sample that are not empty
}

type taggedRunner struct {
	Tag        pii.Tag     `json:"tag"`
	Confidence json.Number `json:"confidence"`
}

// tagCommand says what the columns of a list hold.
func (p *program) tagCommand() *cobra.Command {
	var (
		l      listing
		format string
		asJSON bool
	)
	cmd := &cobra.Command{
		Use:   "tag [INPUT...]",
		Short: "say what each column holds: names, addresses, secrets, a company's data",
		Long: `tag reads the head of a list (at most 1,000 rows) and gives every column one of 47
tags, with its confidence and the evidence: what the header says, what the values look
like, what stands beside them. It prints no value of the list.`,
		Example: `  sluice tag leads.csv
  sluice tag leads.parquet --format csvw > leads.parquet-metadata.json
  sluice tag leads.csv -p campaign.yaml
  sluice tag leads.csv --json --pii-tag "Ref=person.id" --pii-tag "x_*=none"`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				args = []string{"-"}
			}
			if asJSON {
				if cmd.Flags().Changed("format") && format != "json" {
					return usage(errors.New("--json and --format "+format+" exclude each other"), "leave one out")
				}
				format = "json"
			}
			write, ok := tagFormats[format]
			if !ok {
				return usage(errors.New("--format takes table, json, fides, frictionless or csvw"), "see sluice tag --help")
			}
			if err := l.readPolicy(cmd.Flags(), time.Now()); err != nil {
				return err
			}
			options, err := l.tagOptions() // before the list is opened
			if err != nil {
				return err
			}
			reading, err := l.reading(p)
			if err != nil {
				return err
			}
			source, err := anyio.Open(cmd.Context(), args, reading)
			if err != nil {
				return err
			}
			defer source.Close()
			t := &tagging{source: source, path: args[0], policy: l.policy}
			if err := t.read(options); err != nil {
				return readAs(source, err)
			}
			return write(p.stdout, t)
		},
	}
	l.readingFlags(cmd)
	f := cmd.Flags()
	f.StringVar(&format, "format", "table", "`FORMAT`: table, json, fides (YAML), frictionless (data package) or csvw")
	f.BoolVar(&asJSON, "json", false, "print one JSON object, as --format json")
	f.StringArrayVarP(&l.policyFiles, "policy", "p", nil, "policy `FILE`: its tags, lexicon, sources and legal bases; flags win")
	f.StringArrayVar(&l.tags, "pii-tag", nil, "`COLUMN=TAG` where you know better: a name, a glob, or /an expression/; may be repeated")
	f.StringVar(&l.lexicon, "lexicon", "", "`FILE` of further headers: TAG: HEADER, HEADER …")
	return cmd
}

// tagFormats are the ways to write a tagging.
var tagFormats = map[string]func(io.Writer, *tagging) error{
	"table": writeTagTable, "json": writeTagJSON, "fides": writeFides, "frictionless": writeFrictionless, "csvw": writeCSVW,
}

// read takes the sample and tags its columns.
func (t *tagging) read(o pii.Options) error {
	sample, err := sampleOf(t.source)
	if err != nil {
		return err
	}
	for t.rows = sample.Rows(); t.rows < pii.SampleRows; { // what ended the head early: the end, or an error
		c, err := t.source.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		c.Release()
	}
	t.columns = pii.Classify(t.source.Schema().Names(), sample.Views(), o)
	return nil
}

// origin is where the column's data comes from and on what basis it is used, as far as a
// policy says so.
func (t *tagging) origin(c *pii.Column) policy.Origin {
	if t.policy == nil {
		return policy.Origin{}
	}
	return t.policy.OriginOf(c.Name, c.Tag.String())
}

// perMille writes parts of a thousand as a decimal number of two places.
func perMille(n int) json.Number { return json.Number(fmt.Sprintf("%.2f", float64(n)/1000)) }

// tagged is a column as JSON has it.
func tagged(c *pii.Column) taggedColumn {
	out := taggedColumn{
		Name: c.Name, Tag: c.Tag, Confidence: perMille(c.Confidence), DecidedBy: c.DecidedBy, Evidence: c.Evidence,
		RunnersUp: []taggedRunner{}, Personal: c.Tag.Personal(), Subject: c.Subject, Class: string(rune(c.Tag.Facts().Class)),
		Sensitivity: c.Tag.Sensitivity(), Special: c.Special, Fides: c.Fides(), DPV: c.DPVTerm(), Policy: c.Tag.Facts().Policy, Filled: c.Filled,
	}
	for _, r := range c.RunnersUp {
		out.RunnersUp = append(out.RunnersUp, taggedRunner{r.Tag, perMille(r.Confidence)})
	}
	return out
}

func writeTagJSON(w io.Writer, t *tagging) error {
	out := struct {
		Version string         `json:"vocabulary"`
		Rows    int            `json:"sample_rows"`
		Columns []taggedColumn `json:"columns"`
	}{pii.Version, t.rows, []taggedColumn{}}
	for i := range t.columns {
		c := tagged(&t.columns[i])
		origin := t.origin(&t.columns[i])
		c.Source, c.LegalBasis, c.LIARef = origin.Source, origin.Basis, origin.LIARef
		out.Columns = append(out.Columns, c)
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(out)
}

func writeTagTable(w io.Writer, t *tagging) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	origins := ""
	if t.policy != nil {
		origins = "SOURCE\tBASIS\t"
	}
	fmt.Fprintln(table, "COLUMN\tTAG\tSENSITIVITY\tSURE\t"+origins+"BECAUSE")
	for i := range t.columns {
		c := &t.columns[i]
		tag := c.Tag.String()
		if c.Special != "" {
			tag += " (" + string(c.Special) + ")"
		}
		if t.policy != nil {
			origin := t.origin(c)
			origins = fmt.Sprintf("%s\t%s\t", cmp.Or(printable(origin.Source), "-"), cmp.Or(origin.Basis, "-"))
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s%s\n", printable(c.Name), tag, c.Tag.Sensitivity(), perMille(c.Confidence), origins, strings.Join(c.Evidence, "; "))
	}
	return table.Flush()
}

// printable is a header for a terminal: without what would move its cursor, and not long.
func printable(name string) string {
	const longest = 40
	runes := []rune(strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, name))
	if len(runes) > longest {
		runes = append(runes[:longest-1], '…')
	}
	return string(runes)
}
