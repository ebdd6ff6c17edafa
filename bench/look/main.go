// Command look makes reports of runs and chains, and looks at them in a real browser: on
// a telephone, on a screen, in dark colours, on paper.
//
//	make report-look       # needs Chromium: in PATH, or named in CHROMIUM
//
// It fails if a page asks for anything, runs a script, makes the browser complain,
// scrolls sideways on a telephone, has text that is too faint, too small or cut off, or
// fills too many sheets. It leaves a picture of every look, and the printed pages, for
// people to judge what no program can.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
)

func main() {
	log.SetFlags(0)
	sluice := flag.String("sluice", "bin/sluice", "the program")
	out := flag.String("out", "out/look", "where pages and pictures go")
	work := flag.String("work", "", "where manifests are made; those that are there already are used (default: a directory that is removed)")
	flag.Parse()
	if err := run(*sluice, *out, *work); err != nil {
		log.Fatal(err)
	}
}

func run(sluice, out, work string) error {
	program, err := findBrowser(os.Getenv("CHROMIUM"))
	if err != nil {
		return err
	}
	if sluice, err = filepath.Abs(sluice); err != nil {
		return err
	}
	if out, err = filepath.Abs(out); err != nil {
		return err
	}
	if work == "" {
		if work, err = os.MkdirTemp("", "look"); err != nil {
			return err
		}
		defer os.RemoveAll(work)
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	pages, err := (&stage{sluice: sluice, dir: work, out: out}).pages()
	if err != nil {
		return err
	}
	b, err := start(program)
	if err != nil {
		return err
	}
	defer b.close()
	bad := 0
	for _, p := range pages {
		wrong, err := b.lookAt(p.path, p.most)
		if err != nil {
			return fmt.Errorf("%s: %w", p.path, err)
		}
		for _, w := range wrong {
			fmt.Printf("%s: %s\n", filepath.Base(p.path), w)
		}
		bad += len(wrong)
	}
	if bad > 0 {
		return fmt.Errorf("%d things are wrong; pages and pictures are in %s", bad, out)
	}
	fmt.Println("nothing wrong; look at the pictures in", out)
	return nil
}
