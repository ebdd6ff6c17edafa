package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io"

	"golang.org/x/sync/errgroup"
)

// Run carries out job and returns what it counted. It closes the job's sinks and
// source in any case. An error is the first in input order: one of the source or a
// sink, an *InternalError, a *GateError (with the Result, for the record, if the list
// was read to its end), or ctx's cause. After an error nothing must be published.
//
// Cancelling ctx ends every stage; only a Next that blocks on its input is waited
// for, so a source that can block should watch ctx itself.
func Run(ctx context.Context, job Job) (res *Result, err error) {
	defer func() { err = errors.Join(err, closeAll(&job, err == nil)) }()
	if err := job.check(); err != nil {
		return nil, err
	}
	r := newRun(&job)
	defer r.settler.close()
	err = r.run(ctx)
	for _, b := range r.batches {
		b.release()
	}
	if err != nil {
		return nil, err
	}
	res, err = r.settler.result()
	if err != nil {
		return nil, err
	}
	res.Rows = r.rows
	return res, job.gates(res)
}

// closeAll closes the sinks and the source. What they say matters only if all went
// well until then.
func closeAll(job *Job, well bool) error {
	var errs []error
	for _, w := range []io.Closer{job.Sinks.Kept, job.Sinks.Quarantine, job.Sinks.Annotated, job.Sinks.Restricted, job.Decisions, job.Source} {
		if w != nil {
			errs = append(errs, guard("close", w.Close))
		}
	}
	if !well {
		return nil
	}
	return errors.Join(errs...)
}

// A run is the queues between the stages. Each holds every batch there is, so a
// send never waits for long; what bounds the run is the free list.
type run struct {
	plan    *plan
	settler *settler
	rows    Rows // written, when commit is done
	batches []*batch

	free     chan *batch
	toScreen chan *batch // reader → workers
	screened chan *batch // reader → settle, in order
	toEncode chan *batch // settle → workers
	encoded  chan *batch // settle → commit, in order
}

func newRun(job *Job) *run {
	n := job.Batches
	r := &run{plan: newPlan(job), free: make(chan *batch, n),
		toScreen: make(chan *batch, n), screened: make(chan *batch, n),
		toEncode: make(chan *batch, n), encoded: make(chan *batch, n)}
	r.settler = newSettler(r.plan)
	for range n {
		b := newBatch()
		r.batches = append(r.batches, b)
		r.free <- b
	}
	return r
}

func (r *run) run(parent context.Context) error {
	g, ctx := errgroup.WithContext(parent)
	g.Go(func() error { return r.read(ctx) })
	for range r.plan.job.Workers {
		g.Go(func() error { return r.work(ctx) })
	}
	g.Go(func() error { return r.settle(ctx) })
	g.Go(func() error { return r.commit(ctx) })
	err := g.Wait()
	if parent.Err() != nil {
		return context.Cause(parent)
	}
	return err
}

// read takes chunks from the source. An error travels with the batches, so that
// what went wrong earlier in the list is reported first.
func (r *run) read(ctx context.Context) error {
	defer close(r.toScreen)
	defer close(r.screened)
	measured, _ := r.plan.job.Source.(Measured)
	for {
		b, err := receive(ctx, r.free)
		if b == nil {
			return err
		}
		b.reset()
		b.err = guard("read", func() (err error) { b.chunk, err = r.plan.job.Source.Next(); return err })
		if measured != nil {
			b.share = measured.Share()
		}
		if b.err == io.EOF {
			return nil
		}
		last := b.err != nil
		if err := send(ctx, r.screened, b); err != nil {
			return err
		}
		if last {
			b.chunk = nil
			b.screened <- struct{}{}
			return nil
		}
		if err := send(ctx, r.toScreen, b); err != nil {
			return err
		}
	}
}

// work screens and encodes. Encoding comes first: it moves batches out.
func (r *run) work(ctx context.Context) error {
	var w Worker
	if err := guard("screen", func() error { w = r.plan.job.NewWorker(); return nil }); err != nil {
		return err
	}
	screen, encode := r.toScreen, r.toEncode
	for screen != nil || encode != nil {
		var b *batch
		var ok, encoding bool
		select {
		case b, ok = <-encode:
			encoding = true
		default:
			select {
			case b, ok = <-encode:
				encoding = true
			case b, ok = <-screen:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		switch {
		case !ok && encoding:
			encode = nil
		case !ok:
			screen = nil
		case encoding:
			b.err = guard("encode", func() error { return b.encode(r.plan) })
			b.encoded <- struct{}{}
		default:
			b.err = guard("screen", func() error { return b.screen(r.plan, w) })
			b.screened <- struct{}{}
		}
	}
	return nil
}

// settle gives each batch its place and its verdicts, in input order.
func (r *run) settle(ctx context.Context) error {
	defer close(r.encoded)
	defer close(r.toEncode)
	for {
		b, err := receive(ctx, r.screened)
		if b == nil {
			return err
		}
		if _, err := receive(ctx, b.screened); err != nil {
			return err
		}
		r.settler.locate(b)
		if b.err == nil {
			b.err = guard("settle", func() error { return r.settler.settle(b) })
		}
		last := b.err != nil
		if last {
			b.err = b.place(b.err)
			b.encoded <- struct{}{}
		} else if err := send(ctx, r.toEncode, b); err != nil {
			return err
		}
		if err := send(ctx, r.encoded, b); err != nil || last {
			return err
		}
	}
}

// commit writes what was rendered, in input order, and sends batches round again.
func (r *run) commit(ctx context.Context) error {
	c := committer{plan: r.plan}
	if err := guard("commit", c.begin); err != nil {
		return err
	}
	for {
		b, err := receive(ctx, r.encoded)
		if b == nil {
			r.rows = c.rows
			return err
		}
		if _, err := receive(ctx, b.encoded); err != nil {
			return err
		}
		if b.err == nil {
			b.err = guard("commit", func() error { return c.commit(b) })
			if b.err != nil {
				b.err = b.place(b.err)
			}
		}
		if b.err != nil {
			return b.err
		}
		b.release()
		if err := send(ctx, r.free, b); err != nil {
			return err
		}
	}
}

// receive returns the zero value and no error when c is closed and empty.
func receive[T any](ctx context.Context, c <-chan T) (v T, err error) {
	select {
	case v = <-c:
		return v, nil
	case <-ctx.Done():
		return v, ctx.Err()
	}
}

func send[T any](ctx context.Context, c chan<- T, v T) error {
	select {
	case c <- v:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("pipeline: %w", ctx.Err())
	}
}
