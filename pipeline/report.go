package pipeline

import (
	"bytes"
	"strconv"

	"sluice/formats"
	"sluice/formats/column"
	"sluice/screen"
)

// encodeRejects appends the report's lines.
func (b *batch) encodeRejects(p *plan) error {
	if p.content == nil || len(b.reported) == 0 {
		b.appendRejects(p, nil)
		return nil
	}
	return p.content.Decode(b.chunk, b.reported, nil, func(content []column.View) error {
		b.appendRejects(p, content)
		return nil
	})
}

// appendRejects appends the report's lines, each with its cells of content unless they
// must not be shown.
func (b *batch) appendRejects(p *plan, content []column.View) {
	faults := b.chunk.Faults()
	b.nameCell = appendCell(b.nameCell[:0], []byte(b.name))
	for _, run := range b.reported {
		for i := run.Lo; i < run.Hi; i++ {
			for len(faults) > 0 && faults[0].Row < i {
				faults = faults[1:]
			}
			var fault *formats.Fault
			if len(faults) > 0 && faults[0].Row == i {
				fault = &faults[0]
			}
			b.rejects = b.appendReject(b.rejects, p, i, fault)
			shown := fault == nil && b.first(p, i) != screen.Restricted
			for _, v := range content {
				b.rejects = append(b.rejects, ',')
				if shown {
					b.rejects = appendCell(b.rejects, v.At(i))
				}
			}
			b.rejects = append(b.rejects, '\n')
		}
	}
}

// appendReject appends the report's own columns for row i, which has a fault if
// it could not be read.
func (b *batch) appendReject(out []byte, p *plan, i int, fault *formats.Fault) []byte {
	d, pos := &b.out.Decisions[i], b.chunk.Position(i)
	out = append(out, b.nameCell...)
	out = append(out, ',')
	out = strconv.AppendInt(out, b.rowBase+pos.Row, 10)
	out = append(out, ',')
	if pos.Line > 0 {
		out = strconv.AppendInt(out, b.lineBase+pos.Line, 10)
	}
	out = append(out, ',')
	if pos.Offset >= 0 {
		out = strconv.AppendInt(out, pos.Offset, 10)
	}
	out = append(out, ',')
	out = append(out, d.Verdict.String()...)
	out = append(out, ',')
	out = append(out, b.first(p, i).String()...)
	out = append(out, ',')
	if d.List != 0 {
		out = appendCell(out, p.list(d.List))
	}
	out = append(out, ',')
	lo := len(out)
	return quoteTail(b.appendDetail(out, p, i, fault), lo)
}

// appendDetail says where in the row and why, and never what: the fault and the
// field it is in, or the form of the address that a list holds, and what else is
// wrong.
func (b *batch) appendDetail(out []byte, p *plan, i int, fault *formats.Fault) []byte {
	d, first := &b.out.Decisions[i], b.first(p, i)
	lo := len(out)
	if fault != nil {
		out = append(out, fault.Code...)
		if fault.Column > 0 {
			out = append(out, " in field "...)
			out = strconv.AppendInt(out, int64(fault.Column), 10)
		}
		if fault.Detail != "" {
			out = append(out, ": "...)
			out = append(out, fault.Detail...)
		}
	}
	if d.List != 0 && byAddress(first) {
		out = separate(out, lo)
		out = append(out, "address form "...)
		out = append(out, p.forms[d.Form]...)
	}
	if rest := d.Reasons &^ screen.Reasons(0).With(first); rest != 0 {
		out = separate(out, lo)
		out = append(out, "also "...)
		out = appendReasons(out, rest)
	}
	return out
}

// byAddress reports whether a hit for this reason was on an address, which has forms,
// and not on a domain, number or profile.
func byAddress(r screen.Reason) bool {
	switch r {
	case screen.ExcludedDomain, screen.ExcludedPhone, screen.ExcludedSocial, screen.ExcludedCompany:
		return false
	}
	return true
}

func separate(out []byte, lo int) []byte {
	if len(out) > lo {
		out = append(out, "; "...)
	}
	return out
}

// appendReasons appends the names of a set, joined by bars.
func appendReasons(out []byte, set screen.Reasons) []byte {
	for first := true; set != 0; first = false {
		r, _ := set.First()
		set &^= screen.Reasons(0).With(r)
		if !first {
			out = append(out, '|')
		}
		out = append(out, r.String()...)
	}
	return out
}

// appendFlags appends the names of a set, joined by bars.
func appendFlags(out []byte, set screen.Flags) []byte {
	sep := false
	for f := screen.Flag(0); set != 0; f, set = f+1, set>>1 {
		if set&1 == 0 {
			continue
		}
		if sep {
			out = append(out, '|')
		}
		out = append(out, f.String()...)
		sep = true
	}
	return out
}

// appendCell appends text as a CSV cell, quoted where RFC 4180 asks for it.
func appendCell(out, text []byte) []byte {
	if !special(text) {
		return append(out, text...)
	}
	out = append(out, '"')
	for {
		i := bytes.IndexByte(text, '"')
		if i < 0 {
			break
		}
		out = append(out, text[:i+1]...)
		out = append(out, '"')
		text = text[i+1:]
	}
	out = append(out, text...)
	return append(out, '"')
}

func special(text []byte) bool {
	for _, c := range text {
		if c == ',' || c == '"' || c == '\n' || c == '\r' {
			return true
		}
	}
	return false
}

// quoteTail makes out[lo:] a CSV cell in place.
func quoteTail(out []byte, lo int) []byte {
	tail := out[lo:]
	if !special(tail) {
		return out
	}
	n, quotes := len(tail), bytes.Count(tail, []byte{'"'})
	for range quotes + 2 {
		out = append(out, 0)
	}
	to := len(out) - 1
	out[to] = '"'
	for from := lo + n - 1; from >= lo; from-- {
		to--
		out[to] = out[from]
		if out[from] == '"' {
			to--
			out[to] = '"'
		}
	}
	out[lo] = '"'
	return out
}
