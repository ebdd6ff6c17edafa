// Command bar measures whole runs of sluice on synthetic lists and prints the figures
// of RESULTS.md: speed once the lists are loaded, peak memory by length of the list,
// start-up, size of the program.
//
//	go run ./bench/bar -sluice bin/sluice
//
// A figure is the median of -runs runs, with the least and the most beside it, because
// machines are noisy. The list is in the page cache; outputs go to -dir.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"
)

func main() {
	log.SetFlags(0)
	var (
		sluice = flag.String("sluice", "bin/sluice", "the program")
		dir    = flag.String("dir", filepath.Join(os.TempDir(), "sluice-bar"), "where lists and outputs go")
		runs   = flag.Int("runs", 7, "runs that count, after one that does not")
		long   = flag.Bool("long", false, "also lists of 10 million rows (3.5 GB of disk)")
	)
	flag.Parse()
	if err := os.MkdirAll(*dir, 0o700); err != nil {
		log.Fatal(err)
	}
	b := bar{sluice: *sluice, dir: *dir, runs: *runs}
	if info, err := os.Stat(*sluice); err == nil {
		fmt.Printf("size of the program: %.1f MB\n", float64(info.Size())/1e6)
	}
	b.startUp()
	optouts := b.made("optouts.sha1", "suppress", "--entries", "1000000", "--hit-rows", "1000000")
	index := filepath.Join(b.dir, "optouts.idx")
	if _, err := os.Stat(index); err != nil {
		b.run("lists", "build", "-q", "-o", index, optouts)
	}
	million := b.made("list-1m.csv", "prospects", "--rows", "1000000")
	b.screen("1 M rows, text list of 1 M digests", 1_000_000, million, "-s", optouts)
	b.screen("1 M rows, index of 1 M digests", 1_000_000, million, "-s", index)
	b.screen("the same, digests xxh64", 1_000_000, million, "-s", index, "--digest", "xxh64")
	b.screen("1 M rows, one worker", 1_000_000, million, "-s", index, "-j", "1")
	b.screen("1 M rows, no dedupe", 1_000_000, million, "-s", index, "--dedupe", "off")
	if *long {
		ten := b.made("list-10m.csv", "prospects", "--rows", "10000000")
		b.screen("10 M rows, no dedupe", 10_000_000, ten, "-s", index, "--dedupe", "off")
		b.screen("10 M rows, dedupe", 10_000_000, ten, "-s", index)
	}
}

type bar struct {
	sluice, dir string
	runs        int
}

// usage is what one run took.
type usage struct {
	wall, cpu time.Duration
	peak      int64 // KiB
}

func (b *bar) run(args ...string) usage {
	cmd := exec.Command(b.sluice, args...)
	cmd.Stderr = os.Stderr
	start := time.Now()
	if err := cmd.Run(); err != nil {
		log.Fatalf("%s %v: %v", b.sluice, args, err)
	}
	u := usage{wall: time.Since(start), cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}
	if r, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		u.peak = r.Maxrss
	}
	return u
}

// made returns the path of a synthetic list, making it if need be.
func (b *bar) made(name, kind string, args ...string) string {
	path := filepath.Join(b.dir, name)
	if _, err := os.Stat(path); err != nil {
		b.run(append([]string{"gen", kind, "-o", path}, args...)...)
	}
	return path
}

func (b *bar) startUp() {
	var ms []float64
	for range 4 * b.runs {
		ms = append(ms, float64(b.run("help").wall.Microseconds())/1e3)
	}
	fmt.Printf("start-up (sluice help): %s ms\n", spread(ms, 1))
}

func (b *bar) screen(what string, rows int64, list string, args ...string) {
	manifest, out := filepath.Join(b.dir, "manifest.json"), filepath.Join(b.dir, "clean.csv")
	rejects := filepath.Join(b.dir, "rejects.csv")
	args = append([]string{"screen", list, "-o", out, "-r", rejects, "-m", manifest, "-q"}, args...)
	var rate, cpu, peak []float64
	for i := range b.runs + 1 {
		os.Remove(out)
		os.Remove(rejects)
		u := b.run(args...)
		if i == 0 {
			continue
		}
		rate = append(rate, float64(rows)/1e3/float64(stage(manifest, "screen")))
		cpu = append(cpu, u.cpu.Seconds())
		peak = append(peak, float64(u.peak)/1024)
	}
	fmt.Printf("%-38s %s M rows/s once lists are loaded; whole process %s CPU s, %s MiB at most\n",
		what+":", spread(rate, 2), spread(cpu, 2), spread(peak, 0))
}

// stage returns how many milliseconds a stage of a run took.
func stage(manifest, name string) int64 {
	var m struct {
		Predicate struct {
			Run struct {
				Stages []struct {
					Name string `json:"name"`
					MS   int64  `json:"ms"`
				} `json:"stages"`
			} `json:"run"`
		} `json:"predicate"`
	}
	data, err := os.ReadFile(manifest)
	if err == nil {
		err = json.Unmarshal(data, &m)
	}
	if err != nil {
		log.Fatal(err)
	}
	for _, s := range m.Predicate.Run.Stages {
		if s.Name == name {
			return max(s.MS, 1)
		}
	}
	log.Fatalf("%s: no stage %s", manifest, name)
	return 0
}

// spread returns the median and, in brackets, the least and the most.
func spread(v []float64, digits int) string {
	slices.Sort(v)
	f := func(x float64) string { return strconv.FormatFloat(x, 'f', digits, 64) }
	return fmt.Sprintf("%s (%s to %s)", f(v[len(v)/2]), f(v[0]), f(v[len(v)-1]))
}
