package main

import (
	"context"
	"fmt"

	"sluice/formats/anyio"
	"sluice/pipeline"
	"sluice/pipeline/manifest"
)

// stage opens the files that are to stand in the place of the delivery and its key file.
func (p *pass) stage() (err error) {
	defer func() {
		if err != nil {
			p.abort()
		}
	}()
	open := func(role, path string) (*pipeline.Outputs, error) {
		staged, err := pipeline.Staged(path)
		if err != nil {
			return nil, err
		}
		return pipeline.OpenOutputs([]pipeline.Target{{Role: role, Path: staged}}, pipeline.OutputOptions{Digest: digestKind(p.output.Digest)})
	}
	if p.outputs, err = open(p.Output.Role, p.Path); err != nil {
		return err
	}
	if p.tracing {
		if p.sidecar, err = open(manifest.RoleKeys, p.Path+manifest.KeysSuffix); err != nil {
			return err
		}
		p.keysTo(p.sidecar)
	}
	w, err := anyio.NewWriter(p.outputs.Writer(p.Output.Role), p.output.Format, p.source, anyio.WriterOptions{Path: p.Path, Faulty: p.job.KeepMalformed})
	if err == nil {
		p.job.Sinks.Kept = w
	}
	return err
}

// abort gives up what was not published.
func (p *pass) abort() {
	for _, o := range []*pipeline.Outputs{p.outputs, p.sidecar} {
		if o != nil {
			o.Abort()
		}
	}
}

// finish publishes under hidden names what is to take the place of the delivery, if any
// row goes, and of its key file, if that changes.
func (p *pass) finish() error {
	if len(p.out.Rows) > 0 {
		written, err := p.outputs.Finish()
		if err == nil {
			err = p.outputs.Publish(nil)
		}
		if err != nil {
			return err
		}
		p.out.Output.Bytes, p.out.Output.Digest, p.out.Rewritten = written[0].Bytes, written[0].Digest, true
	} else if p.how == manifest.HowKeys {
		return nil
	}
	if p.sidecar == nil {
		p.out.Unkeyed, p.out.Keys = p.out.Keys != nil && p.out.Rewritten, nil // it is of the rows as they were
		return nil
	}
	written, err := p.sidecar.Finish()
	if err == nil {
		err = p.sidecar.Publish(nil)
	}
	if err != nil {
		return err
	}
	p.out.Keys = &manifest.Output{Role: manifest.RoleKeys, Name: p.out.Output.Name + manifest.KeysSuffix, Format: manifest.FormatKeys,
		Bytes: written[0].Bytes, Digest: written[0].Digest}
	p.out.Rekeyed = true
	return nil
}

// bring brings one delivery up to date. What it does it first writes down.
func (r *rescreening) bring(ctx context.Context, t *task) error {
	if t.done != nil {
		return nil
	}
	if t.how == manifest.HowNothingNew || t.how == manifest.HowKeys && len(t.ranges) == 0 {
		o, err := r.screenAgain(ctx, t, false)
		if err == nil {
			t.done, err = o.after(t.base), r.journal.note(o)
		}
		return err
	}
	unlock, err := pipeline.Lock(t.Path)
	if err != nil {
		return err
	}
	defer unlock()
	r.at("before " + t.Path)
	o, err := r.screenAgain(ctx, t, true)
	if err != nil {
		return err
	}
	r.at("staged")
	if err := r.journal.write(o); err != nil {
		return err
	}
	r.at("written down")
	if whole, err := o.publish(); err != nil {
		return err
	} else if !whole {
		return fmt.Errorf("%s: what was to take its place is gone", t.Path)
	}
	r.at("replaced")
	t.done = o.after(t.base)
	return nil
}
