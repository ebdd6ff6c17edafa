package main

import (
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"sluice/pipeline/manifest"
)

const schedules = "../../testdata/schedules"

// commandsIn returns the calls of sluice in a schedule, without the program's name.
func commandsIn(t *testing.T, name, text string) (calls [][]string) {
	switch filepath.Ext(name) {
	case ".service":
		_, call, _ := strings.Cut(strings.ReplaceAll(text, "\\\n", " "), "\nExecStart=")
		call, _, _ = strings.Cut(call, "\n")
		return append(calls, strings.Fields(call)[1:])
	case ".py":
		_, call, _ := strings.Cut(text, `COMMAND = """`)
		call, _, _ = strings.Cut(call, `"""`)
		return append(calls, strings.Fields(call)[1:])
	case ".yaml":
		for doc := range strings.SplitSeq(text, "\n---\n") {
			var v any
			if err := yaml.Unmarshal([]byte(doc), &v); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			calls = append(calls, argsIn(v)...)
		}
	case "":
		for line := range strings.Lines(text) {
			if _, call, ok := strings.Cut(line, "/sluice rescreen "); ok {
				calls = append(calls, append([]string{"rescreen"}, strings.Fields(call)...))
			}
		}
	}
	return calls
}

// argsIn finds the arguments of containers.
func argsIn(v any) (all [][]string) {
	switch v := v.(type) {
	case map[string]any:
		for name, child := range v {
			list, ok := child.([]any)
			if name != "args" || !ok {
				all = append(all, argsIn(child)...)
				continue
			}
			var args []string
			for _, a := range list {
				args = append(args, a.(string))
			}
			all = append(all, args)
		}
	case []any:
		for _, child := range v {
			all = append(all, argsIn(child)...)
		}
	}
	return all
}

// TestSchedules holds the ready files to the flags that sluice has, and to its exit codes.
func TestSchedules(t *testing.T) {
	final := []int{exitGate, exitVerify, exitUsage, exitInput, exitPolicy}
	codes := map[string]map[string][]int{
		"sluice-nightly.service": {`RestartPreventExitStatus=(.*)`: final, `SuccessExitStatus=(.*)`: {exitUnchanged}},
		"nightly.sh":             {`(.*)\) exit 0 `: {exitOK, exitUnchanged}, `(.*)\) exit \$code`: final},
		"airflow_dag.py":         {`FINAL = \{(.*)\}`: final, `UNCHANGED = \{(.*)\}`: {exitUnchanged}},
		"cronjob.yaml":           {`values: \[(.*?)\]`: final},
		"indexed-job.yaml":       {`values: \[(.*?)\]`: final},
		"merge-job.yaml":         {`values: \[(.*?)\]`: final},
	}
	called := map[string]bool{"nightly.sh": true, "sluice-nightly.timer": true, "README.md": true, "alerts.yaml": true}
	files, err := os.ReadDir(schedules)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		data, err := os.ReadFile(filepath.Join(schedules, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		text := string(data)
		for pattern, want := range codes[f.Name()] {
			m := regexp.MustCompile(pattern).FindStringSubmatch(text)
			if m == nil {
				t.Errorf("%s: no %s", f.Name(), pattern)
				continue
			}
			if got := numbers(m[1]); !slices.Equal(got, want) {
				t.Errorf("%s: %s: got %v, want %v", f.Name(), pattern, got, want)
			}
		}
		for _, args := range commandsIn(t, f.Name(), text) {
			called[f.Name()] = true
			p := &program{stdout: io.Discard, stderr: io.Discard, getenv: func(string) string { return "" }}
			cmd, rest, err := p.root().Find(args)
			if err == nil {
				err = cmd.ParseFlags(rest)
			}
			if err == nil {
				err = cmd.ValidateArgs(cmd.Flags().Args())
			}
			if err != nil || !cmd.HasParent() {
				t.Errorf("%s: sluice %s: %v", f.Name(), strings.Join(args, " "), err)
			}
			for _, m := range regexp.MustCompile(`(?m)^SLUICE_([A-Z_]+)=`).FindAllStringSubmatch(text, -1) {
				if cmd.Flags().Lookup(strings.ToLower(strings.ReplaceAll(m[1], "_", "-"))) == nil {
					t.Errorf("%s: no flag is set by SLUICE_%s", f.Name(), m[1])
				}
			}
		}
		if !called[f.Name()] {
			t.Errorf("%s: no call of sluice was found in it", f.Name())
		}
		if !strings.Contains(readmeOf(t), f.Name()) && f.Name() != "README.md" && f.Name() != "sluice-nightly.timer" {
			t.Errorf("%s is not in the README", f.Name())
		}
	}
}

func readmeOf(t *testing.T) string {
	text, err := os.ReadFile(filepath.Join(schedules, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func numbers(text string) (all []int) {
	for _, d := range regexp.MustCompile(`\d+`).FindAllString(text, -1) {
		n, _ := strconv.Atoi(d)
		all = append(all, n)
	}
	return all
}

// TestAlertsKnowTheMetrics wants the rules for Prometheus to ask for what is written.
func TestAlertsKnowTheMetrics(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(schedules, "alerts.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	st := &manifest.Statement{Predicate: manifest.Predicate{Lists: []manifest.List{{Name: "x", AsOf: time.Unix(0, 0).UTC().Format(time.RFC3339)}}}}
	written := string(manifest.Metrics([]manifest.RunResult{st.Result()}, []byte{}))
	names := regexp.MustCompile(`\bsluice_[a-z_]+\b`).FindAllString(string(text), -1)
	if len(names) < 5 {
		t.Errorf("only %d metrics in the rules", len(names))
	}
	for _, name := range names {
		if !strings.Contains(written, "# TYPE "+name+" ") {
			t.Errorf("%s is not written", name)
		}
	}
}
