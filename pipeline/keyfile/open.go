package keyfile

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"runtime/debug"
	"sync/atomic"

	"github.com/cespare/xxhash/v2"
)

// A File is a key file that was opened. Find, FindAll and the other methods may be called
// concurrently; Close must be the last.
type File struct {
	name    string
	data    []byte
	unmap   func() error
	foot    footer
	starts  []int64  // row that each unit starts at, and behind the last
	sums    []byte   // of pages
	checked []uint64 // bit i: page i has been compared with its checksum
}

// Open maps the key file at path. It checks that the file is whole and makes sense, which
// takes a look at its end alone. The error of a file that is no good wraps ErrDamaged or
// ErrVersion; of one that is not there, fs.ErrNotExist.
func Open(path string) (*File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "open", Path: path, Err: errors.New("not a regular file")}
	}
	if info.Size() < headerSize+trailerSize {
		return nil, fmt.Errorf("%s: %w: it is too short", path, ErrDamaged)
	}
	data, unmap, err := mapFile(f, info.Size())
	if err != nil {
		return nil, &fs.PathError{Op: "map", Path: path, Err: err}
	}
	file, err := parse(path, data)
	if err != nil {
		return nil, errors.Join(err, unmap())
	}
	file.unmap = unmap
	return file, nil
}

// parse makes a File of the bytes of one.
func parse(name string, data []byte) (*File, error) {
	f := &File{name: name, data: data}
	err := f.guarded(func() {
		var err error
		if f.foot, f.sums, err = parseFooter(data); err != nil {
			panic(damage{err})
		}
	})
	if err != nil {
		return nil, err
	}
	f.checked = make([]uint64, (len(f.sums)/8+63)/64)
	f.starts = make([]int64, len(f.foot.rows)+1)
	for i, n := range f.foot.rows {
		f.starts[i+1] = f.starts[i] + int64(n)
	}
	return f, nil
}

// Close gives the file's memory back.
func (f *File) Close() error {
	if f.unmap == nil {
		return nil
	}
	unmap := f.unmap
	f.unmap, f.data, f.sums = nil, nil, nil
	return unmap()
}

// Rows returns how many rows the list has that the file is of.
func (f *File) Rows() int64 { return f.starts[len(f.starts)-1] }

// Prints returns how many prints the file holds.
func (f *File) Prints() int64 {
	n := int64(0)
	for i := range f.foot.segments {
		n += int64(f.foot.segments[i].n)
	}
	return n
}

// About returns what the keys in the file are. What it says of a file of another Vocabulary,
// or of one without a form that is looked up, must not be relied on.
func (f *File) About() About { return f.foot.about }

// Verify compares every page with its checksum.
func (f *File) Verify() error {
	return f.guarded(func() { f.need(0, int64(len(f.sums)/8*pageSize)) })
}

// need makes sure that n bytes from off on are as they were written. It panics with damage
// if they are not, which guarded makes an error of.
func (f *File) need(off, n int64) {
	for page := off / pageSize; page <= (off+n-1)/pageSize; page++ {
		if atomic.LoadUint64(&f.checked[page/64])>>(page%64)&1 == 0 {
			f.check(page)
		}
	}
}

func (f *File) check(page int64) {
	end := int64(len(f.data)) - trailerSize - f.footSize()
	b := f.data[page*pageSize : min((page+1)*pageSize, end)]
	if xxhash.Sum64(b) != binary.LittleEndian.Uint64(f.sums[8*page:]) {
		panic(damage{fmt.Errorf("%w: its bytes from %d on are not what was written", ErrDamaged, page*pageSize)})
	}
	atomic.OrUint64(&f.checked[page/64], 1<<(page%64))
}

// footSize returns the bytes between the segments and the trailer.
func (f *File) footSize() int64 {
	return int64(len(f.foot.segments)*entrySize + (len(f.foot.rows)+1)/2*8 + len(f.sums))
}

// damage is what a look-up panics with.
type damage struct{ error }

// guarded calls work. A page that is not what it was, or cannot be read any more because
// the file was cut or its disk failed, becomes an error.
func (f *File) guarded(work func()) (err error) {
	old := debug.SetPanicOnFault(true)
	defer func() {
		debug.SetPanicOnFault(old)
		switch p := recover().(type) {
		case nil:
		case damage:
			err = fmt.Errorf("%s: %w", f.name, p.error)
		case interface {
			runtime.Error
			Addr() uintptr
		}:
			err = fmt.Errorf("%s: %w: it can no longer be read", f.name, ErrDamaged)
		default:
			panic(p)
		}
	}()
	work()
	return nil
}
