package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"sluice/pipeline/manifest"
)

// isAddress tells the address of a catalogue of lineage from a file's name.
func isAddress(s string) bool {
	return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://")
}

// send appends an event of every run to the file of events, or posts it.
func (l *telling) send(ctx context.Context, event func(*manifest.Lineage, *told) ([]byte, error)) {
	if l.events == "" {
		return
	}
	for _, r := range l.runs {
		line, err := event(l.p.lineage("", l.job, r.place), r)
		switch {
		case err != nil:
		case isAddress(l.events):
			err = post(ctx, l.events, l.p.getenv("OPENLINEAGE_API_KEY"), line)
		default:
			err = appendLine(l.events, line)
		}
		if err != nil {
			l.p.warn("openlineage", err, "the run itself is as its exit code says; sluice manifest export --to openlineage makes its events again")
			return
		}
	}
}

// appendLine appends a line to a file. What a run that was killed left of one is closed
// first.
func appendLine(path string, line []byte) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.Size() > 0 {
		var last [1]byte
		if _, err := f.ReadAt(last[:], info.Size()-1); err == nil && last[0] != '\n' {
			line = append([]byte("\n"), line...)
		}
	}
	if _, err = f.Write(line); err == nil {
		err = f.Close()
	}
	return err
}

// postTimeout is how long a catalogue may take to answer: what the OpenLineage clients
// wait, too. A run posts twice.
const postTimeout = 5 * time.Second

// post sends an event to a catalogue. An address without a path means the one that the
// OpenLineage clients use.
func post(ctx context.Context, address, key string, event []byte) error {
	u, err := url.Parse(address)
	if err != nil {
		return err
	}
	if u.Path == "" || u.Path == "/" {
		u.Path = "/api/v1/lineage"
	}
	ctx, cancel := context.WithTimeout(ctx, postTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), bytes.NewReader(event))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	if key != "" {
		req.Header.Set("Authorization", "Bearer "+key)
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }} // it goes where it was told, or nowhere
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<20)) // lets the connection end in order
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("%s answers %s", u.Redacted(), resp.Status)
	}
	return nil
}
