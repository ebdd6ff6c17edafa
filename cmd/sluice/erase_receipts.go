package main

import (
	"bufio"
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"sluice/screen/suppress"
	"sluice/screen/treat"
)

// A receipt says that one address was erased, and what that changed. Whoever has the key
// and the address can tell that it is theirs; nobody else can tell anything.
type receipt struct {
	Receipt  string        `json:"receipt"` // HMAC-SHA256 of the SHA-1 of the canonical address, in hex
	KeyID    string        `json:"key_id"`
	Time     string        `json:"time"`     // when it began
	Erasures string        `json:"erasures"` // the file that keeps the hashes
	Hashes   int           `json:"hashes"`   // how many forms of the address it keeps
	Lists    []receiptList `json:"lists"`    // that were rewritten

	// Rows that were taken out of deliveries as erased, of all whose erasure the run completed.
	Datasets []erasedRows `json:"datasets"`
	// NotChecked is how many deliveries could not be screened: they are not there any more,
	// or encrypted, or have no addresses.
	NotChecked int `json:"not_checked,omitempty"`
}

type receiptList struct {
	List  string `json:"list"`
	Lines int64  `json:"lines"` // that held the address
}

// receipts are written when everything is done. Until then a journal beside the erasures
// keeps what they will say, so that a run that was killed does not lose it: it names
// people by the SHA-1 that stands in the erasures, too.
type receipts struct {
	path, keyFile string

	key     []byte
	journal eraseJournal
	people  []string // the SHA-1 of each subject's canonical address, in hex
}

// minReceiptKey is how short a key may be, in bytes: as short as that of hashed columns.
const minReceiptKey = treat.MinKey

// check reads the key.
func (r *receipts) check() error {
	if (r.path == "") != (r.keyFile == "") {
		return usage(errors.New("receipts take both --receipts FILE and --receipt-key FILE"), "see sluice erase --help")
	}
	if r.path == "" {
		return nil
	}
	data, err := os.ReadFile(r.keyFile)
	if err != nil {
		return &failure{exit: exitUsage, code: "key", err: err, hint: "--receipt-key takes a file with the key"}
	}
	text := bytes.TrimRight(data, "\r\n")
	if r.key, err = hex.DecodeString(string(text)); err != nil {
		r.key = text
	}
	if len(r.key) < minReceiptKey {
		return &failure{exit: exitUsage, code: "key", hint: "make one: head -c 32 /dev/urandom | xxd -p -c 64 > receipts.key",
			err: fmt.Errorf("%s: the key has %d bytes, it takes at least %d", r.keyFile, len(r.key), minReceiptKey)}
	}
	f, err := os.OpenFile(r.path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return &failure{exit: exitUsage, code: "output", err: err, hint: "--receipts takes a file that can be written to"}
	}
	return f.Close()
}

// begin takes up what a killed run left, and notes who is to be erased now.
func (r *receipts) begin(e *erasing) error {
	if r.path == "" {
		return nil
	}
	dir, base := filepath.Split(e.into)
	r.journal.path = filepath.Join(dir, "."+base+".sluice-erase.journal")
	if err := r.journal.open(); err != nil {
		return err
	}
	var fresh []string
	for _, s := range e.people {
		id := hex.EncodeToString(s.keys[0][:])
		r.people = append(r.people, id)
		if r.journal.begun[id] == "" {
			fresh = append(fresh, id)
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	return r.journal.add(&eraseStep{Time: e.now.UTC().Format(time.RFC3339Nano), Subjects: fresh})
}

func (r *receipts) close() { r.journal.close() }

// intend notes what is about to happen to a list.
func (r *receipts) intend(done *suppress.Erased) error {
	if r.path == "" || len(done.Subjects) == 0 {
		return nil
	}
	s := &eraseStep{List: realPath(done.Path), From: done.Was, To: done.SHA256, Lines: map[string]int64{}}
	for i, n := range done.Subjects {
		s.Lines[r.people[i]] = n
	}
	return r.journal.add(s)
}

// end writes the receipts, of everybody for whom there is something new to say, and
// returns how many there are.
func (r *receipts) end(e *erasing) (int, error) {
	if r.path == "" {
		return 0, nil
	}
	f, err := os.OpenFile(r.path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	known, err := readReceipts(f)
	if err != nil {
		return 0, err
	}
	var text []byte
	written := 0
	for i, id := range r.people {
		one := r.receipt(e, i, id)
		if known[one.Receipt] == nil || len(one.Lists)+len(one.Datasets) > 0 && !known[one.Receipt][one.Time] {
			line, err := json.Marshal(one)
			if err != nil {
				return 0, err
			}
			text = append(append(text, line...), '\n')
			written++
		}
	}
	if len(text) > 0 {
		e.p.at("receipts", r.path)
		_, err = f.Write(text)
	}
	if err := errors.Join(err, f.Sync()); err != nil {
		return 0, err
	}
	e.p.at("journal", r.journal.path)
	return written, r.journal.forget(r.people)
}

// receipt returns what there is to say of one subject.
func (r *receipts) receipt(e *erasing, i int, id string) *receipt {
	mac := hmac.New(sha256.New, r.key)
	mac.Write(e.people[i].keys[0][:])
	one := &receipt{Receipt: hex.EncodeToString(mac.Sum(nil)), KeyID: treat.KeyID(r.key), Time: r.journal.begun[id],
		Erasures: filepath.Base(e.into), Hashes: len(e.people[i].keys), Lists: []receiptList{}, Datasets: []erasedRows{},
		NotChecked: len(e.report.NotChecked)}
	for _, s := range r.journal.steps {
		if n := s.Lines[id]; n > 0 {
			one.Lists = append(one.Lists, receiptList{filepath.Base(s.List), n})
		}
	}
	for _, d := range e.report.Datasets {
		one.Datasets = append(one.Datasets, erasedRows{filepath.Base(d.Dataset), d.Rows})
	}
	return one
}

// readReceipts returns the times of the receipts that are in a file, by what names their
// subjects, and leaves the file at its end. What is left of a line that a killed run did
// not finish is taken away: the journal still has it.
func readReceipts(f *os.File) (map[string]map[string]bool, error) {
	known := map[string]map[string]bool{}
	lines := bufio.NewReader(f)
	size := int64(0)
	for {
		line, err := lines.ReadBytes('\n')
		if err == io.EOF {
			if len(line) > 0 {
				if err := f.Truncate(size); err != nil {
					return nil, err
				}
			}
			_, err := f.Seek(size, io.SeekStart)
			return known, err
		}
		if err != nil {
			return nil, err
		}
		var one receipt
		if json.Unmarshal(line, &one) == nil && one.Receipt != "" {
			if known[one.Receipt] == nil {
				known[one.Receipt] = map[string]bool{}
			}
			known[one.Receipt][one.Time] = true
		}
		size += int64(len(line))
	}
}
