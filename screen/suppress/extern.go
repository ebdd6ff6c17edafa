package suppress

import (
	"cmp"
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"

	"github.com/cespare/xxhash/v2"
)

// An External builds and changes index files of any size in bounded memory: entries are
// sorted in pieces that fit, put into an encrypted temporary file, and merged. The bytes
// of the file depend on the lists alone, not on memory, workers or the order in which
// lines are read; a Builder's Index written with WriteFile has the same.
//
// Domains and what is known of the lists are held in memory: about 60 bytes a domain,
// beside Memory.
//
// The zero value is ready. Its methods may be called concurrently.
type External struct {
	Memory  int64  // bytes to work in, DefaultMemory if zero; less than 16 MiB counts as that
	TempDir string // where the temporary file lies; the system's choice if empty
	Workers int    // goroutines that share the work; the number of processors, at most 8, if zero

	// Load reads a list with one of the Builder's Add methods, Builder.AddFile if nil.
	Load func(b *Builder, ctx context.Context, spec ListSpec) (ListInfo, error)

	// Progress is told now and then how far the work is. Calls do not overlap.
	Progress func(Progress)

	chunk int // as in Builder, for tests
	few   int // how many entries are held in memory, for tests
}

// DefaultMemory is what an External works in, if it is not told: 256 MiB.
const DefaultMemory = 256 << 20

// minMemory is the least an External works in.
const minMemory = 16 << 20

// Progress is how far a step has come. Steps are "read" (bytes of the lists), "merge"
// and "filter" (entries).
type Progress struct {
	Step        string
	Done, Total int64 // Total is 0 if it is not known
}

// Built is what an index file holds after a change.
type Built struct {
	Lists         []ListInfo // all lists, in order of their numbers
	Read          []ListInfo // the lists that were read now, as they are without what they join
	Keys, Domains int64      // distinct ones
	Bytes         int64
	Digest        string // see Index.Digest
}

// Build compiles lists into a new file at out, which takes the place of what has that
// name at the end and not before. Lists are numbered in their order. If one must not be
// used, the error is a *ListError.
func (e *External) Build(ctx context.Context, out string, lists ...ListSpec) (*Built, error) {
	return e.change(ctx, out, nil, lists, nil)
}

// Add writes the index file at old with further lists to out, which may be the same
// path: whoever has the old file open goes on using it. It takes one sequential copy and
// the time that reading and sorting the lists does. A list with the name, class and
// scope of one that is there extends that one. Without such a list the file has the same
// bytes as one built from all lists at once.
func (e *External) Add(ctx context.Context, old, out string, lists ...ListSpec) (*Built, error) {
	return e.change(ctx, out, []string{old}, lists, nil)
}

// Merge writes the lists of several index files to one, in one sequential pass. Lists of
// the same name, class and scope become one.
func (e *External) Merge(ctx context.Context, out string, paths ...string) (*Built, error) {
	return e.change(ctx, out, paths, nil, nil)
}

// change writes a file from what the old ones hold, the lists and what is to be removed.
func (e *External) change(ctx context.Context, out string, olds []string, lists []ListSpec, drop *dropper) (_ *Built, err error) {
	c := &change{External: e, ctx: ctx, out: out, drop: drop}
	defer c.close()
	// A look-up in an old file panics if that turns out to be damaged.
	defer func() {
		if p := recover(); p != nil {
			l, ok := p.(*ListError)
			if !ok {
				panic(p)
			}
			err = l
		}
	}()
	for _, path := range olds {
		if err := c.open(path); err != nil {
			return nil, err
		}
	}
	if drop != nil {
		drop.start(c)
	}
	for i := range c.olds {
		if err := c.takeDomains(i); err != nil {
			return nil, err
		}
	}
	if err := c.read(lists); err != nil {
		return nil, err
	}
	if err := replaceFile(out, c.write); err != nil {
		return nil, c.explain(err)
	}
	return &c.built, nil
}

// A change is one file in the making.
type change struct {
	*External
	ctx  context.Context
	out  string
	drop *dropper // may be nil

	olds    []*Index
	oldSets [][]uint16 // of set i of an old file: the set here
	lists   []ListInfo
	removed []Removed
	sets    setTable
	domains domainSet
	repeats []int64 // of list i: entries that it had before

	// Lists that are read are numbered on their own until it is known what they are.
	fresh      []freshList
	sorter     *sorter
	mu         sync.Mutex // guards what follows while a list is read
	hosts      domainSet
	hostSets   setTable
	done, size int64 // bytes read, and to be read
	failed     error // of take: no fault of the list

	built Built
}

// A freshList is a list that was read now.
type freshList struct {
	spec   ListSpec
	info   ListInfo
	id     ListID // what it is here
	joined bool   // to a list of an old file
}

func (c *change) close() {
	for _, x := range c.olds {
		x.Close()
	}
	c.olds = nil
	if c.sorter != nil {
		c.sorter.close()
	}
}

func (c *change) memory() int64 { return max(cmp.Or(c.Memory, DefaultMemory), minMemory) }

func (c *change) workers() int {
	if c.Workers > 0 {
		return c.Workers
	}
	return min(runtime.GOMAXPROCS(0), 8)
}

func (c *change) progress(step string, done, total int64) {
	if c.Progress != nil {
		c.Progress(Progress{step, done, total})
	}
}

// open takes the lists of an index file over.
func (c *change) open(path string) error {
	x, err := Open(path)
	if err != nil {
		return err
	}
	c.olds = append(c.olds, x)
	if samePath(path, c.out) {
		if err := lockFile(x.file.from); err != nil {
			return x.file.fail(&formatError{Busy, "is being changed by another process", "wait for that to end"})
		}
		if err := sweepStaged(c.out); err != nil {
			return err
		}
	}
	ids := make([]ListID, len(x.lists)+1)
	known := len(c.lists) // lists of one file are never joined
	for i := range x.lists {
		if ids[i+1], _, err = c.place(x.lists[i], known); err != nil {
			return err
		}
	}
	for _, r := range x.removals {
		lists := map[ListID]int64{}
		for id, n := range r.Lists {
			if int(id) < len(ids) {
				lists[ids[id]] += n
			}
		}
		r.Lists = lists
		c.removed = append(c.removed, r)
	}
	sets := make([]uint16, len(x.setEnds))
	for i := 1; i < len(sets); i++ {
		var members []ListID
		for _, id := range x.Members(Hit(i)) {
			members = append(members, ids[id])
		}
		slices.Sort(members)
		if sets[i], err = c.sets.of(slices.Compact(members)); err != nil {
			return err
		}
	}
	c.oldSets = append(c.oldSets, sets)
	return nil
}

// place adds a list, or joins it to one of the first known that has its name, class and
// scope. It returns the number of what it became.
func (c *change) place(l ListInfo, known int) (id ListID, joined bool, err error) {
	for i := range c.lists[:known] {
		if have := &c.lists[i]; have.Name == l.Name && have.Class == l.Class && have.Scope == l.Scope {
			have.join(&l)
			return have.ID, true, nil
		}
	}
	if len(c.lists) == math.MaxUint16 {
		return 0, false, &ListError{List: l.Name, Path: l.Path, Class: l.Class, Code: TooLarge,
			What: "is one list more than the 65,535 that an index holds", Hint: "join lists of the same class"}
	}
	l.ID = ListID(len(c.lists) + 1)
	c.lists = append(c.lists, l)
	return l.ID, false, nil
}

// takeDomains takes the domains of an old file over.
func (c *change) takeDomains(old int) error {
	x, sets := c.olds[old], c.oldSets[old]
	for i := range x.domains.sets {
		x.pages.need(domainOwn, 2*i, 2)
		own := x.domains.own[i]
		if own == 0 || int(own) >= len(sets) {
			return x.file.fail(damage("a domain is on a list that there is not"))
		}
		set, name := sets[own], x.domains.name(i)
		if c.drop != nil {
			var err error
			if set, err = c.drop.host(name, set); err != nil {
				return err
			}
		}
		if err := c.takeDomain(name, set); err != nil {
			return err
		}
	}
	return nil
}

// takeDomain takes one domain and counts for each list if it had that.
func (c *change) takeDomain(name []byte, set uint16) error {
	if set == 0 {
		return nil
	}
	if i := c.domains.index(name, xxhash.Sum64(name)); i >= 0 {
		for _, id := range c.sets.lists(set) {
			if c.sets.has(c.domains.sets[i], id) {
				c.repeat(id, 1)
			}
		}
	}
	_, err := c.domains.insert(name, set, &c.sets)
	return err
}

func (c *change) repeat(id ListID, n int64) {
	for len(c.repeats) <= int(id) {
		c.repeats = append(c.repeats, 0)
	}
	c.repeats[id] += n
}

// read reads the lists.
func (c *change) read(lists []ListSpec) (err error) {
	if len(lists) > 0 {
		memory := c.memory() * 3 / 4
		if c.few > 0 {
			memory = int64(2 * c.few * entrySize)
		}
		if c.sorter, err = newSorter(memory, c.TempDir, c.workers()); err != nil {
			return err
		}
	}
	for _, l := range lists {
		if info, err := os.Stat(l.Path); err == nil {
			c.size += info.Size()
		}
	}
	b := &Builder{Workers: c.workers(), chunk: c.chunk, drain: c.take}
	load := c.Load
	if load == nil {
		load = (*Builder).AddFile
	}
	known := len(c.lists)
	for _, spec := range lists {
		c.fresh = append(c.fresh, freshList{spec: spec})
		info, err := load(b, c.ctx, spec)
		if err != nil {
			return cmp.Or(c.failed, err)
		}
		f := &c.fresh[len(c.fresh)-1]
		if f.id, f.joined, err = c.place(info, known); err != nil {
			return err
		}
		f.info = info
		f.info.ID = f.id
	}
	c.progress("read", c.done, c.done)
	for i := range c.hosts.sets {
		var members []ListID
		for _, n := range c.hostSets.lists(c.hosts.sets[i]) {
			members = append(members, c.fresh[n-1].id)
		}
		slices.Sort(members)
		for j := 1; j < len(members); j++ {
			if members[j] == members[j-1] { // two files of one list
				c.repeat(members[j], 1)
			}
		}
		set, err := c.sets.of(slices.Compact(members))
		if err == nil {
			err = c.takeDomain(c.hosts.name(i), set)
		}
		if err != nil {
			return err
		}
	}
	c.hosts = domainSet{}
	return nil
}

// take takes what was found in size bytes of the list that is being read.
func (c *change) take(f *findings, size int) error {
	n := ListID(len(c.fresh))
	err := c.sorter.add(f.keys, n)
	f.keys = nil
	c.mu.Lock()
	defer c.mu.Unlock()
	if err == nil {
		err = c.takeHosts(f, n)
	}
	if err != nil && c.failed == nil {
		c.failed = err
	}
	c.done += int64(size)
	if c.done <= c.size {
		c.progress("read", c.done, c.size)
	} else {
		c.progress("read", c.done, 0)
	}
	return err
}

func (c *change) takeHosts(f *findings, n ListID) error {
	if len(f.hostEnds) == 0 {
		return nil
	}
	set, err := c.hostSets.single(n)
	if err != nil {
		return err
	}
	lo := uint32(0)
	for _, hi := range f.hostEnds {
		known, err := c.hosts.insert(f.hosts[lo:hi], set, &c.hostSets)
		if err != nil {
			return err
		}
		if known {
			f.repeats++
		}
		lo = hi
	}
	f.hosts, f.hostEnds = nil, nil
	return nil
}

// write writes the file.
func (c *change) write(f *os.File) error {
	w := newFileWriter(c.ctx, f)
	err := c.sections(w)
	if err != nil && w.err == nil {
		w.err = err
	}
	if err := w.finish(); err != nil {
		return err
	}
	c.built = Built{Lists: c.lists, Keys: w.head.keys, Domains: w.head.domains, Bytes: w.head.size, Digest: w.head.hexDigest()}
	for i := range c.fresh {
		c.built.Read = append(c.built.Read, c.fresh[i].info)
	}
	if err := c.unchanged(); err != nil {
		return err
	}
	if runtime.GOOS == "windows" { // which does not rename over a file that is open
		c.close()
	}
	return nil
}

func (c *change) sections(w *fileWriter) error {
	sets := setTape{tape: tape{dir: c.TempDir}}
	defer sets.tape.close()
	if err := c.merge(w, &sets); err != nil {
		return err
	}
	domains, err := c.domains.sorted(&c.sets)
	if err != nil {
		return err
	}
	sets.used.mark(domains.sets)
	sets.used.mark(domains.own)
	numbers := c.sets.number(&sets.used)
	numbers.apply(domains.sets)
	numbers.apply(domains.own)
	if err := sets.write(w, &numbers); err != nil {
		return err
	}
	if err := c.filter(w); err != nil {
		return err
	}
	if err := c.settle(); err != nil {
		return err
	}
	w.tail(&domains, &numbers, newAbout(c.lists, c.removed))
	return nil
}

// merge writes the keys.
func (c *change) merge(w *fileWriter, sets *setTape) error {
	m := merging{sets: &c.sets, workers: c.workers(), memory: c.memory(), lists: len(c.lists), drop: c.drop}
	total := int64(0)
	for i, x := range c.olds {
		m.streams = append(m.streams, newFileStream(x, c.oldSets[i], m.workers+1))
		total += int64(len(x.keys))
	}
	if c.sorter != nil {
		singles := make([]uint16, len(c.fresh)+1)
		for i, f := range c.fresh {
			var err error
			if singles[i+1], err = c.sets.single(f.id); err != nil {
				return err
			}
		}
		runs, err := c.sorter.finish()
		if err != nil {
			return err
		}
		for i := range runs {
			m.streams = append(m.streams, &runStream{&runs[i], c.sorter.spill, singles})
		}
		total += c.sorter.total
	}
	var last Key
	w.begin(keySection)
	err := m.run(c.ctx, func(b *block) error {
		if n := len(b.keys); n > 0 {
			if w.head.keys > 0 && compare(&last, &b.keys[0]) >= 0 || !ascending(b.keys) {
				return damage("its keys are out of order")
			}
			last = b.keys[n-1]
			w.head.keys += int64(n)
		}
		if w.head.keys > maxKeys {
			return errors.New("the lists have more than 4,294,967,295 entries together")
		}
		w.Write(bytesOf(b.keys))
		sets.add(b.sets)
		c.progress("merge", w.head.keys, total)
		return cmp.Or(w.err, sets.tape.err)
	})
	w.end()
	if c.sorter != nil {
		c.sorter.close()
		c.sorter = nil
	}
	for id, n := range m.duplicates {
		c.repeat(ListID(id), n)
	}
	return err
}

func ascending(keys []Key) bool {
	for i := 1; i < len(keys); i++ {
		if compare(&keys[i-1], &keys[i]) >= 0 {
			return false
		}
	}
	return true
}

// settle completes what is known of the lists with what the merge found, and applies
// the guard that needs it.
func (c *change) settle() error {
	for id, n := range c.repeats {
		if id > 0 {
			c.lists[id-1].Duplicates += n
		}
	}
	if c.drop != nil {
		c.removed = c.drop.record(c.lists, c.removed)
	}
	for i := range c.fresh {
		f := &c.fresh[i]
		if f.joined {
			continue
		}
		f.info = c.lists[f.id-1]
		if err := f.spec.checkShrunk(&f.info); err != nil {
			return err
		}
		c.lists[f.id-1] = f.info
	}
	return nil
}

// unchanged checks that the file to be replaced is still the one that was read.
func (c *change) unchanged() error {
	now, err := os.Stat(c.out)
	if err != nil {
		return nil // a new name
	}
	for _, x := range c.olds {
		if !samePath(x.file.path, c.out) {
			continue
		}
		then, err := x.file.from.Stat()
		if err != nil {
			return err
		}
		if !os.SameFile(then, now) {
			return x.file.fail(&formatError{Busy, "was replaced while it was being changed", "do it again"})
		}
	}
	return nil
}

// explain says which list or file an error is about, as far as that can be told.
func (c *change) explain(err error) error {
	var f *formatError
	if errors.As(err, &f) && len(c.olds) > 0 {
		return c.olds[0].file.fail(err)
	}
	return err
}

// samePath reports whether two paths are the same but for their spelling.
func samePath(a, b string) bool {
	x, err := filepath.Abs(a)
	y, err2 := filepath.Abs(b)
	return err == nil && err2 == nil && x == y
}
