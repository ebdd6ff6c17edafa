// Command bar measures whole runs of sluice on synthetic lists, beside what copying and
// hashing the same bytes takes, and prints the figures of RESULTS.md as Markdown.
//
//	make bench-bar            # a million rows; LONG=1 adds ten million
//	make bench-nights         # nights over 20 delivered lists of a million; LONG=1 for 100
//
// All runs of one length take turns, so that a machine's moods hit all alike; a ratio is
// the median of the rounds' ratios. Lists are in the page cache, outputs go to memory
// where the system has such a place (-out), as fresh files.
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
	if len(os.Args) == 4 && os.Args[1] == "hash" {
		if err := hashFile(os.Args[2], os.Args[3]); err != nil {
			log.Fatal(err)
		}
		return
	}
	var b bar
	flag.StringVar(&b.sluice, "sluice", "bin/sluice", "the program")
	flag.StringVar(&b.dir, "dir", filepath.Join(os.TempDir(), "sluice-bar"), "where lists are kept")
	flag.StringVar(&b.out, "out", "", "where outputs go (default: memory, /dev/shm, if there is such a place)")
	flag.IntVar(&b.runs, "runs", 7, "rounds that count, after one that does not")
	long := flag.Bool("long", false, "also ten million rows and digests (3 GB of disk, 4 GB of memory)")
	nights := flag.Int("nights", 0, "measure nights over so many delivered files instead (200 MB of disk each)")
	flag.Parse()
	if *nights > 0 {
		if err := b.measureNights(*nights, 2); err != nil {
			log.Fatal(err)
		}
		return
	}
	if err := b.measureAll(*long); err != nil {
		os.RemoveAll(b.out)
		log.Fatal(err)
	}
	os.RemoveAll(b.out)
}

type bar struct {
	sluice, dir, out string
	runs             int
	self             string
}

func (b *bar) measureAll(long bool) error {
	if err := b.prepare(); err != nil {
		return err
	}
	if info, err := os.Stat(b.sluice); err == nil {
		fmt.Printf("size of the program: %.1f MB\n", float64(info.Size())/1e6)
	}
	if err := b.startUp(); err != nil {
		return err
	}
	list, listed, err := b.lists(1_000_000)
	if err != nil {
		return err
	}
	parquet := filepath.Join(b.dir, "kept-1m.parquet")
	err = b.make(parquet, "screen", list, "-s", listed+".idx", "-q", "--to", "parquet", "-o", parquet, "-m", parquet+".json")
	if err != nil {
		return err
	}
	cases := b.million(list, listed, parquet)
	if err := b.rounds(cases, b.runs); err != nil {
		return err
	}
	printRuns("1 M rows × 1 M digests", cases)
	var longer []*run
	if long {
		list, listed, err := b.lists(10_000_000)
		if err != nil {
			return err
		}
		longer = b.tenMillion(list, listed)
		if err := b.rounds(longer, min(b.runs, 3)); err != nil {
			return err
		}
		printRuns("10 M rows × 10 M digests", longer)
	}
	printBar(cases, longer)
	return nil
}

// prepare makes paths absolute and a directory for outputs.
func (b *bar) prepare() error {
	var err error
	if b.self, err = os.Executable(); err != nil {
		return err
	}
	if b.out == "" {
		b.out = b.dir
		if _, err := os.Stat("/dev/shm"); err == nil {
			b.out = "/dev/shm"
		}
	}
	for _, path := range []*string{&b.sluice, &b.dir, &b.out} {
		if *path, err = filepath.Abs(*path); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(b.dir, 0o700); err != nil {
		return err
	}
	b.out, err = os.MkdirTemp(b.out, "sluice-bar-")
	return err
}

// lists returns a prospect list and a suppression list of so many rows and digests;
// beside the latter stands its index, with .idx at the end of its name.
func (b *bar) lists(n int) (list, listed string, err error) {
	millions := n / 1_000_000
	list = filepath.Join(b.dir, fmt.Sprintf("list-%dm.csv", millions))
	listed = filepath.Join(b.dir, fmt.Sprintf("optouts-%dm.sha1", millions))
	rows := fmt.Sprint(n)
	if err = b.make(list, "gen", "prospects", "-o", list, "--rows", rows); err != nil {
		return
	}
	if err = b.make(listed, "gen", "suppress", "-o", listed, "--entries", rows, "--hit-rows", rows); err != nil {
		return
	}
	err = b.make(listed+".idx", "lists", "build", "-q", "-o", listed+".idx", listed)
	return
}

// make runs sluice if a file is not there.
func (b *bar) make(path string, args ...string) error {
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	log.Print("making ", filepath.Base(path))
	_, err := b.command(args...).measure(false)
	return err
}
