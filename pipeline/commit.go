package pipeline

import "sluice/pipeline/merkle"

// A committer owns the outputs. It is used by one goroutine, in input order.
type committer struct {
	plan *plan
	rows Rows        // written so far
	tree merkle.Tree // of the ledger's lines
}

// begin writes the header of the rejects, which even an empty list has.
func (c *committer) begin() error {
	if w := c.plan.job.Rejects; w != nil {
		if _, err := w.Write(c.plan.header); err != nil {
			return err
		}
	}
	return nil
}

func (c *committer) commit(b *batch) error {
	for _, commit := range b.commits {
		if err := commit(); err != nil {
			return err
		}
	}
	if len(b.rejects) > 0 {
		if _, err := c.plan.job.Rejects.Write(b.rejects); err != nil {
			return err
		}
	}
	for _, s := range b.ledger.subtrees {
		c.tree.Add(s)
	}
	c.rows.add(b, c.plan.job)
	if c.plan.job.Keys != nil {
		return b.tell(c.plan.job)
	}
	return nil
}

// tell tells the job's key file of b's rows.
func (b *batch) tell(job *Job) error {
	if b.passed {
		return job.Keys.Pass(int64(b.in.N))
	}
	sel := b.kept
	if job.Sinks.Annotated != nil {
		sel = b.annotated
	}
	row := 0
	for _, run := range sel {
		if err := job.Keys.Gone(int64(run.Lo - row)); err != nil {
			return err
		}
		for row = run.Lo; row < run.Hi; row++ {
			if err := job.Keys.Row(b.out.Keys(row)); err != nil {
				return err
			}
		}
	}
	return job.Keys.Gone(int64(b.in.N - row))
}
