package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestEveryListFormatHasAScript wants a script that loads each sample of a list.
func TestEveryListFormatHasAScript(t *testing.T) {
	scripts, err := filepath.Glob(filepath.Join("testdata", "script", "lists_format_*.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	var all bytes.Buffer
	for _, path := range scripts {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	samples, err := os.ReadDir(filepath.Join("..", "..", "screen", "suppress", "testdata", "lists"))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range samples {
		if strings.HasPrefix(s.Name(), ".") || s.Name() == "README.md" {
			continue
		}
		if !regexp.MustCompile(regexp.QuoteMeta("$SAMPLES/"+s.Name()) + `\n`).Match(all.Bytes()) {
			t.Errorf("no script loads the sample %s", s.Name())
		}
	}
}

// sluice runs the command in this process.
func sluice(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(context.Background(), args, strings.NewReader(""), &out, &errs)
	return code, out.String(), errs.String()
}
