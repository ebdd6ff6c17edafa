package main

import (
	"bufio"
	"bytes"
	"crypto/sha1"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"log"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// A deliveries is lists that were screened with key files, and the nights after: what it
// takes to bring them up to date when ten thousand people ask to be forgotten, of whom a
// hundred are in one of the files and the others in none.
type deliveries struct {
	*bar
	files  int
	rows   int64 // delivered
	listed string
	forgotten, manifests,
	held string // an address that is delivered
	night int
}

// Of those who ask to be forgotten in a night, hits are in a delivery.
const (
	forgottenAtNight = 10_000
	hits             = 100
)

// measureNights delivers lists of a million rows and measures nights over them.
func (b *bar) measureNights(files, rounds int) error {
	if err := b.prepare(); err != nil {
		return err
	}
	defer os.RemoveAll(b.out)
	d := &deliveries{bar: b, files: files, forgotten: filepath.Join(b.dir, "nights", "forgotten.sha1"),
		manifests: filepath.Join(b.dir, "nights", "manifests"), listed: filepath.Join(b.dir, "optouts-1m.sha1")}
	if err := os.RemoveAll(filepath.Dir(d.manifests)); err != nil {
		return err
	}
	if err := os.MkdirAll(d.manifests, 0o700); err != nil {
		return err
	}
	defer os.RemoveAll(filepath.Dir(d.manifests))
	if err := d.deliver(); err != nil {
		return err
	}
	first := &run{key: "first", name: "first night: nothing new, all entries compared with all key files", argv: d.rescreen()}
	night := &run{key: "night", name: fmt.Sprintf("a night: %d new erasures, one file hit", forgottenAtNight)}
	check := &run{key: "check", name: "the same, --check-only, afterwards"}
	full := &run{key: "full", name: "full re-screen (--full)"}
	find := &run{key: "find", name: "find, one address", shell: `printf '%s\n' "$1" | "$0" find "$2" > /dev/null`, argv: []string{b.sluice, d.held, d.manifests}}
	runs := []*run{full, first, night, check, find}
	if err := first.take(); err != nil {
		return err
	}
	for i := range rounds {
		log.Printf("night %d of %d", i+1, rounds)
		if err := d.forget(); err != nil {
			return err
		}
		night.argv, check.argv = d.rescreen(), d.rescreen("--check-only")
		for _, r := range []*run{night, check, find} {
			if err := r.take(); err != nil {
				return err
			}
		}
		full.argv = d.rescreen("--full")
		if err := full.take(); err != nil {
			return err
		}
	}
	keys, err := sizes(filepath.Dir(d.manifests), ".keys")
	if err != nil {
		return err
	}
	fmt.Printf("\n### Nights over %d files, %.1f M rows delivered\n\nKey files: %.2f bytes a row.\n\n", files, float64(d.rows)/1e6, float64(keys)/float64(d.rows))
	fmt.Print("| run | wall s | CPU s | peak MiB | of the full re-screen's wall |\n| --- | --- | --- | --- | --- |\n")
	for _, r := range runs {
		fmt.Printf("| %s | %s | %s | %.0f | %.2f %% |\n", r.name, spread(each(r.took, wall), 3), spread(each(r.took, cpu), 2), median(each(r.took, peak)),
			100*median(each(r.took, wall))/median(each(full.took, wall)))
	}
	return nil
}

// take measures the run once more.
func (r *run) take() error {
	u, err := r.measure(false)
	r.took = append(r.took, u)
	return err
}

// deliver makes lists and screens them.
func (d *deliveries) deliver() error {
	if err := d.make(d.listed, "gen", "suppress", "-o", d.listed, "--entries", "1000000", "--hit-rows", "1000000"); err != nil {
		return err
	}
	if err := os.WriteFile(d.forgotten, []byte("# class: erasure\n"), 0o600); err != nil {
		return err
	}
	if err := d.forget(); err != nil { // of nobody who is delivered: an empty list is refused
		return err
	}
	list := filepath.Join(d.out, "list.csv")
	for i := range d.files {
		log.Printf("delivering list %d of %d", i+1, d.files)
		if _, err := d.command("gen", "prospects", "-o", list, "--rows", "1000000", "--seed", fmt.Sprint(i+1), "--clean").measure(false); err != nil {
			return err
		}
		args := append([]string{"screen", list, "-q", "--keys", "-o", d.file(i), "-m", filepath.Join(d.manifests, fmt.Sprintf("d%03d.json", i)), "--chain", d.manifests}, d.given()...)
		if _, err := d.command(args...).measure(false); err != nil {
			return err
		}
		m, err := readManifest(filepath.Join(d.manifests, fmt.Sprintf("d%03d.json", i)))
		if err != nil {
			return err
		}
		d.rows += m.Predicate.Accounting.Kept
	}
	return d.someMails(d.file(d.files-1), 1, func(mail string) { d.held = mail })
}

func (d *deliveries) file(i int) string {
	return filepath.Join(filepath.Dir(d.manifests), fmt.Sprintf("clean-%03d.csv", i))
}

func (d *deliveries) given() []string {
	return []string{"-s", d.listed, "-s", "erasure=" + d.forgotten}
}

func (d *deliveries) rescreen(more ...string) []string {
	args := []string{d.sluice, "rescreen", d.manifests, "-q"}
	return append(append(args, d.given()...), more...)
}

// forget adds those who ask to be forgotten to their list: in the first night, before
// anything is delivered, nobody who is.
func (d *deliveries) forget() error {
	f, err := os.OpenFile(d.forgotten, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	w := bufio.NewWriter(f)
	r := rand.New(rand.NewPCG(uint64(d.night), 7))
	n := 0
	if d.night > 0 {
		err := d.someMails(d.file((d.night-1)%d.files), hits, func(mail string) {
			sum := sha1.Sum(bytes.ToLower([]byte(mail)))
			fmt.Fprintln(w, hex.EncodeToString(sum[:]))
			n++
		})
		if err != nil {
			return err
		}
	}
	for ; n < forgottenAtNight; n++ {
		var digest [sha1.Size]byte
		for i := range digest {
			digest[i] = byte(r.Uint32())
		}
		fmt.Fprintln(w, hex.EncodeToString(digest[:]))
	}
	d.night++
	return w.Flush()
}

// someMails calls with n addresses of a delivery, far from each other.
func (d *deliveries) someMails(path string, n int, with func(mail string)) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	r := csv.NewReader(bufio.NewReaderSize(f, 1<<20))
	r.ReuseRecord = true
	for i := 0; n > 0; i++ {
		record, err := r.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if i%5_000 == 4_999 {
			with(record[2])
			n--
		}
	}
	return nil
}

// sizes sums up the files of dir whose names end so.
func sizes(dir, end string) (total int64, err error) {
	err = filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != end {
			return err
		}
		info, err := e.Info()
		if err == nil {
			total += info.Size()
		}
		return err
	})
	return total, err
}
