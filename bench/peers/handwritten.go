package main

import (
	"bufio"
	"crypto/sha1"
	"encoding/csv"
	"encoding/hex"
	"io"
	"net/url"
	"os"
	"regexp"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// wellFormed is what all programs but sluice take for an address. The SQL has it too.
const wellFormed = "^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([a-z0-9](-*[a-z0-9])*\\.)+[a-z]{2,}$"

// handwritten is the program that a team would write in an hour: one goroutine, the
// standard library and the public suffix list. Its arguments are the list, the digests
// as text, the providers, and the files for the rows kept and for the rejects.
func handwritten(list, listed, providers, kept, rejects string) error {
	digests := map[[20]byte]struct{}{}
	err := eachLine(listed, func(line string) error {
		var d [20]byte
		if _, err := hex.Decode(d[:], []byte(line)); err != nil {
			return err
		}
		digests[d] = struct{}{}
		return nil
	})
	if err != nil {
		return err
	}
	mailboxes := map[string]bool{}
	if err := eachLine(providers, func(line string) error { mailboxes[line] = true; return nil }); err != nil {
		return err
	}
	in, err := os.Open(list)
	if err != nil {
		return err
	}
	defer in.Close()
	keptFile, err := os.Create(kept)
	if err != nil {
		return err
	}
	rejectsFile, err := os.Create(rejects)
	if err != nil {
		return err
	}
	r, k, x := csv.NewReader(bufio.NewReaderSize(in, 1<<20)), csv.NewWriter(bufio.NewWriterSize(keptFile, 1<<20)), csv.NewWriter(rejectsFile)
	r.ReuseRecord = true
	if err := screenRows(r, k, x, digests, mailboxes); err != nil {
		return err
	}
	if err := keptFile.Close(); err != nil {
		return err
	}
	return rejectsFile.Close()
}

func screenRows(r *csv.Reader, kept, rejects *csv.Writer, digests map[[20]byte]struct{}, mailboxes map[string]bool) error {
	shape := regexp.MustCompile(wellFormed)
	header, err := r.Read()
	if err != nil {
		return err
	}
	column := map[string]int{}
	for i, name := range header {
		column[name] = i
	}
	email, website := column["email"], column["website"]
	if err := kept.Write(header); err != nil {
		return err
	}
	if err := rejects.Write([]string{"row", "reason"}); err != nil {
		return err
	}
	for {
		row, err := r.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		reason := judge(row[email], row[website], shape, digests, mailboxes)
		if reason == "" {
			err = kept.Write(row)
		} else {
			err = rejects.Write([]string{row[0], reason})
		}
		if err != nil {
			return err
		}
	}
	kept.Flush()
	rejects.Flush()
	if err := kept.Error(); err != nil {
		return err
	}
	return rejects.Error()
}

// judge returns why a row is dropped, or "".
func judge(email, website string, shape *regexp.Regexp, digests map[[20]byte]struct{}, mailboxes map[string]bool) string {
	addr := strings.ToLower(strings.TrimSpace(email))
	if !shape.MatchString(addr) {
		return "syntax"
	}
	if _, ok := digests[sha1.Sum([]byte(addr))]; ok {
		return "listed"
	}
	host := addr[strings.LastIndexByte(addr, '@')+1:]
	if mailboxes[host] {
		return "provider"
	}
	if site := siteOf(website); host != site && registrable(host) != registrable(site) {
		return "mismatch"
	}
	return ""
}

// siteOf returns the host of a website cell.
func siteOf(cell string) string {
	cell = strings.ToLower(strings.TrimSpace(cell))
	if !strings.Contains(cell, "://") {
		cell = "http://" + cell
	}
	u, err := url.Parse(cell)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(u.Hostname(), "www.")
}

// registrable returns the host's registrable domain, or the host where it has none.
func registrable(host string) string {
	if d, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil {
		return d
	}
	return host
}

func eachLine(path string, use func(string) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if err := use(lines.Text()); err != nil {
			return err
		}
	}
	return lines.Err()
}
