package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"sluice/pipeline"
	"sluice/screen"
)

// funnel shows on a terminal what became of the rows.
func (s *screening) funnel(r *pipeline.Result, always bool) {
	if s.quiet || !always && !isTerminal(s.p.stderr) {
		return
	}
	a := r.Accounting
	var b strings.Builder
	colour := isTerminal(s.p.stderr) && os.Getenv("NO_COLOR") == ""
	line := func(name string, n int64, style string) {
		share := ""
		if a.Read > 0 {
			share = fmt.Sprintf("%5.1f %%", 100*float64(n)/float64(a.Read))
		}
		text := fmt.Sprintf("%-24s %14s  %s", name, thousands(n), share)
		if colour && style != "" {
			text = "\x1b[" + style + "m" + text + "\x1b[0m"
		}
		b.WriteString(text + "\n")
	}
	line("read", a.Read, "1")
	for _, group := range []struct {
		verdict screen.Verdict
		name    string
		rows    int64
	}{{screen.Sealed, "sealed", a.Sealed}, {screen.Reject, "rejected", a.Rejected}, {screen.Quarantine, "quarantined", a.Quarantined}} {
		if group.rows == 0 {
			continue
		}
		line(group.name, group.rows, "")
		for reason := range screen.NumReasons {
			if n := r.Reasons[reason][group.verdict]; n > 0 {
				line("  "+reason.String(), n, "2")
			}
		}
	}
	line("kept", a.Kept, "1;32")
	took := time.Since(s.started)
	if took > 0 {
		fmt.Fprintf(&b, "%s rows/s, %s\n", thousands(int64(float64(a.Read)/took.Seconds())), took.Round(time.Millisecond))
	}
	io.WriteString(s.p.stderr, b.String())
}
