package manifest

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Metrics returns runs as Prometheus' text format (version 0.0.4): figures of the last
// run as gauges, times in seconds, sizes in bytes. It holds names that operators chose
// (policies, lists), no data of anybody.
//
// before is what an earlier run wrote to the same file. From it, sluice_runs_total counts
// on, and sluice_last_success_timestamp_seconds outlives runs that fail. For the metrics
// of one manifest alone it is nil, and nothing is counted.
func Metrics(runs []RunResult, before []byte) []byte {
	x := &exposition{}
	for i := range runs {
		x.run(&runs[i], before)
	}
	return x.bytes()
}

// An exposition is metrics by family, each with its samples together, as the format wants.
type exposition struct{ families []*family }

type family struct {
	name, typ, help string
	labels          []string // of the samples, as they are written
	values          []float64
}

// merge tells what becomes of two samples with the same labels.
type merge func(a, b float64) float64

func added(a, b float64) float64  { return a + b }
func lower(a, b float64) float64  { return min(a, b) }
func higher(a, b float64) float64 { return max(a, b) }

// set adds a sample. Labels are names and values in turn; empty ones are left out, which
// is the same to Prometheus.
func (x *exposition) set(name, typ, help string, m merge, value float64, labels ...string) {
	i := slices.IndexFunc(x.families, func(f *family) bool { return f.name == name })
	if i < 0 {
		i = len(x.families)
		x.families = append(x.families, &family{name: name, typ: typ, help: help})
	}
	f, text := x.families[i], labelled(labels)
	if k := slices.Index(f.labels, text); k >= 0 {
		f.values[k] = m(f.values[k], value)
		return
	}
	f.labels, f.values = append(f.labels, text), append(f.values, value)
}

// labelled writes labels as the format has them.
func labelled(labels []string) string {
	var all []string
	for i := 0; i+1 < len(labels); i += 2 {
		if labels[i+1] != "" {
			all = append(all, labels[i]+`="`+labelEscapes.Replace(strings.ToValidUTF8(labels[i+1], "\ufffd"))+`"`)
		}
	}
	if len(all) == 0 {
		return ""
	}
	return "{" + strings.Join(all, ",") + "}"
}

var labelEscapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

func (x *exposition) bytes() []byte {
	var b bytes.Buffer
	for _, f := range x.families {
		fmt.Fprintf(&b, "# HELP %s %s\n# TYPE %s %s\n", f.name, f.help, f.name, f.typ)
		for i, labels := range f.labels {
			fmt.Fprintf(&b, "%s%s %s\n", f.name, labels, strconv.FormatFloat(f.values[i], 'f', -1, 64))
		}
	}
	return b.Bytes()
}

// valueIn finds a sample in what was written before.
func valueIn(before []byte, name string, labels []string) (float64, bool) {
	start := []byte(name + labelled(labels) + " ")
	for line := range bytes.Lines(before) {
		if rest, ok := bytes.CutPrefix(line, start); ok {
			v, err := strconv.ParseFloat(string(bytes.TrimSpace(rest)), 64)
			return v, err == nil
		}
	}
	return 0, false
}

// PoliciesIn returns the policies of the runs of a command that wrote a file of metrics:
// whom a run concerns that could not even read what it was to do.
func PoliciesIn(before []byte, command string) []string {
	start := []byte(`sluice_last_run_success{command="` + command + `"`)
	var all []string
	for line := range bytes.Lines(before) {
		rest, ok := bytes.CutPrefix(line, start)
		if !ok {
			continue
		}
		end := bytes.LastIndex(rest, []byte("} "))
		if end < 0 {
			continue
		}
		policy := ""
		if labels := string(rest[:end]); labels != "" {
			quoted, first := strings.CutPrefix(labels, `,policy="`)
			quoted, last := strings.CutSuffix(quoted, `"`)
			if !first || !last {
				continue
			}
			policy = labelUnescapes.Replace(quoted)
		}
		all = append(all, policy)
	}
	return all
}

var labelUnescapes = strings.NewReplacer(`\\`, `\`, `\"`, `"`, `\n`, "\n")

func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

// gauges are the metrics of one run, which share its labels.
type gauges struct {
	*exposition
	own []string
}

func (g gauges) set(name, help string, m merge, value float64, labels ...string) {
	g.exposition.set("sluice_"+name, "gauge", help, m, value, append(slices.Clone(g.own), labels...)...)
}

// add is set for figures that add up.
func (g gauges) add(name, help string, value float64, labels ...string) {
	g.set(name, help, added, value, labels...)
}

// run adds all that is known of one run.
func (x *exposition) run(r *RunResult, before []byte) {
	g := gauges{x, []string{"command", r.Command, "policy", r.Policy}}
	success, outcome := 0.0, "failure"
	if r.Manifest != nil {
		success, outcome = 1, "success"
	}
	g.set("last_run_success", "Whether the last run published its outputs, or found them up to date.", lower, success)
	g.set("last_run_exit_code", "Exit status of the last run.", higher, float64(r.Exit))
	g.set("last_run_start_timestamp_seconds", "When the last run began.", lower, seconds(r.Started))
	g.set("last_run_end_timestamp_seconds", "When the last run ended.", higher, seconds(r.Finished))
	g.set("last_run_duration_seconds", "How long the last run took.", higher, r.Finished.Sub(r.Started).Seconds())
	last, known := seconds(r.Finished), true
	if r.Manifest == nil {
		last, known = valueIn(before, "sluice_last_success_timestamp_seconds", g.own)
	}
	if known {
		g.set("last_success_timestamp_seconds", "When the last run that succeeded ended.", lower, last)
	}
	if before != nil {
		for _, o := range []string{"success", "failure"} {
			labels := append(slices.Clone(g.own), "outcome", o)
			n, _ := valueIn(before, "sluice_runs_total", labels)
			if o == outcome {
				n++
			}
			x.set("sluice_runs_total", "counter", "Runs that wrote this file, by how they ended.", higher, n, labels...)
		}
	}
	x.set("sluice_build_info", "gauge", "The program that ran.", higher, 1, "version", r.Version)
	if r.Manifest != nil {
		g.figures(&r.Manifest.Predicate)
	}
}

// figures adds what a manifest says.
func (g gauges) figures(p *Predicate) {
	a := p.Accounting
	g.add("last_run_rows_read", "Rows read.", float64(a.Read))
	for _, v := range []struct {
		name string
		rows int64
	}{{"kept", a.Kept}, {"quarantined", a.Quarantined}, {"rejected", a.Rejected}, {"sealed", a.Sealed}} {
		g.add("last_run_rows", "Rows by what became of them; they sum to the rows read.", float64(v.rows), "verdict", v.name)
	}
	for _, r := range p.Reasons {
		g.add("last_run_reason_rows", "Rows that were not kept, by primary reason.", float64(r.Rows), "reason", r.Reason, "verdict", r.Verdict)
	}
	for _, f := range p.Flags {
		g.add("last_run_flag_rows", "Kept rows that carry a flag.", float64(f.Rows), "flag", f.Flag)
	}
	for _, in := range p.Inputs {
		g.add("last_run_input_bytes", "Size of the inputs as stored.", float64(in.Bytes))
	}
	for _, o := range p.Outputs {
		g.add("last_run_output_rows", "Rows written, by role of the output.", float64(o.Rows), "role", o.Role)
		g.add("last_run_output_bytes", "Size of the outputs as stored, by role.", float64(o.Bytes), "role", o.Role)
	}
	for _, s := range p.Run.Stages {
		g.add("last_run_stage_duration_seconds", "How long the stages took.", float64(s.Millis)/1000, "stage", s.Name)
	}
	g.add("last_run_warnings", "Warnings that the last run gave.", float64(len(p.Run.Warnings)))
	for _, n := range p.NotChecked {
		g.add("last_run_not_checked", "Checks that were off or could not be made.", 1, "check", n.What)
	}
	if m := p.DataMap; m != nil {
		g.add("last_run_personal_columns", "Columns of personal data that were read.", float64(m.Personal))
		g.add("last_run_personal_columns_written", "Those of them that were written.", float64(m.Written))
	}
	if r := p.Rescreen; r != nil {
		g.add("last_run_new_entries", "Entries that the lists had gained since the run before.", float64(r.Known.New))
		g.add("last_run_lost_entries", "Entries that no list has any more, and that are applied all the same.", float64(r.Known.Lost))
		for _, d := range r.Deliveries {
			g.add("last_run_deliveries", "Lists that were screened again, by how, and how they were found.", 1, "how", d.How, "found", d.Found)
		}
	}
	if p.Chain.Sequence > 0 {
		g.add("chain_sequence", "The manifest's place in its chain.", float64(p.Chain.Sequence))
	}
	for i := range p.Lists {
		g.list(&p.Lists[i])
	}
}

// list adds what is known of a suppression list. Two that have the same name, class and
// scope are one here: their entries are added up, and the older age counts.
func (g gauges) list(l *List) {
	labels := []string{"list", l.Name, "class", l.Class, "scope", l.Scope}
	g.add("list_entries", "Entries of a suppression list.", float64(l.Entries), labels...)
	g.add("list_refused_lines", "Lines of a suppression list that held no entry.", float64(l.Refused), labels...)
	g.add("list_matched_rows", "Rows with an entry on the list.", float64(l.Matched), labels...)
	g.add("list_decided_rows", "Rows for whose primary reason the list is named.", float64(l.Decided), labels...)
	g.add("list_overrides", "Guards that the list did not pass, and was used all the same.", float64(len(l.Overrides)), labels...)
	if t, err := time.Parse(time.RFC3339, l.AsOf); err == nil {
		g.set("list_as_of_timestamp_seconds", "As of when the list is.", lower, seconds(t), labels...)
	}
	if d, err := time.ParseDuration(l.MaxAge); err == nil {
		g.set("list_max_age_seconds", "The age from which the list is refused.", lower, d.Seconds(), labels...)
	}
}
