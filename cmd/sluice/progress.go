package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// isTerminal reports whether a stream is a terminal that a person looks at.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// showProgress draws a bar with rows, speed and time left while the run goes on. The
// function it returns takes the bar away and waits until it is gone.
func (s *screening) showProgress(ctx context.Context) (end func()) {
	if s.quiet || s.progress == "off" || s.progress == "auto" && !isTerminal(s.p.stderr) {
		return func() {}
	}
	total := s.source.TotalBytes()
	if total <= 0 {
		total = -1
	}
	bar := progressbar.NewOptions64(total,
		progressbar.OptionSetWriter(s.p.stderr),
		progressbar.OptionShowBytes(true),
		progressbar.OptionSetWidth(24),
		progressbar.OptionClearOnFinish(),
		progressbar.OptionSetPredictTime(total > 0),
		progressbar.OptionThrottle(0),
		progressbar.OptionEnableColorCodes(false))
	ctx, cancel := context.WithCancel(ctx)
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		tick := time.NewTicker(200 * time.Millisecond)
		defer tick.Stop()
		for {
			bar.Describe(fmt.Sprintf("%s rows read, %s kept", thousands(s.counts.Read.Load()), thousands(s.counts.Kept.Load())))
			bar.Set64(s.source.BytesRead())
			select {
			case <-tick.C:
			case <-ctx.Done():
				bar.Clear()
				io.WriteString(s.p.stderr, "\r")
				return
			}
		}
	}()
	return func() { cancel(); <-gone }
}

// thousands writes n with commas.
func thousands(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
