package main

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"sluice/screen"
)

// TestMain lets scripts, and the tests of whole processes, run this test binary as
// the command itself.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"sluice": main})
}

// TestScript runs testdata/script: what the command does, one behaviour a file, as a
// user sees it. UPDATE_GOLDEN=1 writes what came out in place of what was wanted;
// look at the difference as at code.
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       os.Getenv("UPDATE_GOLDEN") != "",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds:                scriptCommands,
		Condition: func(cond string) (bool, error) {
			if cond == "root" {
				return os.Geteuid() == 0, nil
			}
			return false, fmt.Errorf("no condition %s", cond)
		},
		Setup: func(env *testscript.Env) error {
			env.Setenv("TZ", "UTC")
			env.Setenv("NO_COLOR", "1")
			env.Setenv("GORACE", "atexit_sleep_ms=10") // or every command waits a second at its end
			samples, err := filepath.Abs(filepath.Join("..", "..", "screen", "suppress", "testdata", "lists"))
			env.Setenv("SAMPLES", samples)
			return err
		},
	})
}

// later are the reasons that no rule of this version finds: repeats of earlier runs.
func later(r screen.Reason) bool { return r == screen.DuplicatePrior }

// TestEveryReasonHasAScript wants reason_NAME.txtar for every reason that a row can get.
func TestEveryReasonHasAScript(t *testing.T) {
	for r := range screen.NumReasons {
		name := filepath.Join("testdata", "script", "reason_"+r.String()+".txtar")
		if _, err := os.Stat(name); err != nil && !later(r) {
			t.Errorf("reason %s has no script: %v", r, err)
		}
	}
}
