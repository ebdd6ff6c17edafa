package main

import (
	"bufio"
	"encoding/binary"
	"encoding/csv"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"strconv"
)

// recordHash tells a record by its cells, however they are quoted.
func recordHash(record []string) uint64 {
	h := fnv.New64a()
	for _, cell := range record {
		h.Write([]byte(cell))
		h.Write([]byte{0})
	}
	return h.Sum64()
}

// hashList writes the hash of every record of a list, eight bytes each in order.
func hashList(list, hashes string) error {
	return whole(hashes, func(w io.Writer) error {
		n := 0
		return eachRecord(list, func(record []string) error {
			n++
			if record[0] != strconv.Itoa(n) {
				return fmt.Errorf("%s: record %d has another number", list, n)
			}
			var b [8]byte
			binary.LittleEndian.PutUint64(b[:], recordHash(record))
			_, err := w.Write(b[:])
			return err
		})
	})
}

func eachRecord(path string, use func([]string) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	r := csv.NewReader(bufio.NewReaderSize(f, 1<<20))
	r.ReuseRecord = true
	if _, err := r.Read(); err != nil {
		return fmt.Errorf("%s: header: %w", path, err)
	}
	for {
		record, err := r.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if err := use(record); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
}

// outcome is what the check of a program's outputs is given.
type outcome struct {
	hashes        string // of the list's records
	kept, rejects string // CSV; rejects may be ""
	rowColumn     int    // where rejects number the row
	ordered       bool   // the program promises the list's order
}

// keptRows checks outputs by themselves and returns a byte for every row of the list, 1
// where it was kept. Every kept row must stand there once and cell for cell, every
// other row among the rejects, and order must hold where it was promised.
func keptRows(o outcome) ([]byte, error) {
	hashes, err := os.ReadFile(o.hashes)
	if err != nil {
		return nil, err
	}
	kept := make([]byte, len(hashes)/8)
	last := 0
	number := func(cell string) (int, error) {
		n, err := strconv.Atoi(cell)
		if err != nil || n < 1 || n > len(kept) {
			return 0, errors.New("a record without the number of a row")
		}
		return n, nil
	}
	err = eachRecord(o.kept, func(record []string) error {
		n, err := number(record[0])
		switch {
		case err != nil:
			return err
		case kept[n-1] != 0:
			return fmt.Errorf("row %d is there twice", n)
		case recordHash(record) != binary.LittleEndian.Uint64(hashes[8*(n-1):]):
			return fmt.Errorf("row %d has other cells than the list", n)
		case o.ordered && n < last:
			return fmt.Errorf("row %d comes after row %d", n, last)
		}
		kept[n-1], last = 1, n
		return nil
	})
	if err != nil || o.rejects == "" {
		return kept, err
	}
	seen := make([]byte, len(kept))
	copy(seen, kept)
	err = eachRecord(o.rejects, func(record []string) error {
		n, err := number(record[o.rowColumn])
		if err == nil && seen[n-1] != 0 {
			err = fmt.Errorf("row %d was kept, or is there twice", n)
		}
		if err == nil {
			seen[n-1] = 1
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	for i, b := range seen {
		if b == 0 {
			return nil, fmt.Errorf("%s: row %d is neither kept nor rejected", o.rejects, i+1)
		}
	}
	return kept, nil
}

// difference says in numbers of rows how one program's kept rows differ from
// another's; it is "" where they do not.
func difference(want, got []byte) string {
	if len(want) != len(got) {
		return fmt.Sprintf("%d rows, not %d", len(got), len(want))
	}
	var more, fewer []int
	for i := range want {
		switch {
		case got[i] > want[i]:
			more = append(more, i+1)
		case got[i] < want[i]:
			fewer = append(fewer, i+1)
		}
	}
	if len(more)+len(fewer) == 0 {
		return ""
	}
	return fmt.Sprintf("keeps %d rows that sluice drops%s, drops %d that sluice keeps%s", len(more), some(more), len(fewer), some(fewer))
}

func some(rows []int) string {
	switch {
	case len(rows) == 0:
		return ""
	case len(rows) > 10:
		return fmt.Sprintf(" %v …", rows[:10])
	}
	return fmt.Sprintf(" %v", rows)
}
