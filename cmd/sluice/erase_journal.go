package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"
)

// An eraseJournal is what receipts will say, in JSON lines, until they are written. A step
// is on the disk before it is taken.
type eraseJournal struct {
	path  string
	file  *os.File
	steps []eraseStep       // that were taken
	begun map[string]string // of subjects without a receipt: when their erasure began
}

// An eraseStep is one line of it: people whose erasure began, or what a list held.
type eraseStep struct {
	Time     string   `json:"time,omitempty"`
	Subjects []string `json:"subjects,omitempty"` // SHA-1 of canonical addresses, in hex

	List  string           `json:"list,omitempty"`  // the file, absolute
	From  string           `json:"from,omitempty"`  // SHA-256 of it before, in hex
	To    string           `json:"to,omitempty"`    // and after
	Lines map[string]int64 `json:"lines,omitempty"` // by subject: those that held it
	Taken bool             `json:"taken,omitempty"` // it is known to have been
}

// open reads the journal. Of the steps those count that were taken: the file is as it was
// to be, or a later step began with that.
func (j *eraseJournal) open() error {
	j.begun = map[string]string{}
	data, err := os.ReadFile(j.path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	var all []eraseStep
	for line := range bytes.Lines(data[:bytes.LastIndexByte(data, '\n')+1]) { // a line that was cut off was not acted upon
		var s eraseStep
		if err := json.Unmarshal(line, &s); err != nil {
			return &failure{exit: exitVerify, code: "journal", err: unread(j.path, errors.New("not the journal of an erasure")),
				hint: "it was altered; without it receipts do not say what was erased before: move it away"}
		}
		all = append(all, s)
	}
	for i, s := range all {
		if s.Taken = s.List == "" || s.Taken || taken(&s, all[i+1:]); s.Taken {
			j.take(s)
		}
	}
	if len(all) > 0 { // what the files are like may not tell any more tomorrow
		if err := j.save(); err != nil {
			return err
		}
	}
	j.file, err = os.OpenFile(j.path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	return err
}

// taken reports whether a step that was written down was taken.
func taken(s *eraseStep, later []eraseStep) bool {
	if slices.ContainsFunc(later, func(t eraseStep) bool { return t.List == s.List && t.From == s.To }) {
		return true
	}
	now, err := fileDigest(s.List)
	return err == nil && now == s.To
}

func (j *eraseJournal) take(s eraseStep) {
	for _, id := range s.Subjects {
		if j.begun[id] == "" {
			j.begun[id] = s.Time
		}
	}
	if s.List != "" {
		j.steps = append(j.steps, s)
	}
}

// add writes a step down before it is taken.
func (j *eraseJournal) add(s *eraseStep) error {
	line, err := json.Marshal(s)
	if err != nil {
		return err
	}
	if _, err := j.file.Write(append(line, '\n')); err != nil {
		return err
	}
	j.take(*s)
	return j.file.Sync()
}

// forget removes people whose receipts are written; the journal goes with the last one.
func (j *eraseJournal) forget(people []string) error {
	for _, id := range people {
		delete(j.begun, id)
		for _, s := range j.steps {
			delete(s.Lines, id)
		}
	}
	j.close()
	if len(j.begun) == 0 {
		return os.Remove(j.path)
	}
	return j.save()
}

// save writes the journal anew.
func (j *eraseJournal) save() error {
	byTime := map[string][]string{}
	for id, at := range j.begun {
		byTime[at] = append(byTime[at], id)
	}
	var lines []eraseStep
	for at, ids := range byTime {
		slices.Sort(ids)
		lines = append(lines, eraseStep{Time: at, Subjects: ids})
	}
	slices.SortFunc(lines, func(a, b eraseStep) int { return strings.Compare(a.Time, b.Time) })
	for _, s := range j.steps {
		if len(s.Lines) > 0 {
			s.Taken = true
			lines = append(lines, s)
		}
	}
	f, err := os.OpenFile(j.path+".tmp", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	e := json.NewEncoder(f)
	for _, s := range lines {
		err = errors.Join(err, e.Encode(s))
	}
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(j.path+".tmp", j.path)
}

func (j *eraseJournal) close() {
	if j.file != nil {
		j.file.Close()
		j.file = nil
	}
}
