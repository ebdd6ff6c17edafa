package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/net/publicsuffix"
)

var (
	rulesVar   = regexp.MustCompile(`(?s)var rules = \[\.\.\.\]string\{\n(.*?)\n\}`)
	icannConst = regexp.MustCompile(`numICANNRules = (\d+)`)
)

// suffixRules returns the rules of the Public Suffix List that golang.org/x/net holds,
// as data/suffixes.txt has them, and their provenance. The module does not export its
// rules, but its test has them in the list's order, ICANN section first.
func suffixRules(ctx context.Context) (rules, from []string, err error) {
	out, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", "golang.org/x/net").Output()
	if err != nil {
		return nil, nil, fmt.Errorf("go list -m golang.org/x/net: %w", err)
	}
	path := filepath.Join(string(bytes.TrimSpace(out)), "publicsuffix", "table_test.go")
	src, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, err
	}
	list, count := rulesVar.FindSubmatch(src), icannConst.FindSubmatch(src)
	if list == nil || count == nil {
		return nil, nil, fmt.Errorf("%s: no rules found", path)
	}
	icann, err := strconv.Atoi(string(count[1]))
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	for i, line := range strings.Split(string(list[1]), "\n") {
		rule, err := strconv.Unquote(strings.TrimSuffix(strings.TrimSpace(line), ","))
		if err != nil {
			return nil, nil, fmt.Errorf("%s: rule %d: %w", path, i+1, err)
		}
		if i == icann {
			rules = append(rules, "# private")
		}
		rules = append(rules, rule)
	}
	return rules, []string{publicsuffix.List.String(), "Mozilla Public License 2.0, by way of golang.org/x/net/publicsuffix"}, nil
}
