package pipeline

import "slices"

// A Part says what a run must know of others that screen parts of the same list before
// its own. The zero value is that of a run that reads all of it.
type Part struct {
	// Begin is what comes before the run's first row; rows are numbered from there on.
	Begin Place
	// Earlier are prints of rows that are kept before: such an address is a repeat.
	Earlier []uint64
	// Prints, if not nil, is told the prints of all addresses that were kept, ascending,
	// some at a time, when all is counted. They are the caller's until it returns.
	Prints func(some []uint64) error
}

// A Place is how far a list was read.
type Place struct {
	Rows      int64 // of the list
	File      int   // the input that was read last, from 0; -1 for none
	FileRows  int64 // of that input
	FileLines int64 // likewise; 0 where the format has none
}

// Then returns the place that a stretch leads to which was read from p on: q counts from
// there.
func (p Place) Then(q Place) Place {
	if q.Rows == 0 && q.FileLines == 0 {
		return p
	}
	if p.continues(q.File) {
		q.FileRows += p.FileRows
		q.FileLines += p.FileLines
	}
	q.Rows += p.Rows
	return q
}

// continues reports whether p is within input file, and not at its start.
func (p Place) continues(file int) bool { return p.FileRows+p.FileLines > 0 && p.File == file }

// A Trailing source has lines behind its last row that no chunk counts.
type Trailing interface {
	// Trailing returns which input was read last, from 0, and how many such lines it has.
	Trailing() (input int, lines int64)
}

// end returns how far the list was read, counted from where the run began.
func (s *settler) end() Place {
	end := Place{Rows: s.count.Accounting.Read, File: s.file, FileLines: s.lines}
	if s.file >= 0 {
		end.FileRows = s.rows[s.file]
	}
	if source, ok := s.plan.job.Source.(Trailing); ok {
		if file, lines := source.Trailing(); file == end.File {
			end.FileLines += lines
		} else if lines > 0 {
			end.File, end.FileRows, end.FileLines = file, 0, lines
		}
	}
	return end
}

// sorted passes all prints to tell, ascending. The set is of no use afterwards.
func (s *printSet) sorted(tell func([]uint64) error) error {
	for i := range s.shards {
		t := &s.shards[i]
		some := t.slots[:0]
		for _, print := range t.slots {
			if print != 0 {
				some = append(some, print)
			}
		}
		slices.Sort(some)
		if len(some) > 0 {
			if err := tell(some); err != nil {
				return err
			}
		}
	}
	return nil
}
