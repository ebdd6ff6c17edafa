package suppress

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"

	"github.com/cespare/xxhash/v2"
)

// checkedAtOpen is how large a file may be to be compared with all of its checksums
// when it is opened: 32 MiB take about 5 ms. Of a larger one each page is checked
// before it is first used.
const checkedAtOpen = 32 << 20

// A mapping is a file in memory.
type mapping struct {
	path  string
	from  *os.File
	data  []byte
	unmap func() error
	head  fileHeader
	sums  []uint64 // of page i+1; behind those pages are the sums themselves
}

// Open maps the index file at path for look-ups, read-only and shared with every other
// process that does. It reads the header, the lists and the checksums of the pages, one
// byte in 500 of the file, and refuses a file whose structure is not whole.
//
// A file that is replaced (renamed over) while it is open stays what it was. One that is
// cut or changed in place makes look-ups panic; see Index. An error about the file is a
// *ListError.
func Open(path string) (*Index, error) {
	m, err := openMapping(path)
	if err != nil {
		return nil, err
	}
	x, err := m.index(checkedAtOpen)
	if err != nil {
		m.close()
		return nil, m.fail(err)
	}
	return x, nil
}

// openMapping maps a file whose header is right.
func openMapping(path string) (*mapping, error) {
	m := &mapping{path: path, unmap: func() error { return nil }}
	f, err := os.Open(path)
	if err != nil {
		return nil, m.fail(err)
	}
	m.from = f
	size, err := m.readHeader(f)
	if err == nil {
		m.data, m.unmap, err = mapFile(f, size)
	}
	if err != nil {
		f.Close()
		return nil, m.fail(err)
	}
	return m, nil
}

func (m *mapping) close() error { return errors.Join(m.unmap(), m.from.Close()) }

// readHeader reads the header and returns the file's size.
func (m *mapping) readHeader(f *os.File) (int64, error) {
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	if !info.Mode().IsRegular() {
		return 0, &formatError{Unreadable, "is not a file", "give an index that sluice lists build made"}
	}
	if info.Size() == 0 {
		return 0, damage("is empty")
	}
	page := make([]byte, min(pageSize, info.Size()))
	if _, err := io.ReadFull(f, page); err != nil {
		return 0, err
	}
	h, err := decodeHeader(page, info.Size())
	if err != nil {
		return 0, err
	}
	m.head = *h
	return info.Size(), nil
}

// bytes returns a section.
func (m *mapping) bytes(s section) []byte {
	e := m.head.sections[s]
	return m.data[e.offset : e.offset+e.size : e.offset+e.size]
}

// checked returns a section after comparing it with its checksum.
func (m *mapping) checked(s section) ([]byte, error) {
	b := m.bytes(s)
	if xxhash.Sum64(b) != m.head.sections[s].sum {
		return nil, damage("its section %s does not have its checksum", sectionNames[s])
	}
	return b, nil
}

// index makes the mapped arrays an Index. Files up to small bytes are checked whole.
func (m *mapping) index(small int64) (x *Index, err error) {
	defer func(old bool) {
		debug.SetPanicOnFault(old)
		if p := recover(); p != nil {
			x, err = nil, m.fault(p)
		}
	}(debug.SetPanicOnFault(true))

	var parts [3][]byte
	for i, s := range []section{pageSumSection, aboutSection, setEndsSection} {
		if parts[i], err = m.checked(s); err != nil {
			return nil, err
		}
	}
	members, err := m.checked(setMembersSection)
	if err != nil {
		return nil, err
	}
	pages := newPageSums(m)
	m.sums = inOrder[uint64](slices.Clone(parts[0]))
	if m.head.size <= small || !littleEndian {
		if err := pages.all(); err != nil {
			return nil, err
		}
		pages = nil
	}
	lists, removals, err := decodeAbout(parts[1])
	if err != nil {
		return nil, err
	}
	if int64(len(lists)) != m.head.lists {
		return nil, damage("has %d lists; its header says %d", len(lists), m.head.lists)
	}
	x = &Index{
		file: m, pages: pages,
		words:   inOrder[uint64](m.bytes(filterWordsSection)),
		keys:    sliceOf[Key](m.bytes(keySection)),
		buckets: inOrder[uint32](m.bytes(keyBuckets)),
		set:     m.head.set,
		domains: domainSet{
			pages: pages,
			slots: inOrder[uint64](m.bytes(domainSlots)),
			ends:  inOrder[uint32](m.bytes(domainEnds)),
			names: m.bytes(domainNames),
			sets:  inOrder[uint16](m.bytes(domainSets)),
			own:   inOrder[uint16](m.bytes(domainOwn)),
		},
		// Copies, because they are handed out.
		setEnds:    inOrder[uint32](slices.Clone(parts[2])),
		setMembers: inOrder[ListID](slices.Clone(members)),
		removals:   removals,
	}
	if sets := m.bytes(keySets); len(sets) > 0 {
		x.sets = inOrder[uint16](sets)
	}
	if len(x.words) > 0 {
		x.filter = wrapFilter(x.words)
	}
	x.describe(lists)
	return x, x.checkSets()
}

// inOrder returns the numbers that a section holds. Where the machine keeps their bytes
// in the other order it turns them around in place: such a machine does not map files.
func inOrder[T number](b []byte) []T {
	s := sliceOf[T](b)
	if !littleEndian {
		swap(s)
	}
	return s
}

// checkSets checks that sets are made of lists there are.
func (x *Index) checkSets() error {
	if x.setEnds[0] != 0 || !slices.IsSorted(x.setEnds) || int(x.setEnds[len(x.setEnds)-1]) != len(x.setMembers) {
		return damage("its table of sets is broken")
	}
	for _, id := range x.setMembers {
		if id == 0 || int(id) > len(x.lists) {
			return damage("its table of sets names a list that it does not have")
		}
	}
	return nil
}

// Close gives the mapping back. The Index must not be used any more, and nothing else
// may be using it. An Index that was built needs no Close.
func (x *Index) Close() error {
	if x.file == nil {
		return nil
	}
	m := x.file
	*x = Index{}
	return m.close()
}

// Digest returns the SHA-256, in hex, of what the file that Open opened holds behind
// its first 4,096 bytes, which describe the rest. It names the version of the lists that
// the Index answers with. It is empty for an Index that was built.
func (x *Index) Digest() string {
	if x.file == nil {
		return ""
	}
	return x.file.head.hexDigest()
}

// Path returns the file that Open opened, or nothing.
func (x *Index) Path() string {
	if x.file == nil {
		return ""
	}
	return x.file.path
}

// Size returns how many bytes the file has that Open opened.
func (x *Index) Size() int64 {
	if x.file == nil {
		return 0
	}
	return x.file.head.size
}

// Removals returns what was taken out of the lists after they were built in. The result
// must not be changed.
func (x *Index) Removals() []Removed { return x.removals }

// fail completes an error with which file it is about.
func (m *mapping) fail(err error) *ListError {
	e := &ListError{List: filepath.Base(m.path), Path: m.path, Code: Unreadable, Err: err}
	var f *formatError
	var p *fs.PathError
	var l *ListError
	switch {
	case errors.As(err, &l):
		return l
	case errors.As(err, &f):
		e.Code, e.What, e.Hint, e.Err = f.code, f.what, f.hint, nil
	case errors.Is(err, fs.ErrNotExist):
		e.Code, e.What, e.Hint = Missing, "there is no such file", "build it with sluice lists build"
	case errors.As(err, &p):
		e.What, e.Hint = "cannot be read: "+p.Err.Error(), "check the file's permissions"
	default:
		e.What = "cannot be read: " + err.Error()
	}
	return e
}

// damaged returns the error of a file that turned out to be broken.
func (m *mapping) damaged(what string) *ListError { return m.fail(damage("%s", what)) }
