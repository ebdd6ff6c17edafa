package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// TestChainDoesNotFork has runs of one chain end at the same time: each follows another or
// publishes nothing, and is run again.
func TestChainDoesNotFork(t *testing.T) {
	dir := t.TempDir()
	list := filepath.Join(t.TempDir(), "list.csv")
	if err := os.WriteFile(list, []byte("name,email,website\nWanda,wanda@kelpfoods.com,kelpfoods.com\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	const runs = 5
	var wg sync.WaitGroup
	for i := range runs {
		wg.Go(func() {
			for {
				var stderr bytes.Buffer
				code := run(context.Background(), []string{"screen", list, "-q", "-o", filepath.Join(dir, fmt.Sprint(i, ".csv")),
					"-m", filepath.Join(dir, fmt.Sprint(i, ".json")), "--chain", dir}, strings.NewReader(""), io.Discard, &stderr)
				switch code {
				case exitOK:
					return
				case exitLocked:
				default:
					t.Errorf("run %d: exit code %d: %s", i, code, stderr.String())
					return
				}
			}
		})
	}
	wg.Wait()
	var stdout, stderr bytes.Buffer
	code := run(context.Background(), []string{"verify", dir}, strings.NewReader(""), &stdout, &stderr)
	if code != exitOK || !strings.Contains(stdout.String(), fmt.Sprint(runs, " manifests: none is missing")) {
		t.Errorf("exit code %d: %s%s", code, stdout.String(), stderr.String())
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}
