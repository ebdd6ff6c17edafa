package pipeline

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync/atomic"

	"sluice/formats"
	"sluice/formats/column"
	"sluice/formats/treated"
	"sluice/pipeline/keyfile"
	"sluice/pipeline/merkle"
	"sluice/screen"
)

// A Source is the lists of one run, read one after the other.
type Source interface {
	// Schema is the columns that all inputs share.
	Schema() *formats.Schema
	// Next returns the next rows in order, or io.EOF. Chunks hold rows of one
	// input each. Errors carry absolute positions. Not concurrent.
	Next() (formats.Chunk, error)
	// Infos describes the inputs in order: their names before the first Next,
	// everything after io.EOF.
	Infos() []formats.Info
	Close() error
}

// A Measured source can tell how far it is. Then room for the addresses that are still
// to come is made at once.
type Measured interface {
	// Share returns about which share of all rows Next has returned, from 0, for not
	// known, to 1.
	Share() float64
}

// A Worker decides for the rows of one batch after the other. It is used by one
// goroutine. *screen.Worker is one.
type Worker interface {
	Screen(in *screen.Input, out *screen.Outcome) error
}

// A Watcher looks at a row of all columns, views of which it is given. It is used by one
// goroutine.
type Watcher interface {
	Row(views []column.View, i int)
}

// Of every watchCycle rows a stretch of watchRows is watched, which starts watchFrom rows
// in: one row of 64. Stretches, because a batch is decoded whole for a single row; and
// by the rows' numbers, so that neither workers nor batches change what is seen.
const (
	watchCycle = 1 << 16
	watchRows  = 1 << 10
	watchFrom  = 1 << 15
)

// Sinks are where rows go. A nil sink drops its rows. Of a sealed row nothing goes
// to any of them.
type Sinks struct {
	Kept formats.Writer
	// Quarantine takes the rows that a person must decide, with the extra columns
	// QuarantineColumns. Without it they are listed in the rejects report.
	Quarantine formats.Writer
	// Annotated takes every row but sealed and restricted ones, with the extra
	// columns AnnotateColumns.
	Annotated formats.Writer
	// Restricted takes the rows whose primary reason is screen.Restricted. They go
	// nowhere else, and their cells are in no report.
	Restricted formats.Writer
}

// QuarantineColumns returns the names of the extra columns of the quarantine sink,
// in the order in which its writer gets their cells.
func QuarantineColumns() []string {
	return []string{"sluice_file", "sluice_row", "sluice_line", "sluice_offset", "sluice_reason", "sluice_detail", "sluice_raw"}
}

// RejectsColumns returns the names of the columns that rejects have before the list's own.
func RejectsColumns() []string {
	return []string{"file", "row", "line", "offset", "verdict", "reason", "list", "detail"}
}

// AnnotateColumns returns the names of the extra columns of the annotated sink, in
// the order in which its writer gets their cells.
func AnnotateColumns() []string { return []string{"sluice_verdict", "sluice_reason"} }

// A Job is one run: what is read, how it is decided, and where rows go. Source and
// NewWorker are required; the zero value of everything else is right for most.
type Job struct {
	Source Source // closed by Run

	// Roles are the columns, as indexes into the schema, that the screener reads of each
	// role: see screen.Screener.Reads.
	Roles map[screen.Role][]int
	// NewWorker makes the workers: func() Worker { return screener.Worker() }.
	NewWorker func() Worker

	Sinks Sinks // closed by Run, also after a failure

	// Rejects takes the report of rows that were not kept, as CSV: file, row, line,
	// offset, verdict, reason, list, detail. It says where and why, not what.
	Rejects io.Writer
	// RejectsContent adds the original columns to the report (never of sealed or
	// restricted rows; a malformed row's are empty).
	RejectsContent bool
	// Columns are those that may be written, and what becomes of their cells; nil for all
	// as they are. Sinks are made for them; the report and the text of records that could
	// not be read follow them here.
	Columns []treated.Column
	// Flags are those of every row that is kept.
	Flags screen.Flags
	// Decisions takes the ledger, one line a row, sealed rows included: a list of
	// LedgerSchema. Closed by Run, also after a failure.
	Decisions formats.Writer
	// Salts, if not nil, are those of the ledger's lines, over which the run then makes
	// the root of a Merkle tree: Result.LedgerRoot.
	Salts *merkle.Salts

	ListNames []string           // of suppress.ListID 1, 2, … for the report
	FormName  func(uint8) string // the name of an address form; its number if nil

	// Keys takes the keys that the rows of the main list can be looked up by, in their order:
	// those of Sinks.Annotated if it is there, else those that are kept. NewWorker's must
	// trace (screen.Options.Trace). Closed by Run, also after a failure.
	Keys *keyfile.Writer

	// Passed reports that rows lo up to but not including hi of the run, counted from 0, need
	// no screening: they are kept as they are, and nothing of them is decoded. The reader
	// asks of every chunk, in order. nil is for none.
	Passed func(lo, hi int64) bool

	// Policy is the screener's: it tells which of a row's reasons is the one that
	// decided, and what becomes of a repeat. nil is screen.DefaultPolicy.
	Policy *screen.Policy
	// Dedupe drops rows whose address an earlier kept row has, unless Policy turns
	// screen.Duplicate off or has it keep rows.
	Dedupe bool

	Part // of a list that several runs screen between them

	Limits

	// KeepMalformed lets rows be kept that could not be read, if Policy keeps them: those of
	// a list that holds such rows because a person must decide.
	KeepMalformed bool

	// Removed is told of every row that is not kept, sealed ones too, in input order and by
	// one goroutine: its number in the run, from 1, and the decision, which it must not keep.
	Removed func(row int64, d *screen.Decision)

	Workers int // GOMAXPROCS if zero
	Batches int // chunks in flight at most; 2*Workers+2 if zero, at least 2

	// NewWatcher makes what compares rows behind the head with what the head told of the
	// columns, one for each worker; nil for nothing.
	NewWatcher func() Watcher

	Progress *Progress // counted up while the run goes on, if not nil
}

// Progress is a run's counts so far, for showing. It may be read at any time.
type Progress struct{ Read, Kept, Quarantined, Rejected, Sealed atomic.Int64 }

// check reports everything that is wrong with the job and applies defaults.
func (j *Job) check() error {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if j.NewWorker == nil {
		bad("job: no NewWorker")
	}
	if j.Source == nil {
		bad("job: no Source")
	} else {
		n := len(j.Source.Schema().Fields)
		for role, cols := range j.Roles {
			if role >= screen.NumRoles {
				bad("job: no such role: %d", role)
			}
			for _, c := range cols {
				if c < 0 || c >= n {
					bad("job: column %d of a role is outside the %d columns of the list", c, n)
				}
			}
		}
	}
	if j.Policy == nil {
		j.Policy = screen.DefaultPolicy()
	}
	if j.Policy.IsOff(screen.Duplicate) || j.Policy.Verdict(screen.Duplicate) == screen.Keep {
		j.Dedupe = false
	}
	if j.Workers <= 0 {
		j.Workers = runtime.GOMAXPROCS(0)
	}
	if j.Batches <= 0 {
		j.Batches = 2*j.Workers + 2
	}
	j.Batches = max(j.Batches, 2)
	return errors.Join(errs...)
}

var _ Worker = (*screen.Worker)(nil)
