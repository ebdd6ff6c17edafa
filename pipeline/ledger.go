package pipeline

import (
	"strconv"

	"sluice/formats"
	"sluice/formats/column"
	"sluice/pipeline/merkle"
	"sluice/screen"
)

// LedgerSchema is the columns of the decision ledger: numbers and names, nothing of any
// row. File counts inputs from 1, row counts over the whole run, list is a
// suppress.ListID; reasons and flags are joined by bars, and so is the evidence: each gate
// that was asked, a colon, and the kind of evidence that it found.
func LedgerSchema() *formats.Schema {
	number := formats.Type{Kind: formats.Int, Bits: 64}
	return &formats.Schema{Fields: []formats.Field{{Name: "file", Type: number}, {Name: "row", Type: number},
		{Name: "verdict"}, {Name: "reason"}, {Name: "reasons"}, {Name: "flags"}, {Name: "list", Type: number}, {Name: "form"}, {Name: "evidence"}}}
}

const (
	ledgerFile = iota
	ledgerRow
	ledgerVerdict
	ledgerReason
	ledgerReasons
	ledgerFlags
	ledgerList
	ledgerForm
	ledgerEvidence
	ledgerColumns
)

// A ledger is the lines of one batch, as a chunk that writers of any format render.
type ledger struct {
	cells extras
	nulls []bool // of the list
	first formats.Position

	leaf     merkle.Leaf
	salts    []byte
	leaves   []merkle.Hash
	subtrees []merkle.Subtree // of the lines, if there is to be a root
}

// encodeDecisions renders the ledger's lines.
func (b *batch) encodeDecisions(p *plan) error {
	l := &b.ledger
	x := &l.cells
	n := b.in.N
	x.reset(ledgerColumns, n)
	if cap(l.nulls) < n {
		l.nulls = make([]bool, n)
	}
	l.nulls = l.nulls[:n]
	l.first = formats.Position{File: "decision ledger", Row: b.runBase + 1}
	var verdicts [screen.NumVerdicts]column.Span
	for v := range screen.NumVerdicts {
		verdicts[v] = x.put(v.String())
	}
	file := x.put(strconv.Itoa(b.file + 1))
	for i := range b.out.Decisions {
		d := &b.out.Decisions[i]
		x.spans[ledgerFile][i] = file
		lo := len(x.buf)
		x.buf = strconv.AppendInt(x.buf, b.runBase+int64(i)+1, 10)
		x.end(ledgerRow, i, lo)
		x.spans[ledgerVerdict][i] = verdicts[d.Verdict]
		if first := b.first(p, i); first < screen.NumReasons {
			x.spans[ledgerReason][i] = x.put(first.String())
			lo = len(x.buf)
			x.buf = appendReasons(x.buf, d.Reasons)
			x.end(ledgerReasons, i, lo)
		}
		if d.Flags != 0 {
			lo = len(x.buf)
			x.buf = appendFlags(x.buf, d.Flags)
			x.end(ledgerFlags, i, lo)
		}
		if d.Evidence != ([screen.NumGates]screen.EvidenceKind{}) && d.Verdict != screen.Sealed {
			lo = len(x.buf)
			x.buf = appendEvidence(x.buf, &d.Evidence)
			x.end(ledgerEvidence, i, lo)
		}
		if l.nulls[i] = d.List == 0; !l.nulls[i] {
			lo = len(x.buf)
			x.buf = strconv.AppendInt(x.buf, int64(d.List), 10)
			x.end(ledgerList, i, lo)
			x.spans[ledgerForm][i] = x.put(string(p.forms[d.Form]))
		}
	}
	l.reduce(p.job.Salts, b.runBase-p.job.Begin.Rows)
	commit, err := p.job.Decisions.Encode(l, column.All(n), nil)
	if err == nil && commit != nil {
		b.commits = append(b.commits, commit)
	}
	return err
}

// reduce hashes the lines, the first of which follows base others, and joins them as far
// as they go together: that is most of the tree, and needs no order.
func (l *ledger) reduce(salts *merkle.Salts, base int64) {
	if salts == nil {
		return
	}
	n := len(l.nulls)
	l.salts = salts.Append(l.salts[:0], base+1, n)
	l.leaves = l.leaves[:0]
	for i := range n {
		l.leaf.Reset(l.salts[i*merkle.SaltSize:][:merkle.SaltSize])
		for _, spans := range l.cells.spans[:ledgerColumns] {
			l.leaf.Cell(l.cells.buf[spans[i].Lo:spans[i].Hi])
		}
		l.leaves = append(l.leaves, l.leaf.Hash())
	}
	l.subtrees = merkle.Reduce(base, l.leaves, l.subtrees[:0])
}

// appendEvidence appends what each gate's answer rests on.
func appendEvidence(out []byte, evidence *[screen.NumGates]screen.EvidenceKind) []byte {
	bar := false
	for g, kind := range evidence {
		if kind == screen.EvidenceNone {
			continue
		}
		if bar {
			out = append(out, '|')
		}
		out = append(append(append(out, screen.Gate(g).String()...), ':'), kind.String()...)
		bar = true
	}
	return out
}

// put appends text that no row's cell is yet, and returns where it is.
func (x *extras) put(text string) column.Span {
	lo := len(x.buf)
	x.buf = append(x.buf, text...)
	return column.Span{Lo: uint32(lo), Hi: uint32(len(x.buf))}
}

// Len implements formats.Chunk.
func (l *ledger) Len() int { return len(l.nulls) }

// Decode implements formats.Chunk.
func (l *ledger) Decode(views []column.View, cols []int) ([]column.View, error) {
	for _, c := range cols {
		v := column.View{Data: l.cells.buf, Spans: l.cells.spans[c]}
		if c == ledgerList {
			v.Nulls = l.nulls
		}
		views = append(views, v)
	}
	return views, nil
}

// Faults implements formats.Chunk: a line is never at fault.
func (l *ledger) Faults() []formats.Fault { return nil }

// Strays implements formats.Chunk: there is no address in a ledger.
func (l *ledger) Strays(cells []column.Cell, _ []int) ([]column.Cell, error) { return cells, nil }

// Formulas implements formats.Chunk: nor a formula.
func (l *ledger) Formulas(rows []int) ([]int, error) { return rows, nil }

// Position implements formats.Chunk.
func (l *ledger) Position(i int) formats.Position {
	at := l.first
	at.Row += int64(i)
	return at
}

// Lines implements formats.Chunk.
func (l *ledger) Lines() int64 { return 0 }

// Release implements formats.Chunk: the batch keeps the memory.
func (l *ledger) Release() {}
