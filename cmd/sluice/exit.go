package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"sluice/formats"
	"sluice/pipeline"
	"sluice/screen"
	"sluice/screen/suppress"
)

// Exit codes, for schedulers. 2 is never used: it is what a crashed Go program
// returns.
const (
	exitOK          = 0
	exitFailure     = 1 // I/O or internal: nothing published, worth another try
	exitGate        = 3 // a gate was breached: nothing published
	exitList        = 4 // a suppression list is missing, empty, stale, shrunk or damaged
	exitVerify      = 5 // verification failed
	exitLocked      = 6 // another run holds the outputs
	exitUsage       = 64
	exitInput       = 65 // the input cannot be decoded or mapped
	exitInterrupted = 130
	exitTerminated  = 143
)

// A failure is an error as the user is told of it.
type failure struct {
	exit int
	code string // short and stable, for programs
	err  error
	hint string
	read []formats.Setting // how the file was read
}

func (f *failure) Error() string { return f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

func usage(err error, hint string) error {
	return &failure{exit: exitUsage, code: "usage", err: err, hint: hint}
}

// explained finds out what kind of trouble err is.
func explained(err error) *failure {
	var (
		known *failure
		input *formats.Error
		role  *screen.RoleError
		list  *suppress.ListError
		gate  *pipeline.GateError
	)
	switch {
	case errors.Is(err, errInterrupted):
		return &failure{exit: exitInterrupted, code: "interrupted", err: err}
	case errors.Is(err, errTerminated):
		return &failure{exit: exitTerminated, code: "terminated", err: err}
	case errors.As(err, &known):
		return known
	case errors.As(err, &gate):
		return &failure{exit: exitGate, code: "gate", err: err, hint: "nothing was published; look at the rejects of a run without the gate"}
	case errors.As(err, &list):
		return &failure{exit: exitList, code: "list_" + string(list.Code), err: err, hint: list.Hint}
	case errors.Is(err, pipeline.ErrLocked):
		return &failure{exit: exitLocked, code: "locked", err: err, hint: "wait for the other run to end"}
	case errors.Is(err, pipeline.ErrClosedPipe):
		return &failure{exit: exitFailure, code: "closed_pipe", err: err}
	case errors.As(err, &role):
		return &failure{exit: exitInput, code: "columns", err: err, hint: role.Hint}
	case errors.As(err, &input):
		return &failure{exit: exitInput, code: input.Code, err: err, hint: input.Hint}
	case strings.HasPrefix(err.Error(), "unknown command") || strings.Contains(err.Error(), "arg(s)"):
		return &failure{exit: exitUsage, code: "usage", err: err, hint: "see sluice --help"}
	}
	return &failure{exit: exitFailure, code: "io", err: err}
}

// fail tells the user about err and returns the exit code. A closed pipe is not worth
// a word: whoever closed it knows.
func (p *program) fail(err error) int {
	f := explained(err)
	if f.code == "closed_pipe" {
		return f.exit
	}
	p.message("error", f)
	return f.exit
}

// warn tells the user something that does not stop the run.
func (p *program) warn(code, what, hint string) {
	p.message("warning", &failure{code: code, err: errors.New(what), hint: hint})
}

// message writes one message: place, error[code], what; then how the file was read;
// then a hint.
func (p *program) message(level string, f *failure) {
	if p.logFormat == "json" {
		p.messageJSON(level, f)
		return
	}
	place, what := "sluice: ", f.Error()
	var at *formats.Error
	if errors.As(f.err, &at) && at.Pos.File != "" {
		place = at.Pos.File + ":"
		if at.Pos.Line > 0 {
			place += fmt.Sprintf("%d:", at.Pos.Line)
		}
		place += " "
		what = strings.TrimPrefix(what, strings.TrimSuffix(place, " "))
		what = strings.TrimSpace(what)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s%s[%s] %s\n", place, level, f.code, what)
	if len(f.read) > 0 {
		b.WriteString("  read as:")
		for i, s := range f.read {
			if i > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, " %s %s (%s)", s.Name, s.Value, s.How)
		}
		b.WriteByte('\n')
	}
	if f.hint != "" {
		fmt.Fprintf(&b, "  hint: %s\n", f.hint)
	}
	io.WriteString(p.stderr, b.String())
}

func (p *program) messageJSON(level string, f *failure) {
	m := struct {
		Level    string            `json:"level"`
		Code     string            `json:"code"`
		Message  string            `json:"message"`
		File     string            `json:"file,omitempty"`
		Line     int64             `json:"line,omitempty"`
		Row      int64             `json:"row,omitempty"`
		Hint     string            `json:"hint,omitempty"`
		Settings map[string]string `json:"settings,omitempty"`
		Exit     int               `json:"exit,omitempty"`
	}{Level: level, Code: f.code, Message: f.Error(), Hint: f.hint, Exit: f.exit}
	var at *formats.Error
	if errors.As(f.err, &at) {
		m.File, m.Line, m.Row, m.Message = at.Pos.File, at.Pos.Line, at.Pos.Row, at.Err.Error()
	}
	if len(f.read) > 0 {
		m.Settings = make(map[string]string)
		for _, s := range f.read {
			m.Settings[s.Name] = s.Value + " (" + s.How + ")"
		}
	}
	json.NewEncoder(p.stderr).Encode(m)
}
