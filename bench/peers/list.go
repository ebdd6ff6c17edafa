package main

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// freeDomains are the providers that plainRows adds to a list.
var freeDomains = []string{"gmail.com", "outlook.com", "yahoo.com", "gmx.de", "hotmail.fr", "icloud.com"}

// makeList writes a prospect list on which the rules that all programs have decide
// every row. It is sluice's synthetic list of well-formed records, made plain (see
// plainRow), with a first column that numbers the rows, so that outputs can be compared
// row for row whatever order they come in.
func makeList(sluice, path string, rows int) error {
	cmd := exec.Command(sluice, "gen", "prospects", "--clean", "--rows", strconv.Itoa(rows))
	cmd.Stderr = os.Stderr
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	if err := whole(path, func(w io.Writer) error { return plainRows(w, pipe) }); err != nil {
		return err
	}
	return cmd.Wait()
}

// plainRows copies a list, every row numbered and made plain.
func plainRows(w io.Writer, r io.Reader) error {
	in, out := csv.NewReader(r), csv.NewWriter(w)
	in.ReuseRecord = true
	header, err := in.Read()
	if err != nil {
		return err
	}
	column := map[string]int{}
	for i, name := range header {
		column[name] = i
	}
	email, website, notes := column["email"], column["website"], column["notes"]
	if err := out.Write(append([]string{"id"}, header...)); err != nil {
		return err
	}
	for n := 1; ; n++ {
		row, err := in.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		row[email] = plainEmail(row[email], n)
		row[website] = ascii(row[website])
		row[notes] = strings.ReplaceAll(row[notes], "@", " at ")
		if err := out.Write(append([]string{strconv.Itoa(n)}, row...)); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// plainEmail takes out of an address what only sluice understands: names around it,
// tags, letters beyond ASCII, odd white space. Case and spaces around it stay. One
// address in sixteen becomes a free-mail address, so that a quarter of the list is
// dropped.
func plainEmail(cell string, n int) string {
	if lt := strings.IndexByte(cell, '<'); lt >= 0 {
		cell = strings.TrimSuffix(cell[lt+1:], ">")
	}
	cell = ascii(strings.TrimPrefix(cell, "mailto:"))
	cell = strings.NewReplacer("\u00a0", " ", "\t", " ").Replace(cell)
	local, domain, ok := strings.Cut(cell, "@")
	if !ok {
		return cell
	}
	local, _, _ = strings.Cut(local, "+")
	if n%16 == 7 {
		domain = freeDomains[n/16%len(freeDomains)]
	}
	return local + "@" + domain
}

// ascii spells the one letter beyond ASCII that the list's hosts have.
func ascii(s string) string {
	return strings.NewReplacer("ü", "ue", "Ü", "Ue").Replace(s)
}

// makeProviders writes sluice's own tables of mailbox providers as a list of hosts,
// which is what the other programs are given.
func makeProviders(tables, path string) error {
	var hosts []string
	for _, name := range []string{"freemail_reviewed", "freemail_core", "isp_reviewed", "relay_reviewed", "disposable_reviewed", "disposable_core"} {
		f, err := os.Open(filepath.Join(tables, name+".txt"))
		if err != nil {
			return err
		}
		for lines := bufio.NewScanner(f); lines.Scan(); {
			line, _, _ := strings.Cut(lines.Text(), "#")
			if fields := strings.Fields(line); len(fields) > 0 {
				hosts = append(hosts, fields[0])
			}
		}
		f.Close()
	}
	slices.Sort(hosts)
	return whole(path, func(w io.Writer) error {
		_, err := fmt.Fprintln(w, strings.Join(slices.Compact(hosts), "\n"))
		return err
	})
}

// whole makes a file that exists only once all of it is written.
func whole(path string, fill func(io.Writer) error) error {
	f, err := os.Create(path + ".part")
	if err != nil {
		return err
	}
	defer os.Remove(path + ".part")
	w := bufio.NewWriterSize(f, 1<<20)
	if err := fill(w); err != nil {
		f.Close()
		return err
	}
	if err := w.Flush(); err != nil {
		f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(path+".part", path)
}
