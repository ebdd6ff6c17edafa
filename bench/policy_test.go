package bench

import (
	"path/filepath"
	"strings"
	"testing"

	"sluice/bench/corpus"
	"sluice/formats"
	"sluice/formats/treated"
	"sluice/pipeline"
	"sluice/screen"
	"sluice/screen/suppress"
	"sluice/screen/treat"
)

// writing returns the columns of the list under a policy's actions, by header.
func writing(b *testing.B, actions map[string]treat.Action) (cols []treated.Column) {
	shapes := map[string]treat.Shape{"email": treat.Address, "phone": treat.Phone}
	for i, name := range strings.Split(strings.TrimSpace(corpus.Header), ",") {
		replace, err := treat.New(actions[name], shapes[name], []byte("a key of bench/policy_test.go"))
		if err != nil {
			b.Fatal(err)
		}
		if actions[name] != treat.Drop {
			cols = append(cols, treated.Column{From: i, Replace: replace})
		}
	}
	return cols
}

// gated makes p ask for what the list has evidence of. Nothing is done about what its
// gates find, so that as many rows are written as without.
func (p *pass) gated(b *testing.B, rows int64) {
	gates := *gatesCases(b)["all"]
	gates.Retention, gates.Provenance = screen.Retention{}, screen.Provenance{} // of columns that it lacks
	policy := screen.DefaultPolicy()
	for _, r := range []screen.Reason{screen.RegionExcluded, screen.RegionUnknown, screen.LIAMissing, screen.LIAFailed,
		screen.PECRIndividual, screen.PECRUnknown, screen.OffTarget} {
		if err := policy.Set(r, screen.Keep); err != nil {
			b.Fatal(err)
		}
	}
	p.also = gates.Needs()
	p.worker = func(schema formats.Schema) pipeline.Worker {
		roles, _ := screen.FindRoles(schema.Names(), nil, gates.Needs()...)
		return screen.New(screen.Options{Indexes: []*suppress.Index{indexOf(rows)}, Roles: roles, Gates: &gates, Policy: policy}).Worker()
	}
}

// BenchmarkRunPolicy is BenchmarkRun of a list in the format of the input, under policies:
// policy=none is the job without one.
func BenchmarkRunPolicy(b *testing.B) {
	dir := b.TempDir()
	for _, format := range []string{"csv", "parquet", "arrow"} {
		for _, policy := range []struct {
			name    string
			actions map[string]treat.Action
		}{
			{name: "none"},
			{name: "gates"},
			{"mask", map[string]treat.Action{"last_name": treat.Mask, "phone": treat.Mask, "email": treat.SHA1}},
			{"keyed", map[string]treat.Action{"last_name": treat.Mask, "phone": treat.Mask, "email": treat.HMACSHA256}},
			{"minimise", map[string]treat.Action{"job_title": treat.Drop, "country": treat.Drop, "city": treat.Drop, "phone": treat.Drop, "notes": treat.Drop}},
		} {
			b.Run("format="+format+"/policy="+policy.name, func(b *testing.B) {
				eachSize(b, func(b *testing.B, rows int64) {
					if rows > 1_000_000 {
						b.Skip("a million rows tell")
					}
					list, size := listAs(b, dir, format, rows)
					p := pass{in: list, out: filepath.Join(b.TempDir(), "clean."+format), format: format, worker: screener(indexOf(rows))}
					if policy.name == "gates" {
						p.gated(b, rows)
					} else if policy.actions != nil {
						p.columns = writing(b, policy.actions)
					}
					measured(b, rows, size, func() {
						if err := p.run(); err != nil {
							b.Fatal(err)
						}
					})
				})
			})
		}
	}
}
