package pipeline

import (
	"bytes"
	"strconv"

	"sluice/formats"
	"sluice/formats/column"
	"sluice/screen"
)

// encode renders b's rows for every sink and report. The settler has decided where
// each row goes; nothing here looks at a row that is in no selection, except for
// the number and reasons that the ledger holds.
func (b *batch) encode(p *plan) error {
	job := p.job
	b.route(p)
	if err := b.sink(job.Sinks.Kept, b.kept, nil); err != nil {
		return err
	}
	if job.Sinks.Quarantine != nil && len(b.quarantined) > 0 {
		if err := b.sink(job.Sinks.Quarantine, b.quarantined, b.quarantineColumns(p)); err != nil {
			return err
		}
	}
	if job.Sinks.Annotated != nil && len(b.annotated) > 0 {
		if err := b.sink(job.Sinks.Annotated, b.annotated, b.annotateColumns(p)); err != nil {
			return err
		}
	}
	if err := b.sink(job.Sinks.Restricted, b.restricted, nil); err != nil {
		return err
	}
	if job.Rejects != nil {
		if err := b.encodeRejects(p); err != nil {
			return err
		}
	}
	if job.Decisions != nil {
		return b.encodeDecisions(p)
	}
	return nil
}

// sink renders sel for w.
func (b *batch) sink(w formats.Writer, sel column.Selection, extra []column.View) error {
	if w == nil || len(sel) == 0 {
		return nil
	}
	commit, err := w.Encode(b.chunk, sel, extra)
	if err != nil {
		return err
	}
	if commit != nil {
		b.commits = append(b.commits, commit)
	}
	return nil
}

// replacement stands for bytes that are no text: U+FFFD.
var replacement = []byte("\uFFFD")

// quarantineColumns builds the cells of QuarantineColumns. The text of a record
// that could not be read is among them only if nothing in it is on any list, and if all
// columns may be written as they are: it cannot be told which of its text is which column's.
func (b *batch) quarantineColumns(p *plan) []column.View {
	const file, row, line, offset, reason, detail, raw, cols = 0, 1, 2, 3, 4, 5, 6, 7
	x := &b.q
	x.reset(cols, b.in.N)
	x.buf = append(x.buf, b.name...)
	name := column.Span{Lo: 0, Hi: uint32(len(x.buf))}
	faults, matches := b.chunk.Faults(), b.out.Matches
	for _, run := range b.quarantined {
		for i := run.Lo; i < run.Hi; i++ {
			pos := b.chunk.Position(i)
			x.spans[file][i] = name
			lo := len(x.buf)
			x.buf = strconv.AppendInt(x.buf, b.rowBase+pos.Row, 10)
			x.end(row, i, lo)
			if pos.Line > 0 {
				lo = len(x.buf)
				x.buf = strconv.AppendInt(x.buf, b.lineBase+pos.Line, 10)
				x.end(line, i, lo)
			}
			if pos.Offset >= 0 {
				lo = len(x.buf)
				x.buf = strconv.AppendInt(x.buf, pos.Offset, 10)
				x.end(offset, i, lo)
			}
			lo = len(x.buf)
			x.buf = append(x.buf, b.first(p, i).String()...)
			x.end(reason, i, lo)

			for len(faults) > 0 && faults[0].Row < i {
				faults = faults[1:]
			}
			var fault *formats.Fault
			if len(faults) > 0 && faults[0].Row == i {
				fault = &faults[0]
			}
			lo = len(x.buf)
			x.buf = b.appendDetail(x.buf, p, i, fault)
			x.end(detail, i, lo)
			if fault == nil {
				continue
			}
			var listed bool
			if listed, matches = matched(matches, i); !listed && p.job.Columns == nil {
				lo = len(x.buf)
				x.buf = append(x.buf, bytes.ToValidUTF8(fault.Raw, replacement)...) // a list that nobody can read helps nobody
				x.end(raw, i, lo)
			}
		}
	}
	return x.columns(cols)
}

// annotateColumns builds the cells of AnnotateColumns. Rows share the text of
// their verdicts and reasons.
func (b *batch) annotateColumns(p *plan) []column.View {
	const verdict, reason, cols = 0, 1, 2
	x := &b.a
	x.reset(cols, b.in.N)
	var verdicts [screen.NumVerdicts]column.Span
	for v := range screen.NumVerdicts {
		lo := len(x.buf)
		x.buf = append(x.buf, v.String()...)
		verdicts[v] = column.Span{Lo: uint32(lo), Hi: uint32(len(x.buf))}
	}
	var reasons [screen.NumReasons + 1]column.Span // the last: none
	for r := range screen.NumReasons {
		lo := len(x.buf)
		x.buf = append(x.buf, r.String()...)
		reasons[r] = column.Span{Lo: uint32(lo), Hi: uint32(len(x.buf))}
	}
	for _, run := range b.annotated {
		for i := run.Lo; i < run.Hi; i++ {
			x.spans[verdict][i] = verdicts[b.out.Decisions[i].Verdict]
			x.spans[reason][i] = reasons[b.first(p, i)]
		}
	}
	return x.columns(cols)
}
