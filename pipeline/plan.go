package pipeline

import (
	"strconv"
	"strings"

	"sluice/formats/column"
	"sluice/formats/treated"
	"sluice/screen"
	"sluice/screen/suppress"
)

// A plan is what a job comes to before the first row: which columns to decode for
// whom, and every fixed piece of text that reports are made of.
type plan struct {
	job   *Job
	cols  []int                       // columns that rules read, roles in order
	roles [screen.NumRoles]column.Run // each role's stretch of cols
	known []int                       // the main e-mail column, which is no place for strays

	content *treated.Decoder // of the columns that may be written, for reports with content

	decisive screen.Reasons // those that the policy does not make flags of

	header []byte // of the rejects report
	lists  [][]byte
	forms  [256][]byte
}

func newPlan(job *Job) *plan {
	p := &plan{job: job}
	for role := range screen.NumRoles {
		lo := len(p.cols)
		p.cols = append(p.cols, job.Roles[role]...)
		p.roles[role] = column.Run{Lo: lo, Hi: len(p.cols)}
	}
	if emails := job.Roles[screen.Email]; len(emails) > 0 {
		p.known = emails[:1]
	}
	for r := range screen.NumReasons {
		if job.Policy.Verdict(r) != screen.Keep {
			p.decisive = p.decisive.With(r)
		}
	}
	p.header = append(p.header, strings.Join(RejectsColumns(), ",")...)
	if job.RejectsContent {
		written := job.Columns
		if written == nil {
			written = treated.All(len(job.Source.Schema().Fields))
		}
		p.content = treated.NewDecoder(written)
		for _, name := range treated.Schema(job.Source.Schema(), job.Columns).Names() {
			p.header = append(p.header, ',')
			p.header = appendCell(p.header, []byte(name))
		}
	}
	p.header = append(p.header, '\n')
	for _, name := range job.ListNames {
		p.lists = append(p.lists, []byte(name))
	}
	for f := range p.forms {
		name := strconv.Itoa(f)
		if job.FormName != nil {
			name = formName(job.FormName, uint8(f), name)
		}
		p.forms[f] = []byte(name)
	}
	return p
}

// primary returns the reason that decides a row: the first one that does not merely
// flag it, else the first one, else screen.NumReasons.
func (p *plan) primary(set screen.Reasons) screen.Reason {
	if set == 0 {
		return screen.NumReasons
	}
	if r, ok := (set & p.decisive).First(); ok {
		return r
	}
	r, _ := set.First()
	return r
}

// formName asks for the name of f, which may be a number that no form has.
func formName(names func(uint8) string, f uint8, otherwise string) (name string) {
	defer func() {
		if recover() != nil {
			name = otherwise
		}
	}()
	return names(f)
}

// list returns the name of list id, or its number when it was given none.
func (p *plan) list(id suppress.ListID) []byte {
	if int(id) <= len(p.lists) {
		return p.lists[id-1]
	}
	return strconv.AppendInt(nil, int64(id), 10)
}
