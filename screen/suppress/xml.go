package suppress

import (
	"bytes"
	"encoding/xml"
	"io"
	"strings"
)

// xmlList reads XML such as Mapp's: elements whose names are those of columns we know.
// Elements directly below the root are entries of their own; what stands deeper is a
// record with its siblings. A document type, which could define entities, is refused.
type xmlList struct {
	transcoder
	leash *leash
	dec   *xml.Decoder
	names []string // of the open elements
	rec   person
	text  []byte // of the innermost element
	leaf  bool   // it has no elements in it
	done  bool   // the root is closed
}

func newXMLList(r io.Reader) *xmlList {
	l := &xmlList{leash: newLeash(r)}
	l.dec = xml.NewDecoder(l.leash)
	// The text is UTF-8 by now, whatever its declaration says.
	l.dec.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	l.next = l.more
	return l
}

// more reads until some record is complete.
func (l *xmlList) more() error {
	for len(l.out) < 64<<10 {
		tok, err := l.dec.Token()
		if err == io.EOF && l.done {
			return io.EOF
		}
		if err != nil {
			if s, ok := err.(*xml.SyntaxError); ok && s.Msg == "unexpected EOF" {
				err = io.ErrUnexpectedEOF
			}
			return broken("XML", l.leash, l.dec.InputOffset(), err)
		}
		line := l.leash.at(l.dec.InputOffset())
		switch t := tok.(type) {
		case xml.Directive:
			return &syntaxError{format: "XML", line: line, what: "it has a document type"}
		case xml.StartElement:
			if len(l.names) == maxDepth {
				return tooDeep("XML", line)
			}
			if l.done {
				return &syntaxError{format: "XML", line: line, what: "it has more than one root"}
			}
			l.names = append(l.names, t.Name.Local)
			l.text, l.leaf = l.text[:0], true
		case xml.CharData:
			if len(l.names) > 0 {
				l.text = append(l.text, t...)
			}
			if len(l.text) > maxAhead {
				return &syntaxError{format: "XML", line: line, what: errLongToken.Error()}
			}
		case xml.EndElement:
			l.end(t.Name.Local, line)
		}
	}
	return nil
}

func (l *xmlList) end(name string, line int64) {
	l.names = l.names[:len(l.names)-1]
	if l.leaf {
		if c, ok := headers[headerName([]byte(name))]; ok && c.tier != site {
			value := strings.TrimSpace(string(l.text))
			if c.role == phoneRole {
				value = mapNumber(value)
			}
			l.rec.add(columnOf(c), value)
		}
	}
	if len(l.names) <= 1 && !l.rec.empty() {
		l.write(&l.rec, line)
		l.rec.reset()
	}
	l.text, l.leaf = l.text[:0], false
	l.done = len(l.names) == 0
}

// mapNumber puts a plus before a number that has none: Mapp writes numbers with their
// country code and without a plus.
func mapNumber(value string) string {
	if value == "" || value[0] == '0' || strings.Trim(value, "0123456789") != "" {
		return value
	}
	return "+" + value
}

// xmlFormat names the sender whose XML it is.
func xmlFormat(head []byte) string {
	if bytes.Contains(head, []byte("<blacklist>")) {
		return "mapp"
	}
	return "xml"
}
