package pipeline

import (
	"sluice/formats/column"
	"sluice/screen"
)

// route sorts b's rows into the selections of the sinks and the report, stretches of
// rows that fare alike at a time.
func (b *batch) route(p *plan) {
	b.kept, b.quarantined, b.annotated = b.kept[:0], b.quarantined[:0], b.annotated[:0]
	b.restricted, b.reported = b.restricted[:0], b.reported[:0]
	const restricted = screen.Reasons(1) << screen.Restricted
	all := b.out.Decisions
	for lo := 0; lo < len(all); {
		d, hi := &all[lo], lo+1
		held := d.Reasons&restricted != 0
		if !held {
			for hi < len(all) && all[hi].Verdict == d.Verdict && all[hi].Reasons&restricted == 0 {
				hi++
			}
		}
		b.send(column.Run{Lo: lo, Hi: hi}, d.Verdict, held && p.primary(d.Reasons) == screen.Restricted, &p.job.Sinks)
		lo = hi
	}
}

// send adds rows of one verdict, held or not because their primary reason is
// screen.Restricted, to the selections they go to. This is the one place that says
// where a row's cells may be written, and sealed rows are not in it. Quarantined rows
// are reported if there is no sink for them.
func (b *batch) send(rows column.Run, v screen.Verdict, held bool, sinks *Sinks) {
	if v == screen.Sealed {
		return
	}
	if v == screen.Reject || v == screen.Quarantine && (held || sinks.Quarantine == nil) {
		b.reported = b.reported.AddRun(rows)
	}
	if held {
		b.restricted = b.restricted.AddRun(rows)
		return
	}
	switch v {
	case screen.Keep:
		b.kept = b.kept.AddRun(rows)
	case screen.Quarantine:
		b.quarantined = b.quarantined.AddRun(rows)
	}
	if sinks.Annotated != nil {
		b.annotated = b.annotated.AddRun(rows)
	}
}

// add counts the rows that b holds for each output that there is.
func (r *Rows) add(b *batch, job *Job) {
	written := func(on bool, sel column.Selection, count *int64) {
		if on {
			*count += int64(sel.Len())
		}
	}
	written(job.Sinks.Kept != nil, b.kept, &r.Kept)
	written(job.Sinks.Quarantine != nil, b.quarantined, &r.Quarantine)
	written(job.Sinks.Annotated != nil, b.annotated, &r.Annotated)
	written(job.Sinks.Restricted != nil, b.restricted, &r.Restricted)
	written(job.Rejects != nil, b.reported, &r.Rejects)
	if job.Decisions != nil {
		r.Decisions += int64(b.in.N)
	}
}
