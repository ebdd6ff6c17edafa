package suppress

import (
	"context"
	"fmt"
	"io"
	"time"

	"golang.org/x/sync/errgroup"

	view "sluice/formats/column"
)

// Columns is a list that someone else divides into columns, such as a Parquet file. It
// is how such lists are read without this package knowing their formats.
type Columns interface {
	// Names returns the columns' names.
	Names() []string
	// Next returns the next rows, or io.EOF: a view of as many cells for each of cols,
	// which are indexes into Names. The views are valid until the next call, and may be
	// read by several goroutines.
	Next(cols []int) ([]view.View, error)
	// Source describes the file. It is called after Next returned io.EOF.
	Source() ColumnsSource
}

// A ColumnsSource is the file that columns came from.
type ColumnsSource struct {
	Format      string // parquet, arrow, …
	Compression string // of the file as a whole
	Bytes       int64  // as stored
	SHA256      string // likewise, lower-case hex
	Modified    time.Time
}

// AddColumns is AddFile for a list that is read as columns. Those that count are found
// as in text: by their names, else by what is in the first rows. Lines, in the report
// and in errors, are rows. Modified, where src.Source gives it before the first row
// too, is the list's age unless spec or the file's name says otherwise.
func (b *Builder) AddColumns(ctx context.Context, spec ListSpec, src Columns) (ListInfo, error) {
	info, err := b.number(&spec)
	if err != nil {
		return ListInfo{}, err
	}
	if err := spec.readSidecar(); err != nil {
		return ListInfo{}, err
	}
	if err := spec.settle(&header{}, src.Source().Modified, &info); err != nil {
		return ListInfo{}, err
	}
	l := &columnsLoader{loader: loader{workers: b.workers(), canaries: newCanaries(spec.Canaries), drain: b.drain, sought: b.sought}, src: src, names: src.Names()}
	if err := l.run(ctx); err != nil {
		if ctx.Err() != nil {
			return ListInfo{}, ctx.Err()
		}
		return ListInfo{}, spec.fail(&ListError{Code: Unreadable, What: fmt.Sprintf("cannot be read: %v", err), Err: err,
			Hint: "check the file, or export the list as text"})
	}
	l.describe(&info)
	if err := l.check(&spec, &info); err != nil {
		return ListInfo{}, err
	}
	if info.Total() == 0 {
		if err := spec.pass(&ListError{Code: NoEntries, What: "has no entry", Hint: emptyHint}, &info); err != nil {
			return ListInfo{}, err
		}
	}
	if err := l.canaries.check(&spec, &info); err != nil {
		return ListInfo{}, err
	}
	if err := b.keep(l.chunks, &spec, &info); err != nil {
		return ListInfo{}, err
	}
	return info, nil
}

// A columnsLoader reads the rows of columns.
type columnsLoader struct {
	loader
	src   Columns
	names []string
	cols  []int // that are asked for
	found bool  // the layout is
}

func (l *columnsLoader) run(ctx context.Context) error {
	rec := make([][]byte, len(l.names))
	for i, n := range l.names {
		rec[i] = []byte(n)
	}
	l.fields = len(rec)
	l.eol = '\n'
	if l.columns = namedColumns(rec); len(l.columns) > 0 {
		l.found = true
		l.narrow()
	} else {
		for i := range l.names {
			l.cols = append(l.cols, i)
		}
	}
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		views, err := l.src.Next(l.cols)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if err := l.rows(views); err != nil {
			return err
		}
	}
}

// narrow asks for the columns that count, and numbers them as they will come.
func (l *columnsLoader) narrow() {
	l.cols = l.cols[:0]
	for i := range l.columns {
		l.cols = append(l.cols, l.columns[i].index)
		if l.columns[i].name == "" {
			l.columns[i].name = l.names[l.columns[i].index]
		}
		l.columns[i].index = i
	}
	l.fields = len(l.cols)
}

// rows takes the values of some rows.
func (l *columnsLoader) rows(views []view.View) error {
	if len(views) != len(l.cols) {
		return fmt.Errorf("%d columns came for %d", len(views), len(l.cols))
	}
	n := 0
	for i, v := range views {
		if i == 0 {
			n = v.Len()
		} else if v.Len() != n {
			return fmt.Errorf("columns of %d and %d rows", n, v.Len())
		}
	}
	if n == 0 {
		return nil
	}
	if !l.found {
		if !l.lookAtRows(views, n) {
			l.skipAll(n)
			return nil
		}
		chosen := make([]view.View, len(l.columns))
		for i, c := range l.columns {
			chosen[i] = views[c.index]
		}
		views = chosen
		l.found = true
		l.narrow()
	}
	var g errgroup.Group
	parts := min(l.workers, 1+n/4096)
	for p := range parts {
		lo, hi := n*p/parts, n*(p+1)/parts
		c := &chunk{line: l.lines + int64(lo) + 1, lines: int64(hi - lo)}
		l.chunks = append(l.chunks, c)
		g.Go(func() error {
			w := worker{layout: &l.layout, reader: newReader()}
			c.found.sought = l.sought
			w.rows(c, views, lo, hi)
			l.canaries.see(c.found.keys)
			if l.drain != nil {
				return l.drain(&c.found, 0)
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	l.lines += int64(n)
	return nil
}

// lookAtRows finds the columns that count by their values.
func (l *columnsLoader) lookAtRows(views []view.View, n int) bool {
	var body [][][]byte
	for row := range min(n, sampleRecords) {
		rec := make([][]byte, len(views))
		for i := range views {
			rec[i] = views[i].At(row)
		}
		body = append(body, rec)
	}
	l.fields = len(views)
	return l.lookAt(body, newReader()) > 0
}

// skipAll notes rows before any in which a column could be found. They are refused
// unless they are blank.
func (l *columnsLoader) skipAll(n int) {
	c := &chunk{line: l.lines + 1, lines: int64(n)}
	for i := range n {
		c.found.total++
		c.found.refuse(c.line+int64(i), "no column holds entries")
	}
	l.chunks = append(l.chunks, c)
	l.lines += int64(n)
}

// rows takes the values of the rows lo to hi.
func (w *worker) rows(c *chunk, views []view.View, lo, hi int) {
	f := &c.found
	f.keys = make([]Key, 0, hi-lo)
	for row := lo; row < hi; row++ {
		w.cells = w.cells[:0]
		for i := range views {
			w.cells = append(w.cells, views[i].At(row))
		}
		f.total++
		line := c.line + int64(row-lo)
		f.lastEntry = line
		w.entries(f, line)
	}
}

// describe adds what was found to info.
func (l *columnsLoader) describe(info *ListInfo) {
	src := l.src.Source()
	l.loader.src = &source{}
	l.chunked(info)
	info.Layout = Layout{Format: src.Format, Compression: src.Compression, Encoding: "utf-8", Header: l.found}
	for _, c := range l.columns {
		info.Layout.Columns = append(info.Layout.Columns, c.name)
	}
	info.SHA256, info.Bytes = src.SHA256, src.Bytes
}
