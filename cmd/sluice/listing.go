package main

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"sluice/formats/anyio"
	"sluice/formats/csvio"
	"sluice/pipeline/policy"
	"sluice/screen"
	"sluice/screen/domain"
	"sluice/screen/pii"
)

// A listing is what both screen and explain need to read a list and to judge it.
type listing struct {
	from, encoding, delimiter, header string
	quote                             string
	suppress                          []string
	columns                           [screen.NumRoles]string
	aliases, targets, allow, deny     string
	digest                            string
	policyFiles                       []string
	policy                            *policy.Loaded // nil without one
	clock                             string
	lexicon                           string    // further words for headers
	tags, declare                     []string  // columns whose tag is known, or that are known to be there
	now                               time.Time // the instant to which ages are counted
	guards                            guards
	cache                             listCache
	trace                             bool // what each row can be looked up by
}

func (l *listing) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringArrayVarP(&l.policyFiles, "policy", "p", nil, "policy `FILE` of a campaign: lists, rules, gates, outputs; may be repeated; flags win")
	f.StringVar(&l.clock, "clock", "", "`DATE` or RFC 3339 instant to which ages are counted (default: now)")
	f.MarkHidden("clock")
	f.StringArrayVar(&l.tags, "pii-tag", nil, "`COLUMN=TAG` of the data map, where it is known better; may be repeated")
	f.StringArrayVar(&l.declare, "declare", nil, "`COLUMN` of special-category data or credentials known to be there; may be repeated")
	f.MarkHidden("pii-tag")
	f.MarkHidden("declare")
	f.StringArrayVarP(&l.suppress, "suppress", "s", nil, "suppression list; may be repeated; `[CLASS=]PATH`: opt_out (default), erasure, …")
	l.guards.flags(f)
	f.StringVar(&l.cache.dir, "list-cache", "", "`DIR` to keep compiled lists in, for the next run with the same lists")
	f.MarkHidden("list-cache")
	cmd.MarkFlagDirname("list-cache")
	l.readingFlags(cmd)
	for role, use := range map[screen.Role]string{screen.Email: "the business address", screen.Website: "the company's website or domain", screen.Country: "the country"} {
		f.StringVar(&l.columns[role], role.String()+"-column", "", "column of "+use+", by `NAME` or number (default: by header)")
	}
	f.StringVar(&l.aliases, "alias-domains", "", "`FILE` of further mail domains of companies: company-domain: mail-domain …")
	f.StringVar(&l.targets, "targets", "", "`FILE` of the company domains to keep")
	f.StringVar(&l.allow, "allow-domains", "", "`FILE` of domains that are never taken for mailbox providers")
	f.StringVar(&l.deny, "deny-domains", "", "`FILE` of domains that always are")
}

// readingFlags are those that say how the list is written.
func (l *listing) readingFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&l.from, "from", "", "input `FORMAT`: csv, tsv, parquet or arrow (default: recognised)")
	f.StringVar(&l.encoding, "encoding", "", "`NAME` of the encoding: utf-8, utf-16le, utf-16be, windows-1252 (default: recognised)")
	f.StringVar(&l.delimiter, "delimiter", "", "`CHAR` between cells, or tab (default: recognised)")
	f.StringVar(&l.quote, "quote", "", "`CHAR` around cells (default \")")
	f.StringVar(&l.header, "header", "auto", "`auto|yes|no`: whether the first record names the columns")
}

// reading returns the options for opening the list.
func (l *listing) reading(p *program) (anyio.Options, error) {
	o := anyio.Options{From: l.from, Stdin: p.stdin, Digest: l.digest, CSV: csvio.Options{Encoding: strings.ToLower(l.encoding)}}
	switch l.delimiter {
	case "":
	case "tab", `\t`:
		o.CSV.Comma = '\t'
	default:
		if len(l.delimiter) != 1 {
			return o, usage(errors.New("--delimiter takes one ASCII character, or tab"), "see --help")
		}
		o.CSV.Comma = l.delimiter[0]
	}
	switch len(l.quote) {
	case 0:
	case 1:
		o.CSV.Quote = l.quote[0]
	default:
		return o, usage(errors.New("--quote takes one ASCII character"), "see --help")
	}
	switch o.CSV.Encoding {
	case "", "utf-8", "utf-16le", "utf-16be", "windows-1252":
	default:
		return o, usage(errors.New("--encoding takes utf-8, utf-16le, utf-16be or windows-1252"), "see --help")
	}
	switch l.header {
	case "auto":
	case "yes":
		o.CSV.Header = csvio.HeaderYes
	case "no":
		o.CSV.Header = csvio.HeaderNo
	default:
		return o, usage(errors.New("--header takes auto, yes or no"), "see --help")
	}
	switch l.from {
	case "", "csv", "tsv", "parquet", "arrow":
	default:
		return o, usage(errors.New("--from takes csv, tsv, parquet or arrow"), "see --help")
	}
	return o, nil
}

// screener makes a Screener for the lists of source, from whose head sample is.
func (l *listing) screener(lists *suppression, source *anyio.Source, sample *pii.Sample) (*screen.Screener, map[screen.Role][]int, error) {
	var inputs []string
	for _, in := range source.Infos() {
		inputs = append(inputs, in.Name)
	}
	gates, err := l.gates(inputs)
	if err != nil {
		return nil, nil, err
	}
	return l.screenerFor(lists, source, sample, gates)
}

// screenerFor is screener for gates that are at hand.
func (l *listing) screenerFor(lists *suppression, source *anyio.Source, sample *pii.Sample, gates *screen.Gates) (*screen.Screener, map[screen.Role][]int, error) {
	roles, err := screen.FindRoles(source.Schema().Names(), l.columnNames(), gates.Needs()...)
	if err != nil {
		return nil, nil, err
	}
	if err := l.layouts(gates, source, sample, roles); err != nil {
		return nil, nil, err
	}
	s, err := l.judge(lists, roles, gates)
	return s, roles, err
}

// gates returns what the policy asks of rows of inputs by law, age and relevance, or nil.
func (l *listing) gates(inputs []string) (*screen.Gates, error) {
	if l.policy == nil {
		return nil, nil
	}
	gates := l.policy.Gates(l.now, inputs)
	if err := gates.Check(); err != nil {
		return nil, &failure{exit: exitPolicy, code: "policy", err: fmt.Errorf("%s: %w", l.policyFiles[0], err)}
	}
	return gates, nil
}

// judge makes a Screener for columns with these roles.
func (l *listing) judge(lists *suppression, roles map[screen.Role][]int, gates *screen.Gates) (s *screen.Screener, err error) {
	o := screen.Options{Indexes: lists.indexes, Roles: roles, Forms: l.forms(), Gates: gates, Trace: l.trace}
	if o.Policy, err = l.rules(); err != nil {
		return nil, err
	}
	if o.Tables, err = tables(l.allow, l.deny); err != nil {
		return nil, err
	}
	if o.Aliases, err = operatorFile(l.aliases, domain.LoadAliases); err != nil {
		return nil, err
	}
	if o.Targets, err = operatorFile(l.targets, domain.LoadTargets); err != nil {
		return nil, err
	}
	return screen.New(o), nil
}
