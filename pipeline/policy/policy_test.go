package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

var update = flag.Bool("update", false, "rewrite policy.schema.json")

func write(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// messages returns what is wrong, a line each, without the directory.
func messages(err error) (all []string) {
	joined, ok := err.(interface{ Unwrap() []error })
	if err == nil {
		return nil
	}
	if !ok {
		return []string{err.Error()}
	}
	for _, e := range joined.Unwrap() {
		var p *Problem
		if errors.As(e, &p) {
			q := *p
			q.File = filepath.Base(p.File)
			line := q.Error()
			if q.Hint != "" {
				line += " (" + q.Hint + ")"
			}
			all = append(all, line)
		}
	}
	return all
}

func TestProblems(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"unknown setting", "version: 1\nretentoin:\n  months: 2\n", `p.yaml:2:1: there is no setting "retentoin" (did you mean retention?)`},
		{"no version", "name: x\n", "p.yaml:1:1: has no version (version of this format: 1)"},
		{"another version", "version: 2\n", "p.yaml:1:10: version: takes 1"},
		{"unknown reason", "version: 1\nrules:\n  frexmail: off\n", `p.yaml:3:3: rules: there is no "frexmail" (did you mean freemail?)`},
		{"unknown outcome of a reason", "version: 1\nrules:\n  freemail: drop\n", `p.yaml:3:13: rules.freemail: takes no "drop" (one of reject, quarantine, flag, off)`},
		{"weakened", "version: 1\nrules:\n  erased: flag\n", "p.yaml:3:11: rules.erased: reason erased seals a row and cannot be weakened"},
		{"off", "version: 1\nrules:\n  row_malformed: off\n", "p.yaml:3:18: rules.row_malformed: reason row_malformed cannot be turned off"},
		{"number", "version: 1\nretention:\n  months: 2.5\n", "p.yaml:3:11: retention.months: takes a whole number from 1 to 1200"},
		{"age", "version: 1\nlists:\n  - path: a\n    max_age: soon\n", "p.yaml:4:14: lists[1].max_age: takes an age such as 24h or 30d"},
		{"share", "version: 1\nlists:\n  - path: a\n    max_shrink: 120%\n", "p.yaml:4:17: lists[1].max_shrink: takes a share such as 10%"},
		{"day", "version: 1\nlia:\n  - {id: a, date: 2026-02-30, outcome: passed}\n", "p.yaml:3:19: lia[1].date: there is no such day"},
		{"missing field", "version: 1\nlia:\n  - {id: a, outcome: passed}\n", "p.yaml:3:5: lia[1]: has no date (day on which it was made)"},
		{"unknown assessment", "version: 1\nregions:\n  - {territories: UK, require: lia, lia: [x]}\n", `p.yaml:3:42: regions[1].lia: there is no assessment "x" (assessments are under lia)`},
		{"unknown territory", "version: 1\nregions:\n  - {territories: [UK, Atlantis], require: lia}\n", `p.yaml:3:24: regions[1].territories[2]: "Atlantis" is neither an ISO 3166 code`},
		{"two assessments", "version: 1\nlia:\n  - {id: a, date: 2026-01-01, outcome: passed}\n  - {id: a, date: 2026-01-01, outcome: failed}\n", `p.yaml:4:10: lia[2].id: there are two assessments "a"`},
		{"not a mapping", "version: 1\nretention: 24\n", "p.yaml:2:12: retention: takes settings of its own, one a line: name: value"},
		{"not a list", "version: 1\nlists: a.txt\n", "p.yaml:2:8: lists: takes a list: each item on a line of its own, after a dash"},
		{"boolean", "version: 1\npecr: maybe\n", "p.yaml:2:7: pecr: takes true or false"},
		{"tag", "version: 1\nname: !!str x\n", "p.yaml:2:7: name: YAML tags mean nothing here (leave it out)"},
		{"merge key", "version: 1\nretention: &a\n  months: 1\nlimits:\n  <<: *a\n", "p.yaml:5:3: limits: merge keys mean nothing here (share settings with base: FILE)"},
		{"same file twice", "version: 1\noutputs: {output: a.csv, rejects: a.csv}\n", "p.yaml:2:35: outputs.rejects: is the same file as output"},
		{"report on standard output", "version: 1\noutputs: {rejects: \"-\"}\n", "p.yaml:2:20: outputs.rejects: takes a file: standard output is for the list"},
		{"supplier twice", "version: 1\nsuppliers:\n  - {name: A}\n  - {name: b, aliases: [a]}\n", `p.yaml:4:5: suppliers[2]: "a" names two suppliers`},
		{"regular expression", "version: 1\npersonal_data:\n  tags:\n    - {column: /(/, tag: none}\n", "p.yaml:4:16: personal_data.tags[1].column: is no regular expression"},
		{"unknown tag", "version: 1\npersonal_data:\n  actions: {person.fone: mask}\n", `p.yaml:3:26: personal_data.actions.person.fone: "person.fone" is neither a tag nor the beginning of one (did you mean person.phone?)`},
		{"missing base", "version: 1\nbase: none.yaml\n", "p.yaml:2:7: base: DIR/none.yaml: no such file or directory (name it as seen from this file)"},
		{"own base", "version: 1\nbase: p.yaml\n", "p.yaml:2:7: base: the file is its own base"},
		{"two documents", "version: 1\n---\nversion: 1\n", "p.yaml:3:1: there is more than one document (give each campaign a file of its own)"},
		{"empty", "# nothing\n", "p.yaml: the file has no settings (sluice policy init writes one to start from)"},
		{"syntax", "version: 1\nname: [a\n", "p.yaml:2:7: "},
		{"doubled", "version: 1\nname: a\nname: b\n", "p.yaml:3:1: "},
		{"two at once", "version: 3\npecr: 1\n", "p.yaml:1:10: version: takes 1\np.yaml:2:7: pecr: takes true or false"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			_, err := Load(write(t, dir, "p.yaml", test.text))
			got := strings.ReplaceAll(strings.Join(messages(err), "\n"), dir, "DIR")
			if !strings.HasPrefix(got, test.want) {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

func TestBase(t *testing.T) {
	dir := t.TempDir()
	os.Mkdir(filepath.Join(dir, "common"), 0o700)
	write(t, dir, "common/base.yaml", `version: 1
name: base
lists: [{path: erased.sha1, class: erasure}]
lia: [{id: L1, date: 2026-01-01, outcome: passed}]
rules: {freemail: quarantine, isp_mail: "off"}
retention: {months: 24, client_months: 12}
pecr: true
`)
	l, err := Load(write(t, dir, "campaign.yaml", `version: 1
base: common/base.yaml
lists: [{path: optouts.txt}]
rules: {freemail: reject}
retention: {months: 6}
regions: [{territories: [UK], require: lia, lia: L1}]
pecr: false
dedupe: false
`))
	if err != nil {
		t.Fatal(err)
	}
	data, err := l.Effective()
	if err != nil {
		t.Fatal(err)
	}
	want := `{"dedupe":false,"lia":[{"date":"2026-01-01","id":"L1","outcome":"passed"}],"lists":[{"class":"erasure","path":"erased.sha1"},{"path":"optouts.txt"}],` +
		`"regions":[{"lia":["L1"],"require":"lia","territories":["UK"]}],"retention":{"client_months":12,"months":6},"rules":{"freemail":"reject","isp_mail":"off"},"version":1}`
	if string(data) != want {
		t.Errorf("got\n%s\nwant\n%s", data, want)
	}
	if got, want := l.Lists[0].Path.String(), filepath.Join(dir, "common", "erased.sha1"); got != want {
		t.Errorf("the base's list is at %s, want %s", got, want)
	}
	if len(l.Files) != 2 || len(l.Files[1].SHA256) != 64 {
		t.Errorf("files: %+v", l.Files)
	}
	if got, want := l.Place("lists[1].class"), filepath.Join(dir, "common", "base.yaml")+":3"; got != want {
		t.Errorf("the erasure list's class is said at %s, want %s", got, want)
	}
}

func TestTemplate(t *testing.T) {
	dir := t.TempDir()
	if _, err := Load(write(t, dir, "as-it-is.yaml", string(Template))); err != nil {
		t.Errorf("as it is: %v", messages(err))
	}
	all := regexp.MustCompile(`(?m)^#(\S| {2})`).ReplaceAllString(string(Template), "$1")
	all = strings.Replace(all, "base: company.yaml\n", "", 1)
	l, err := Load(write(t, dir, "all.yaml", all))
	if err != nil {
		t.Fatalf("with every setting: %v", strings.Join(messages(err), "\n"))
	}
	if err := validates(all); err != nil {
		t.Errorf("the schema does not take the template: %v", err)
	}
	if !l.PECR || len(l.LIA) != 1 || l.PersonalData.Actions["person.phone"] != "mask" {
		t.Errorf("settings got lost: %+v", l.Policy)
	}
}

func TestSchema(t *testing.T) {
	got, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("policy.schema.json", got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if want, _ := os.ReadFile("policy.schema.json"); !bytes.Equal(got, want) {
		t.Error("policy.schema.json is not what Schema returns: run go test ./pipeline/policy -update")
	}
	for _, bad := range []string{"version: 2", "version: 1\nx: 1", "version: 1\nrules: {freemail: drop}", "version: 1\nlia: [{id: a}]", "version: 1\nlists: [{path: a, max_age: soon}]"} {
		if validates(bad) == nil {
			t.Errorf("the schema takes %q", bad)
		}
	}
}

// validates tells what the published schema says of a policy.
func validates(text string) error {
	data, err := os.ReadFile("policy.schema.json")
	if err != nil {
		return err
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		return err
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("policy", doc); err != nil {
		return err
	}
	schema, err := c.Compile("policy")
	if err != nil {
		return err
	}
	var v any
	if err := yaml.Unmarshal([]byte(text), &v); err != nil {
		return err
	}
	if data, err = json.Marshal(v); err != nil {
		return err
	}
	if v, err = jsonschema.UnmarshalJSON(bytes.NewReader(data)); err != nil {
		return err
	}
	return schema.Validate(v)
}

func FuzzLoad(f *testing.F) {
	f.Add(Template)
	f.Add([]byte("version: 1\na: &x [*x]\nlists: *x\n"))
	f.Add([]byte("version: 1\nrules: {? a : b}\n<<: 1\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		l, err := Load(write(t, t.TempDir(), "p.yaml", string(data)))
		if err != nil {
			_ = fmt.Sprint(err)
			return
		}
		first, err := l.Effective()
		if err != nil {
			t.Fatal(err)
		}
		// What holds can be written down and read again, and is the same.
		l, err = Load(write(t, t.TempDir(), "again.yaml", string(first)))
		if err != nil {
			t.Fatalf("the effective policy %s does not load: %v", first, err)
		}
		if second, _ := l.Effective(); !bytes.Equal(first, second) {
			t.Fatalf("%s became %s", first, second)
		}
	})
}
