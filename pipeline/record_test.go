package pipeline

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"sluice/pipeline/manifest"
)

// TestManifest makes the manifest of one job with every number of workers and size
// of chunk: it is valid against the published schema, and its content is the same.
func TestManifest(t *testing.T) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(manifest.Schema))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	content := ""
	for _, workers := range []int{1, 2, 7} {
		for _, size := range []int{1, 33, 1000} {
			r := newFakeRun(size, twoFiles(200)...)
			r.job.Workers = workers
			res, err := Run(context.Background(), r.job)
			if err != nil {
				t.Fatal(err)
			}
			sum := func(text string) string {
				digest := sha256.Sum256([]byte(text))
				return hex.EncodeToString(digest[:])
			}
			p := manifest.Predicate{
				Tool:   manifest.Tool{Name: "sluice"},
				Policy: manifest.Policy{SHA256: sum(""), Effective: json.RawMessage(`{"dedupe":true}`)},
				Lists: []manifest.List{{ID: 1, Name: "first", Class: "opt_out", Digest: manifest.Digest{SHA256: sum("1")}},
					{ID: 2, Name: "second", Class: "erasure", Digest: manifest.Digest{SHA256: sum("2")}}},
				Run: manifest.Run{ID: strings.Repeat("x", workers), Started: time.Unix(int64(size), 0)},
			}
			res.Record(&p)
			for _, o := range []struct {
				role string
				out  *bytes.Buffer
				rows int64
			}{{manifest.RoleKept, r.kept, res.Rows.Kept}, {manifest.RoleQuarantine, r.quarantine, res.Rows.Quarantine},
				{manifest.RoleAnnotated, r.annotated, res.Rows.Annotated}, {manifest.RoleRestricted, r.restricted, res.Rows.Restricted},
				{manifest.RoleRejects, r.rejects, res.Rows.Rejects}, {manifest.RoleDecisions, r.decisions, res.Rows.Decisions}} {
				p.Outputs = append(p.Outputs, manifest.Output{Role: o.role, Name: o.role, Rows: o.rows, Bytes: int64(o.out.Len()), Digest: manifest.Digest{SHA256: sum(o.out.String())}})
			}
			st, err := manifest.Seal(p)
			if err != nil {
				t.Fatal(err)
			}
			data, err := st.Marshal()
			if err != nil {
				t.Fatal(err)
			}
			got, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
			if err != nil {
				t.Fatal(err)
			}
			if err := schema.Validate(got); err != nil {
				t.Fatal(err)
			}
			if content == "" {
				content = st.Predicate.ContentDigest
			}
			if st.Predicate.ContentDigest != content || st.Predicate.Lists[1].Matched == 0 {
				t.Errorf("workers=%d size=%d: another content digest", workers, size)
			}
		}
	}
}
