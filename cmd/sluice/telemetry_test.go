package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"sluice/pipeline/manifest"
)

// A catalogue is one of lineage, as far as runs see of it.
type catalogue struct {
	status int
	paths  []string
	keys   []string
	events []string
}

func (c *catalogue) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var e struct{ EventType string }
	body, _ := io.ReadAll(r.Body)
	if json.Unmarshal(body, &e) != nil || r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/json" {
		e.EventType = "no event: " + string(body)
	}
	c.paths, c.keys, c.events = append(c.paths, r.URL.Path), append(c.keys, r.Header.Get("Authorization")), append(c.events, e.EventType)
	w.Header().Set("Location", "/elsewhere")
	w.WriteHeader(c.status)
}

func TestEventsPosted(t *testing.T) {
	refused := errors.New("refused")
	for _, c := range []struct {
		name, path, wantPath string
		status               int
		err                  error
		wantEvents, wantWarn string
	}{
		{"a base address", "", "/api/v1/lineage", 201, nil, "START COMPLETE", ""},
		{"a whole address", "/my/lineage", "/my/lineage", 200, nil, "START COMPLETE", ""},
		{"a run that fails", "/", "/api/v1/lineage", 200, refused, "START FAIL", ""},
		{"a run that was stopped", "/", "/api/v1/lineage", 200, errTerminated, "START ABORT", ""},
		{"a catalogue in trouble", "/", "/api/v1/lineage", 500, nil, "START COMPLETE", "500 Internal Server Error"},
		{"one that sends us elsewhere", "/", "/api/v1/lineage", 307, nil, "START COMPLETE", "307 Temporary Redirect"},
	} {
		cat := &catalogue{status: c.status}
		server := httptest.NewServer(cat)
		var stderr bytes.Buffer
		p := &program{stderr: &stderr, getenv: func(name string) string {
			return map[string]string{"OPENLINEAGE_API_KEY": "secret"}[name]
		}}
		err := (&telemetry{events: server.URL + c.path}).around(context.Background(), p, "screen", func(start starter) error {
			run := &told{policy: "acme"}
			start(run)
			if c.err == nil {
				run.recorded = new(manifest.Statement)
			}
			return c.err
		})
		server.Close()
		if err != c.err {
			t.Errorf("%s: the run ends with %v", c.name, err)
		}
		if got := strings.Join(cat.events, " "); got != c.wantEvents {
			t.Errorf("%s: events %s, want %s", c.name, got, c.wantEvents)
		}
		for i := range cat.paths {
			if cat.paths[i] != c.wantPath || cat.keys[i] != "Bearer secret" {
				t.Errorf("%s: posted to %s with key %q, want %s", c.name, cat.paths[i], cat.keys[i], c.wantPath)
			}
		}
		if got := stderr.String(); (got != "") != (c.wantWarn != "") || !strings.Contains(got, c.wantWarn) || strings.Contains(got, "secret") {
			t.Errorf("%s: says %q, want %q", c.name, got, c.wantWarn)
		}
	}
}

// TestStoppedRunsAreTold has a run that was cancelled: its end is posted all the same.
func TestStoppedRunsAreTold(t *testing.T) {
	cat := &catalogue{status: 200}
	server := httptest.NewServer(cat)
	defer server.Close()
	ctx, cancel := context.WithCancelCause(context.Background())
	p := &program{stderr: io.Discard, getenv: func(string) string { return "" }}
	err := (&telemetry{events: server.URL}).around(ctx, p, "screen", func(start starter) error {
		start(new(told))
		cancel(errInterrupted)
		return ctx.Err()
	})
	if got := strings.Join(cat.events, " "); got != "START ABORT" || !errors.Is(err, errInterrupted) {
		t.Errorf("events %s and %v", got, err)
	}
}

// TestOneOfTwoPublished has two campaigns, of which the second fails late.
func TestOneOfTwoPublished(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.prom")
	p := &program{stderr: io.Discard, getenv: func(string) string { return "" }}
	err := (&telemetry{textfile: path}).around(context.Background(), p, "screen", func(start starter) error {
		a, b := &told{policy: "a"}, &told{policy: "b"}
		start(a, b)
		a.recorded = new(manifest.Statement)
		return errors.New("no room")
	})
	text, _ := os.ReadFile(path)
	for _, want := range []string{`success{command="screen",policy="a"} 1`, `success{command="screen",policy="b"} 0`, `exit_code{command="screen",policy="b"} 1`} {
		if !strings.Contains(string(text), want) || err == nil {
			t.Errorf("no %s in\n%s(%v)", want, text, err)
		}
	}
}

// TestLinesAreWhole appends to a file in which a run that was killed left half a line.
func TestLinesAreWhole(t *testing.T) {
	path := filepath.Join(t.TempDir(), "e.jsonl")
	if err := os.WriteFile(path, []byte("{}\n{\"half"), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := appendLine(path, []byte("{}\n")); err != nil {
			t.Fatal(err)
		}
	}
	if text, _ := os.ReadFile(path); string(text) != "{}\n{\"half\n{}\n{}\n" {
		t.Errorf("the file holds %q", text)
	}
}

func TestRunID(t *testing.T) {
	a, b := newRunID(time.UnixMilli(1)), newRunID(time.UnixMilli(2))
	form := regexp.MustCompile(`^000000000001-?7[0-9a-f]{3}[89ab][0-9a-f]{15}$`)
	if !form.MatchString(a) || a >= b || a == newRunID(time.UnixMilli(1)) {
		t.Errorf("ids are %s and %s", a, b)
	}
}
