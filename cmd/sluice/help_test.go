package main

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spf13/cobra"
)

// TestHelpFitsAScreen wants every command's help on one screen, with an example of
// those that have one at its end.
func TestHelpFitsAScreen(t *testing.T) {
	const lines, columns = 50, 120
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		var b strings.Builder
		c.SetOut(&b)
		if err := c.Help(); err != nil {
			t.Errorf("%s: %v", c.CommandPath(), err)
		}
		text := strings.TrimSuffix(b.String(), "\n")
		if n := strings.Count(text, "\n") + 1; n > lines {
			t.Errorf("%s: help has %d lines, want at most %d", c.CommandPath(), n, lines)
		}
		for _, line := range strings.Split(text, "\n") {
			if n := utf8.RuneCountInString(line); n > columns {
				t.Errorf("%s: a line of help has %d columns, want at most %d: %s", c.CommandPath(), n, columns, line)
			}
		}
		if !strings.HasSuffix(text, c.Example) {
			t.Errorf("%s: help does not end with its example", c.CommandPath())
		}
		if c.Runnable() && !c.HasParent() && c.Example == "" {
			t.Errorf("%s: no example", c.CommandPath())
		}
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(new(program).root())
}
