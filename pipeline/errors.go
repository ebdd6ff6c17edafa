package pipeline

import (
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"

	"sluice/formats"
)

// An InternalError is a bug: an impossible state or a panic in one of the stages.
// Its text quotes no content; Stack holds addresses only.
type InternalError struct {
	Stage  string // read, screen, settle, encode, commit
	File   string // the chunk's file, if known
	Lo, Hi int64  // the chunk's first and last row in the file, from 1; 0 when not known
	What   string
	Stack  []byte
}

// Error names the stage and the rows.
func (e *InternalError) Error() string {
	where := ""
	if e.File != "" {
		where = e.File + ": "
	}
	if e.Lo > 0 {
		where += fmt.Sprintf("rows %d to %d: ", e.Lo, e.Hi)
	}
	return fmt.Sprintf("%sinternal error in %s: %s", where, e.Stage, e.What)
}

func internal(stage, what string) error { return &InternalError{Stage: stage, What: what} }

// guard runs f and turns a panic into an InternalError. The value of a panic may
// hold anything, a cell included: only the runtime's own words are passed on.
func guard(stage string, f func() error) (err error) {
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		what := fmt.Sprintf("panic with a %T", p)
		if re, ok := p.(runtime.Error); ok {
			what = re.Error()
		}
		err = &InternalError{Stage: stage, What: what, Stack: debug.Stack()}
	}()
	return f()
}

// place completes the positions in an error that a stage returned for b, which
// count from the start of its chunk.
func (b *batch) place(err error) error {
	var ie *InternalError
	var fe *formats.Error
	switch {
	case errors.As(err, &ie):
		if ie.File == "" && b.chunk != nil {
			ie.File, ie.Lo = b.name, b.rowBase+1
			_ = guard("", func() error { ie.Hi = b.rowBase + int64(b.chunk.Len()); return nil })
		}
	case errors.As(err, &fe):
		if fe.Pos.File == "" {
			fe.Pos.File = b.name
		}
		if fe.Pos.Row > 0 {
			fe.Pos.Row += b.rowBase
		}
		if fe.Pos.Line > 0 {
			fe.Pos.Line += b.lineBase
		}
	}
	return err
}
