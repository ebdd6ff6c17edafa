package suppress

import (
	"errors"
	"runtime"
)

// A Builder reads lists and compiles them into one Index. Lists are numbered in the
// order in which they are added. The zero Builder is ready. It may be used by one
// goroutine at a time.
//
// While a list is read it takes about 40 bytes an entry, and 20 after that.
type Builder struct {
	Workers int // goroutines that share the work; the number of processors, at most 8, if zero

	// drain takes what was found in some bytes of a list, before the list is known to be
	// good; it is called by several goroutines. Without it entries are kept.
	drain  func(f *findings, size int) error
	sought *sought // see Seek; nil for nothing

	chunk   int   // size of chunks, for tests; chunkSize if zero
	unpack  int64 // what any archive may expand to, for tests; freeExpanded if zero
	lists   []ListInfo
	runs    []run // one a list with keys
	domains domainSet
	sets    setTable
}

// keep takes the chunks' entries into the Builder.
func (b *Builder) keep(chunks []*chunk, spec *ListSpec, info *ListInfo) error {
	if b.drain != nil {
		for _, c := range chunks {
			if err := b.drain(&c.found, 0); err != nil {
				return spec.fail(&ListError{Code: TooLarge, What: err.Error(), Err: err})
			}
			info.Duplicates += c.found.repeats
		}
		b.lists = append(b.lists, *info)
		return nil
	}
	set, err := b.sets.single(info.ID)
	if err != nil {
		return spec.fail(&ListError{Code: TooLarge, What: err.Error(), Err: err})
	}
	var blocks [][]Key
	var n int
	for _, c := range chunks {
		f := &c.found
		n += len(f.keys)
		if len(f.keys) > 0 {
			blocks = append(blocks, f.keys)
		}
		lo := uint32(0)
		for _, hi := range f.hostEnds {
			if repeat, err := b.domains.insert(f.hosts[lo:hi], set, &b.sets); err != nil {
				return spec.fail(&ListError{Code: TooLarge, What: err.Error(), Err: err})
			} else if repeat {
				info.Duplicates++
			}
			lo = hi
		}
	}
	if int64(n) > maxKeys {
		return spec.fail(&ListError{Code: TooLarge, What: "has more than 4,294,967,295 entries"})
	}
	if n > 0 {
		keys, repeats := sortKeys(blocks, b.workers())
		info.Duplicates += int64(repeats)
		b.runs = append(b.runs, run{keys: keys, set: set})
	}
	if err := spec.checkShrunk(info); err != nil {
		return err
	}
	b.lists = append(b.lists, *info)
	return nil
}

// Build returns the index of all lists added. The Builder is empty afterwards.
func (b *Builder) Build() (*Index, error) {
	all, err := mergeRuns(b.runs, &b.sets)
	if err != nil {
		return nil, err
	}
	if int64(len(all.keys)) > maxKeys {
		return nil, errors.New("the lists have more than 4,294,967,295 entries together")
	}
	x := newIndex(all)
	if x.domains, err = b.domains.sorted(&b.sets); err != nil {
		return nil, err
	}
	x.number(&b.sets)
	x.describe(b.lists)
	*b = Builder{Workers: b.Workers, chunk: b.chunk, unpack: b.unpack}
	return x, nil
}

func (b *Builder) workers() int {
	if b.Workers > 0 {
		return b.Workers
	}
	return min(runtime.GOMAXPROCS(0), 8)
}
