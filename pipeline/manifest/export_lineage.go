package manifest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// Versions of what OpenLineage's specification defines, as its events name them.
const (
	lineageSpec   = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"
	lineageFacets = "https://openlineage.io/spec/facets/"
	// ScreeningFacet is where the facet of our own is described: in the file
	// openlineage.schema.json beside this one.
	ScreeningFacet = "https://sluice.dev/openlineage/1/SluiceScreeningRunFacet.json"
)

// A Lineage is what the events of a run are called, and how they name files.
type Lineage struct {
	Namespace string // of the job; DefaultNamespace if empty
	Job       string // its name within; the policy's name, else the command's, if empty
	Path      Naming // of local files: absolute paths
}

// DefaultNamespace is the namespace of jobs that are given none.
const DefaultNamespace = "sluice"

type lineageEvent struct {
	Type      string           `json:"eventType"`
	Time      string           `json:"eventTime"`
	Producer  string           `json:"producer"`
	SchemaURL string           `json:"schemaURL"`
	Run       lineageRun       `json:"run"`
	Job       lineageJob       `json:"job"`
	Inputs    []lineageDataset `json:"inputs"`
	Outputs   []lineageDataset `json:"outputs"`
}

type lineageRun struct {
	ID     string `json:"runId"`
	Facets facets `json:"facets"`
}

type lineageJob struct {
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	Facets    facets `json:"facets"`
}

type lineageDataset struct {
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	Facets    facets `json:"facets"`
	Input     facets `json:"inputFacets,omitempty"`
	Output    facets `json:"outputFacets,omitempty"`
}

// facets are by name, each an object that says who made it and what it means.
type facets map[string]map[string]any

// Start returns the event that a run has begun: one line of JSON. Of r it needs no more
// than what is known then.
func (l *Lineage) Start(r *RunResult) ([]byte, error) {
	return plainJSON(l.event("START", r.Started, r), "")
}

// End returns the event that a run has ended: COMPLETE with what it read and wrote, FAIL,
// or ABORT if somebody stopped it. One line of JSON.
func (l *Lineage) End(r *RunResult) ([]byte, error) {
	typ := "COMPLETE"
	switch {
	case r.Manifest != nil:
	case r.Code == "interrupted", r.Code == "terminated":
		typ = "ABORT"
	default:
		typ = "FAIL"
	}
	e := l.event(typ, r.Finished, r)
	maker := facetMaker(e.Producer)
	if r.Manifest == nil {
		e.Run.Facets["errorMessage"] = maker("1-0-1/ErrorMessageRunFacet", map[string]any{"message": r.Error, "programmingLanguage": "Go"})
	} else {
		l.datasets(&r.Manifest.Predicate, maker, &e)
	}
	e.Run.Facets["sluice_screening"] = r.screening(e.Producer)
	return plainJSON(e, "")
}

func (l *Lineage) event(typ string, at time.Time, r *RunResult) lineageEvent {
	producer := "https://sluice.dev/sluice/" + url.PathEscape(or(r.Version, "unknown"))
	maker := facetMaker(producer)
	return lineageEvent{Type: typ, Time: at.UTC().Format(time.RFC3339Nano), Producer: producer, SchemaURL: lineageSpec,
		Run: lineageRun{ID: RunUUID(r.ID), Facets: facets{
			"processing_engine": maker("1-1-1/ProcessingEngineRunFacet", map[string]any{"name": "sluice", "version": or(r.Version, "unknown")})}},
		Job: lineageJob{Namespace: or(l.Namespace, DefaultNamespace), Name: or(l.Job, or(r.Policy, r.Command)), Facets: facets{
			"jobType": maker("2-0-4/JobTypeJobFacet", map[string]any{"processingType": "BATCH", "integration": "SLUICE", "jobType": "COMMAND"})}},
		Inputs: []lineageDataset{}, Outputs: []lineageDataset{}}
}

// facetMaker returns what makes facets of the specification: "VERSION/NAME" and fields.
func facetMaker(producer string) func(kind string, fields map[string]any) map[string]any {
	return func(kind string, fields map[string]any) map[string]any {
		_, name, _ := strings.Cut(kind, "/")
		fields["_producer"], fields["_schemaURL"] = producer, lineageFacets+kind+".json#/$defs/"+name
		return fields
	}
}

// datasets adds what the run read, suppression lists too, and what it wrote. Standard
// streams are no datasets, and a file that was read in two parts is one.
func (l *Lineage) datasets(p *Predicate, maker func(string, map[string]any) map[string]any, e *lineageEvent) {
	seen := map[string]bool{}
	dataset := func(name string, d Digest) (lineageDataset, bool) {
		path, ok := l.Path(name)
		if !ok || seen[path] {
			return lineageDataset{}, false
		}
		seen[path] = true
		set := lineageDataset{Namespace: "file", Name: path, Facets: facets{}}
		if v := d.version(); v != "" {
			set.Facets["version"] = maker("1-0-1/DatasetVersionDatasetFacet", map[string]any{"datasetVersion": v})
		}
		return set, true
	}
	for i := range p.Inputs {
		in := &p.Inputs[i]
		set, ok := dataset(in.Name, in.Digest)
		if !ok {
			continue
		}
		p.describe(set.Facets, maker, func(*Column) bool { return true })
		set.Input = facets{
			"inputStatistics":    maker("1-0-0/InputStatisticsInputDatasetFacet", map[string]any{"rowCount": in.Rows, "size": in.Bytes, "fileCount": 1}),
			"dataQualityMetrics": maker("1-0-3/DataQualityMetricsInputDatasetFacet", map[string]any{"rowCount": in.Rows, "bytes": in.Bytes, "fileCount": 1, "columnMetrics": map[string]any{}}),
		}
		e.Inputs = append(e.Inputs, set)
	}
	for i := range p.Lists {
		list := &p.Lists[i]
		name, digest := list.File, list.Digest
		if name == "" {
			name, digest = list.Index, p.Index.digest(list.Index)
		}
		if name == "" {
			continue
		}
		if set, ok := dataset(name, digest); ok {
			e.Inputs = append(e.Inputs, set)
		}
	}
	clear(seen) // a list that is screened in place is read and written
	for i := range p.Outputs {
		o := &p.Outputs[i]
		set, ok := dataset(o.Name, o.Digest)
		if !ok {
			continue
		}
		if holdsRows(o.Role) {
			p.describe(set.Facets, maker, (*Column).written)
		}
		set.Output = facets{"outputStatistics": maker("1-0-2/OutputStatisticsOutputDatasetFacet",
			map[string]any{"rowCount": o.Rows, "size": o.Bytes, "fileCount": 1})}
		e.Outputs = append(e.Outputs, set)
	}
}

// describe adds a list's columns, and their tags.
func (p *Predicate) describe(f facets, maker func(string, map[string]any) map[string]any, want func(*Column) bool) {
	fields, tags := []map[string]any{}, []map[string]any{}
	for i := range p.Columns {
		c := &p.Columns[i]
		if !want(c) {
			continue
		}
		name := c.Name
		if strings.Contains(name, "@") { // a header that is none: no address leaves in an event
			name = fmt.Sprintf("column_%d", c.Index)
		}
		fields = append(fields, map[string]any{"name": name, "ordinal_position": len(fields) + 1})
		for _, t := range [][2]string{{"pii", c.Tag}, {"sensitivity", c.Sensitivity}, {"legal_basis", c.LegalBasis}} {
			if t[1] != "" {
				tags = append(tags, map[string]any{"key": t[0], "value": t[1], "source": "SLUICE", "field": name})
			}
		}
	}
	if len(fields) > 0 {
		f["schema"] = maker("1-2-0/SchemaDatasetFacet", map[string]any{"fields": fields})
	}
	if len(tags) > 0 {
		f["tags"] = maker("1-0-0/TagsDatasetFacet", map[string]any{"tags": tags})
	}
}

// screening is the facet of our own: how the rows went, and why.
func (r *RunResult) screening(producer string) map[string]any {
	f := map[string]any{"_producer": producer, "_schemaURL": ScreeningFacet, "command": r.Command, "exitCode": r.Exit, "outcome": "failed"}
	if r.Manifest == nil {
		f["failureCode"] = or(r.Code, "unknown")
		return f
	}
	p := &r.Manifest.Predicate
	f["outcome"] = "published"
	if r.Unchanged {
		f["outcome"] = "unchanged"
	}
	f["rows"], f["reasons"], f["flags"] = p.Accounting, present(p.Reasons), present(p.Flags)
	f["contentDigest"], f["policyDigest"] = p.ContentDigest, p.Policy.SHA256
	lists := []map[string]any{}
	for i := range p.Lists {
		l := &p.Lists[i]
		m := map[string]any{"name": l.Name, "class": l.Class, "entries": l.Entries, "matched": l.Matched, "decided": l.Decided}
		if l.AsOf != "" {
			m["asOf"] = l.AsOf
		}
		lists = append(lists, m)
	}
	f["lists"] = lists
	return f
}

// version is a digest with the name of what made it, or "".
func (d Digest) version() string {
	switch {
	case d.SHA256 != "":
		return "sha256:" + d.SHA256
	case d.XXH64 != "":
		return "xxh64:" + d.XXH64
	}
	return ""
}

// digest returns that of an index file.
func (x *Index) digest(name string) Digest {
	for _, f := range x.Files {
		if f.Name == name {
			return Digest{SHA256: f.SHA256}
		}
	}
	return Digest{}
}

// RunUUID returns a run's id in the form of a UUID: its own digits if there are as many
// as that has, else some that follow from it.
func RunUUID(id string) string {
	if b, err := hex.DecodeString(id); err != nil || len(b) != 16 {
		sum := sha256.Sum256([]byte(id))
		sum[6], sum[8] = sum[6]&0x0f|0x80, sum[8]&0x3f|0x80 // version 8: ours, RFC 9562
		id = hex.EncodeToString(sum[:16])
	}
	return fmt.Sprintf("%s-%s-%s-%s-%s", id[:8], id[8:12], id[12:16], id[16:20], id[20:])
}
