package parquetio

import (
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"

	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go/format"
	"golang.org/x/sync/errgroup"
)

// An encodeQueue turns groups of collected rows into encoded ones, the columns of
// a group side by side on a bounded number of goroutines, and hands them on in the
// order in which they came. Its methods are called from one goroutine at a time;
// what it starts ends by itself, even if nobody waits.
type encodeQueue struct {
	specs  []colSpec
	kind   format.CompressionCodec
	level  zstd.EncoderLevel
	bounds bool
	idle   chan *columnEncoder // the bound: whoever encodes holds one
	max    int                 // groups in flight
	jobs   []*groupJob         // in order
	done   func(*groupJob) error
	bufs   sync.Pool // *[]byte, finished pages
}

// A groupJob is a group on its way through the queue.
type groupJob struct {
	in   *part
	out  encodedGroup
	wait func() error
}

func newEncodeQueue(specs []colSpec, kind format.CompressionCodec, level zstd.EncoderLevel, bounds bool, workers int) *encodeQueue {
	q := &encodeQueue{specs: specs, kind: kind, level: level, bounds: bounds, idle: make(chan *columnEncoder, workers)}
	for range workers {
		q.idle <- newColumnEncoder(level)
	}
	// Two groups, so that the next one's columns fill the gaps that the last ones of
	// this leave; more only if there are more workers than columns.
	q.max = min(max(2, (2*workers+len(specs)-1)/len(specs)), 16)
	return q
}

// push starts encoding p. It waits for the oldest group if too many are in flight,
// which bounds the memory.
func (q *encodeQueue) push(p *part) error {
	for len(q.jobs) >= q.max {
		if err := q.pop(); err != nil {
			return err
		}
	}
	j := &groupJob{in: p, out: encodedGroup{rows: int64(p.rows), columns: make([]encodedColumn, len(q.specs))}}
	var g errgroup.Group
	var next atomic.Int64
	for range min(cap(q.idle), len(q.specs)) {
		g.Go(func() error {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(q.specs) {
					return nil
				}
				if err := q.encode(j, i); err != nil {
					return err
				}
			}
		})
	}
	j.wait = g.Wait
	q.jobs = append(q.jobs, j)
	return nil
}

// pop waits for the oldest group and hands it on.
func (q *encodeQueue) pop() error {
	j := q.jobs[0]
	q.jobs[0] = nil
	q.jobs = q.jobs[1:]
	if err := j.wait(); err != nil {
		return err
	}
	return q.done(j)
}

// drain hands on all groups.
func (q *encodeQueue) drain() error {
	for len(q.jobs) > 0 {
		if err := q.pop(); err != nil {
			return err
		}
	}
	return nil
}

// abandon waits for all groups and drops them.
func (q *encodeQueue) abandon() {
	for _, j := range q.jobs {
		j.wait()
	}
	q.jobs = nil
}

// encode encodes column i of a group. A panic, which would be a bug, becomes an
// error, for there is no caller on this goroutine to meet it.
func (q *encodeQueue) encode(j *groupJob, i int) (err error) {
	e := <-q.idle
	defer func() {
		if r := recover(); r != nil {
			e = newColumnEncoder(q.level)
			err = fmt.Errorf("internal error: encoding column %s: %v\n%s", q.specs[i].name, r, debug.Stack())
		}
		q.idle <- e
	}()
	col, err := q.column(e, &q.specs[i], &j.in.cols[i])
	j.out.columns[i] = col
	return err
}

// column encodes one column into a buffer that its release gives back.
func (q *encodeQueue) column(e *columnEncoder, s *colSpec, c *cells) (encodedColumn, error) {
	buf, _ := q.bufs.Get().(*[]byte)
	if buf == nil {
		buf = new([]byte)
	}
	col, err := e.encode(s, c, q.kind, q.bounds, *buf)
	if err != nil {
		return col, fmt.Errorf("column %s: %w", s.name, err)
	}
	col.free = func(parts [][]byte) {
		*buf = parts[0]
		q.bufs.Put(buf)
	}
	return col, nil
}
