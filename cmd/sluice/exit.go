package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"syscall"

	"sluice/formats"
	"sluice/pipeline"
	"sluice/pipeline/policy"
	"sluice/screen"
	"sluice/screen/domain"
	"sluice/screen/suppress"
)

// Exit codes, for schedulers. 2 is never used: it is what a crashed Go program
// returns.
const (
	exitOK          = 0
	exitFailure     = 1 // I/O or internal: nothing published, worth another try
	exitGate        = 3 // a gate was breached, such as a suppression list that is too old: nothing published
	exitList        = 4 // a suppression list is missing, empty, damaged or unreadable
	exitVerify      = 5 // verification failed
	exitLocked      = 6 // another run holds the outputs
	exitUsage       = 64
	exitInput       = 65 // the input cannot be decoded or mapped
	exitPolicy      = 78 // a policy file is wrong
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

		output *pipeline.OutputError
	)
	switch {
	case errors.Is(err, errInterrupted):
		return &failure{exit: exitInterrupted, code: "interrupted", err: err}
	case errors.Is(err, errTerminated):
		return &failure{exit: exitTerminated, code: "terminated", err: err}
	case errors.As(err, &known):
		return known
	case errors.As(err, &gate):
		return &failure{exit: exitGate, code: "gate", err: err, hint: "nothing was published; run without the gate to see which rows they are"}
	case errors.As(err, &list):
		return explainedList(err, list)
	case errors.Is(err, pipeline.ErrLocked):
		return &failure{exit: exitLocked, code: "locked", err: err, hint: "wait for the other run to end"}
	case errors.Is(err, pipeline.ErrClosedPipe):
		return &failure{exit: exitFailure, code: "closed_pipe", err: err}
	case errors.As(err, &output):
		return explainedOutput(err, output)
	case errors.As(err, &role):
		return &failure{exit: exitInput, code: "columns", err: err, hint: role.Hint}
	case errors.As(err, &input):
		hint := input.Hint
		if hint == "" && (input.Code == "corrupt" || input.Code == "truncated") {
			hint = "copy the file again, or ask its sender to"
		}
		return &failure{exit: exitInput, code: input.Code, err: err, hint: hint}
	case strings.HasPrefix(err.Error(), "unknown command") || strings.Contains(err.Error(), "arg(s)"):
		return &failure{exit: exitUsage, code: "usage", err: err, hint: "see sluice --help"}
	}
	return &failure{exit: exitFailure, code: "io", err: err}
}

// explainedOutput tells outputs that no run could write, for what the flags say, from
// those that the system did not let this one write.
func explainedOutput(err error, output *pipeline.OutputError) *failure {
	var system syscall.Errno
	switch {
	case output.Op == "open" && !errors.As(output.Err, &system):
		return &failure{exit: exitUsage, code: "output", err: err, hint: "give each output a file of its own, in a directory that exists"}
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT), errors.Is(err, syscall.EFBIG):
		return &failure{exit: exitFailure, code: "output", err: err, hint: "make room there, or name another place; nothing was published"}
	}
	return &failure{exit: exitFailure, code: "output", err: err, hint: "check that this user may write there; nothing was published"}
}

// fail tells the user about err and returns the exit code, that of the first trouble
// if there are several. A closed pipe is not worth a word: whoever closed it knows.
func (p *program) fail(err error) int {
	code := 0
	for _, err := range parts(err) {
		f := explained(err)
		if code == 0 {
			code = f.exit
		}
		if f.code == "closed_pipe" {
			return f.exit
		}
		wrong := parts(f.err)
		for i, part := range wrong {
			g := *f
			if g.err = part; i < len(wrong)-1 {
				g.hint = ""
			}
			p.message("error", &g)
		}
	}
	return code
}

// parts returns the errors that were joined in err.
func parts(err error) []error {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	var all []error
	for _, e := range joined.Unwrap() {
		all = append(all, parts(e)...)
	}
	return all
}

// warn tells the user something that does not stop the run.
func (p *program) warn(code string, what error, hint string) {
	p.message("warning", &failure{code: code, err: what, hint: hint})
}

// where divides an error into its place and what is wrong there. The place is empty
// if no file is to blame.
func where(err error) (file string, line, column int64, what string) {
	var (
		input  *formats.Error
		list   *suppress.ListError
		own    *domain.ListError
		gate   *pipeline.GateError
		output *pipeline.OutputError
		system *fs.PathError
		policy *policy.Problem
	)
	switch {
	case errors.As(err, &policy):
		what = policy.What
		if policy.At != "" {
			what = policy.At + ": " + what
		}
		return policy.File, int64(policy.Line), int64(policy.Column), what
	case errors.As(err, &input):
		if errors.As(err, &system) {
			return system.Path, 0, 0, system.Err.Error()
		}
		file, line = input.Pos.File, input.Pos.Line
	case errors.As(err, &list):
		file = list.Path
		if len(list.Lines.First) > 0 {
			line = list.Lines.First[0]
		}
	case errors.As(err, &own):
		file, line = own.Name, int64(own.Line)
	case errors.As(err, &gate):
		file, line = gate.At.File, gate.At.Line
	case errors.As(err, &output):
		file = output.Path
		if file == "-" {
			file = "standard output"
		}
		if output.Op == "open" {
			return file, 0, 0, output.Err.Error()
		}
		return file, 0, 0, output.Op + ": " + output.Err.Error()
	case errors.As(err, &system):
		return system.Path, 0, 0, system.Err.Error()
	}
	what = err.Error()
	place := file
	if line > 0 {
		place += fmt.Sprintf(":%d", line)
	}
	for strings.HasPrefix(what, place+": ") && file != "" {
		what = what[len(place)+2:]
	}
	return file, line, 0, what
}

// message writes one message: place, error[code], what; then how the file was read;
// then a hint.
func (p *program) message(level string, f *failure) {
	file, line, column, what := where(f.err)
	if p.logFormat == "json" {
		p.messageJSON(level, f, file, line, column, what)
		return
	}
	var b strings.Builder
	switch {
	case file == "":
		b.WriteString("sluice: ")
	case column > 0:
		fmt.Fprintf(&b, "%s:%d:%d: ", file, line, column)
	case line > 0:
		fmt.Fprintf(&b, "%s:%d: ", file, line)
	default:
		fmt.Fprintf(&b, "%s: ", file)
	}
	fmt.Fprintf(&b, "%s[%s] %s\n", level, f.code, what)
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

func (p *program) messageJSON(level string, f *failure, file string, line, column int64, what string) {
	m := struct {
		Level    string            `json:"level"`
		Code     string            `json:"code"`
		Message  string            `json:"message"`
		File     string            `json:"file,omitempty"`
		Line     int64             `json:"line,omitempty"`
		Column   int64             `json:"column,omitempty"`
		Row      int64             `json:"row,omitempty"`
		Hint     string            `json:"hint,omitempty"`
		Settings map[string]string `json:"settings,omitempty"`
		Exit     int               `json:"exit,omitempty"`
	}{Level: level, Code: f.code, Message: what, File: file, Line: line, Column: column, Hint: f.hint, Exit: f.exit}
	var at *formats.Error
	if errors.As(f.err, &at) {
		m.Row = at.Pos.Row
	}
	if len(f.read) > 0 {
		m.Settings = make(map[string]string)
		for _, s := range f.read {
			m.Settings[s.Name] = s.Value + " (" + s.How + ")"
		}
	}
	e := json.NewEncoder(p.stderr)
	e.SetEscapeHTML(false)
	e.Encode(m)
}
