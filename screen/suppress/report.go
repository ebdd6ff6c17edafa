package suppress

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
)

// describe adds what the chunks found to info, and sets its layout.
func (l *loader) describe(info *ListInfo) {
	l.chunked(info)
	info.Layout = Layout{Format: l.formatName(), Compression: l.src.compression, Encoding: l.src.encoding,
		Header: l.header, Columns: l.names()}
	if l.delim != 0 && l.src.layout == nil {
		info.Layout.Delimiter = string(l.delim)
	}
	if l.src.layout != nil {
		info.Layout.Header, info.Layout.Columns = false, nil
	}
	io.Copy(io.Discard, l.src.stored) // what a decompressor leaves unread belongs to the file
	sum := l.src.stored.hash
	if sum == nil {
		sum = l.hash
	}
	l.src.digest = hex.EncodeToString(sum.Sum(nil))
}

// chunked adds what the chunks found to info.
func (l *loader) chunked(info *ListInfo) {
	info.Lines += l.lines
	all := findings{odd: l.odd}
	for _, c := range l.chunks {
		f := &c.found
		for k, n := range f.entries {
			info.Entries[k] += n
		}
		info.Algorithms |= f.algorithms
		info.Traps += f.traps
		info.Skipped += f.skipped
		info.Comments += f.comments
		info.Blanks += f.blanks
		info.Refused.append(f.refused)
		for _, o := range f.odd {
			all.warn(o.what, o.lines)
		}
		for _, o := range f.why {
			all.because(o.what, o.lines)
		}
	}
	info.Blanks -= l.src.filler()
	for _, o := range all.odd {
		for _, line := range o.lines.First {
			info.Warnings = append(info.Warnings, Warning{line, o.what})
		}
		if more := o.lines.Total - int64(len(o.lines.First)); more > 0 {
			info.Warnings = append(info.Warnings, Warning{0, fmt.Sprintf("%d more lines: %s", more, o.what)})
		}
	}
	slices.SortStableFunc(info.Warnings, func(a, b Warning) int { return int(min(max(a.Line-b.Line, -1), 1)) })
	for _, o := range all.why {
		info.Causes = append(info.Causes, Cause{o.what, o.lines})
	}
	slices.SortStableFunc(info.Causes, func(a, b Cause) int {
		return int(min(max(a.Lines.First[0]-b.Lines.First[0], -1), 1))
	})
}

// formatName returns the name of the text's format.
func (l *loader) formatName() string {
	switch {
	case l.format != "":
		return l.format
	case l.delim != 0:
		return "csv"
	}
	return "text"
}

// check applies the guards that need the whole text.
func (l *loader) check(spec *ListSpec, info *ListInfo) error {
	var total, last int64
	var long, zeros, cut, refused Lines
	var counts []claim
	var late Lines
	for _, c := range l.chunks {
		f := &c.found
		total += f.total
		last = max(last, f.lastEntry)
		long.append(f.long)
		zeros.append(f.zeros)
		cut.append(f.cut)
		refused.append(f.refused)
		counts = append(counts, f.counts...)
		for _, line := range f.canaries {
			if line > l.headLines {
				late.add(line)
			}
		}
	}
	if late.Total > 0 {
		if err := spec.pass(&ListError{Code: Canary, Lines: late, What: "a canary is named too late to be looked for",
			Hint: "name canaries at the head of the list"}, info); err != nil {
			return err
		}
	}
	damaged := func(lines Lines, what, hint string) error {
		return spec.pass(&ListError{Code: Damaged, Lines: lines, What: what, Hint: hint}, info)
	}
	const again = "fetch the list again"
	if long.Total > 0 {
		if err := damaged(long, "a line of more than 1 MiB", "check that the file is a list"); err != nil {
			return err
		}
	}
	if zeros.Total > 0 { // what a crash leaves of a file, among others
		if err := damaged(Lines{1, zeros.First[:1]}, "zero bytes in the text", again); err != nil {
			return err
		}
	}
	if cut.Total > 0 && total > 1 {
		if err := damaged(cut, "the list ends in the middle of a line",
			again+"; if it is whole, end its last line with a line break"); err != nil {
			return err
		}
	}
	for _, c := range counts {
		if c.count == total {
			continue
		}
		what := fmt.Sprintf("the comment counts %d entries, the list has %d", c.count, total)
		if err := damaged(Lines{1, []int64{c.line}}, what, again); err != nil {
			return err
		}
	}
	for _, c := range l.sums {
		if c.line < last {
			info.Warnings = append(info.Warnings, Warning{c.line, "a checksum before the end of the list is not checked"})
			continue
		}
		if c.want == c.textHash {
			continue
		}
		if err := damaged(Lines{1, []int64{c.line}}, "the text above does not have the SHA-256 that the comment gives", again); err != nil {
			return err
		}
	}
	return spec.checkRefused(refused, total, info)
}

// checkRefused refuses a list with more unreadable lines than its class allows.
func (s *ListSpec) checkRefused(refused Lines, total int64, info *ListInfo) error {
	n := refused.Total
	if n == 0 || !s.Class.Sealed() && n <= 100 && n*100 <= total {
		return nil
	}
	what := "neither an address, a domain, a digest, a telephone number nor a profile"
	if n == 1 {
		what = "the line is " + what
	} else {
		what = fmt.Sprintf("%d of %d lines are %s", n, total, what)
	}
	hint := "correct the lines; at most 1 in 100 and no more than 100 in all may be unreadable"
	if s.Class.Sealed() {
		hint = "correct the lines; in a list of class " + s.Class.String() + " every line must be readable"
	}
	if refused.First[0] == 1 && !info.Layout.Header {
		hint += "; put # before a heading"
	}
	return s.pass(&ListError{Code: BadLines, Lines: refused, What: what, Hint: hint}, info)
}

func (s *ListSpec) name() string {
	if s.Name != "" {
		return s.Name
	}
	return filepath.Base(s.Path)
}

// fail completes an error with what the list is.
func (s *ListSpec) fail(e *ListError) *ListError {
	e.List, e.Path, e.Class = s.name(), s.Path, s.Class
	return e
}

func (s *ListSpec) openError(err error) *ListError {
	e := &ListError{Code: Unreadable, Err: err, What: "cannot be opened", Hint: "check the file's permissions"}
	var p *fs.PathError
	if errors.As(err, &p) {
		e.What = "cannot be opened: " + p.Err.Error()
	}
	if errors.Is(err, fs.ErrNotExist) {
		e.Code, e.What, e.Hint = Missing, "there is no such file", "check the path; a list that is named must be there"
	}
	return s.fail(e)
}

func (s *ListSpec) changed() *ListError {
	return s.fail(&ListError{Code: Damaged, What: "changed while it was read", Hint: "put lists in place by renaming them"})
}
