package parquetio

import (
	"errors"
	"fmt"

	"github.com/parquet-go/parquet-go/format"
)

var (
	errEncrypted = errors.New("encrypted Parquet is not read")
	errFooter    = errors.New("damaged footer")
)

// A footerParser decodes a FileMetaData within caps: the counts in a footer are
// claims, and a claim of a million schema elements costs the claimant three bytes each.
type footerParser struct {
	r         thriftReader
	maxNodes  int
	maxGroups int
	err       error // a cap was passed, or the file is encrypted; more telling than r.err
}

// parseFooter decodes the footer in b, which the result goes on to alias.
func parseFooter(b []byte, o Options) (*fileMeta, error) {
	p := footerParser{r: thriftReader{b: b}, maxNodes: 4 * o.MaxColumns, maxGroups: o.MaxGroups}
	m := &fileMeta{numRows: -1}
	p.r.structure(tStruct, func(id int16, t byte) {
		switch id {
		case 1:
			m.version = p.r.i32(t)
		case 2:
			p.schema(m, t)
		case 3:
			m.numRows = p.r.i64(t)
		case 4:
			p.groups(m, t)
		case 5:
			m.keyValues = p.keyValues(t)
		case 6:
			m.createdBy = string(p.r.binary(t))
		case 7:
			m.columnOrders = p.r.raw(t)
		case 8, 9:
			p.fail(errEncrypted)
		default:
			p.r.skip(t)
		}
	})
	switch {
	case p.err != nil:
		return nil, p.err
	case p.r.err != nil:
		return nil, fmt.Errorf("%w: %w", errFooter, p.r.err)
	case len(m.schema) == 0 || m.numRows < 0:
		return nil, fmt.Errorf("%w: schema or row count missing", errFooter)
	}
	return m, nil
}

func (p *footerParser) fail(err error) {
	if p.err == nil {
		p.err = err
	}
	p.r.fail(err)
}

func (p *footerParser) schema(m *fileMeta, t byte) {
	n, elem := p.r.list(t)
	if n > p.maxNodes {
		p.fail(fmt.Errorf("%w: %d schema elements, at most %d are accepted", errLimit, n, p.maxNodes))
		return
	}
	m.schema = make([]schemaElement, 0, n)
	for ; n > 0 && p.r.err == nil; n-- {
		lo := p.r.off
		e := p.element(elem)
		if p.r.err == nil {
			e.raw = p.r.b[lo:p.r.off:p.r.off]
			m.schema = append(m.schema, e)
		}
	}
}

func (p *footerParser) element(t byte) schemaElement {
	e := schemaElement{converted: -1}
	r := &p.r
	r.structure(t, func(id int16, t byte) {
		switch id {
		case 1:
			e.typ, e.hasType = format.Type(r.i32(t)), true
		case 2:
			e.typeLength = r.i32(t)
		case 3:
			e.repetition = format.FieldRepetitionType(r.i32(t))
		case 4:
			e.name = string(r.binary(t))
		case 5:
			e.numChildren = r.i32(t)
		case 6:
			e.converted = r.i32(t)
		case 7:
			e.scale = r.i32(t)
		case 8:
			e.precision = r.i32(t)
		case 10:
			r.structure(t, func(id int16, t byte) { p.logical(&e.logical, id, t) })
		default:
			r.skip(t)
		}
	})
	return e
}

func (p *footerParser) logical(l *logicalType, member int16, t byte) {
	r := &p.r
	l.id = member
	if t != tStruct {
		r.skip(t)
		return
	}
	r.structure(t, func(id int16, t byte) {
		switch {
		case member == logicalDecimal && id == 1:
			l.scale = r.i32(t)
		case member == logicalDecimal && id == 2:
			l.precision = r.i32(t)
		case member == logicalInteger && id == 1:
			l.bits = int8(r.i32(t))
		case member == logicalInteger && id == 2:
			l.signed = r.bool(t)
		case (member == logicalTime || member == logicalTimestamp) && id == 1:
			l.utc = r.bool(t)
		case (member == logicalTime || member == logicalTimestamp) && id == 2:
			r.structure(t, func(id int16, t byte) {
				l.unit = id
				r.skip(t)
			})
		default:
			r.skip(t)
		}
	})
}

func (p *footerParser) keyValues(t byte) []keyValue {
	n, elem := p.r.list(t)
	var kvs []keyValue
	for ; n > 0 && p.r.err == nil; n-- {
		var kv keyValue
		p.r.structure(elem, func(id int16, t byte) {
			switch id {
			case 1:
				kv.key = string(p.r.binary(t))
			case 2:
				kv.value, kv.hasValue = string(p.r.binary(t)), true
			default:
				p.r.skip(t)
			}
		})
		kvs = append(kvs, kv)
	}
	return kvs
}

func (p *footerParser) groups(m *fileMeta, t byte) {
	n, elem := p.r.list(t)
	if n > p.maxGroups {
		p.fail(fmt.Errorf("%w: %d row groups, at most %d are accepted", errLimit, n, p.maxGroups))
		return
	}
	for ; n > 0 && p.r.err == nil; n-- {
		g := rowGroup{numRows: -1}
		p.r.structure(elem, func(id int16, t byte) {
			switch id {
			case 1:
				g.columns = p.columns(t, len(m.schema))
			case 2:
				g.totalSize = p.r.i64(t)
			case 3:
				g.numRows = p.r.i64(t)
			case 4:
				g.sorting = p.r.raw(t)
			default:
				p.r.skip(t)
			}
		})
		m.groups = append(m.groups, g)
	}
}

// columns decodes a row group's chunks, of which there cannot be more than schema
// elements. The schema comes first in every file there is, and must.
func (p *footerParser) columns(t byte, most int) []columnChunk {
	n, elem := p.r.list(t)
	if n > most {
		p.fail(fmt.Errorf("%w: a row group has more columns than the schema", errFooter))
		return nil
	}
	chunks := make([]columnChunk, 0, n)
	for ; n > 0 && p.r.err == nil; n-- {
		chunks = append(chunks, p.chunk(elem))
	}
	return chunks
}

func (p *footerParser) chunk(t byte) columnChunk {
	c := columnChunk{off: -1, size: -1}
	p.r.structure(t, func(id int16, t byte) {
		switch id {
		case 1:
			if len(p.r.binary(t)) > 0 {
				p.fail(fmt.Errorf("%w: a column stands in another file", errFooter))
			}
		case 3:
			p.columnMeta(&c, t)
		case 8, 9:
			p.fail(errEncrypted)
		default:
			p.r.skip(t)
		}
	})
	if p.r.err == nil && c.off < 0 {
		p.fail(fmt.Errorf("%w: a column has no place in the file", errFooter))
	}
	return c
}

func (p *footerParser) columnMeta(c *columnChunk, t byte) {
	r, m := &p.r, &c.meta
	m.typ, m.codec, m.numValues, m.totalCompressed = -1, -1, -1, -1
	var data, dict int64
	r.structure(t, func(id int16, t byte) {
		switch id {
		case 1:
			m.typ = format.Type(r.i32(t))
		case 2:
			n, elem := r.list(t)
			for ; n > 0 && r.err == nil; n-- {
				m.encodings = append(m.encodings, format.Encoding(r.i32(elem)))
			}
		case 3:
			n, elem := r.list(t)
			for ; n > 0 && r.err == nil; n-- {
				m.path = append(m.path, string(r.binary(elem)))
			}
		case 4:
			m.codec = format.CompressionCodec(r.i32(t))
		case 5:
			m.numValues = r.i64(t)
		case 6:
			m.totalUncompressed = r.i64(t)
		case 7:
			m.totalCompressed = r.i64(t)
		case 8:
			m.keyValues = r.raw(t)
		case 9:
			data = r.i64(t)
		case 11:
			dict = r.i64(t)
		case 12:
			m.statistics = r.raw(t)
		case 13:
			m.encodingStats = r.raw(t)
		case 16:
			m.sizeStatistics = r.raw(t)
		case 17:
			m.geoStatistics = r.raw(t)
		default:
			r.skip(t)
		}
	})
	// A dictionary offset of 0 or behind the data means that there is none; some
	// writers set it always.
	c.off, c.size = data, m.totalCompressed
	if dict > 0 && dict < data {
		c.off = dict
	}
}
