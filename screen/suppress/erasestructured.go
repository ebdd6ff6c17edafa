package suppress

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
)

// notErasable is an error for a list of a kind that is not rewritten.
func notErasable(kind string) *ListError {
	return &ListError{Code: Unreadable, What: "holds an address that is to be erased, and is " + kind + ", which is not rewritten",
		Hint: "take the person off where the list comes from and fetch it again, or replace it by an index: sluice lists build"}
}

// notLookedThrough is an error for a list of a kind that may hold addresses where erasing
// does not look.
func notLookedThrough(kind string) *ListError {
	return &ListError{Code: Unreadable, What: "is " + kind + ", in which nobody can be erased",
		Hint: "unpack or export it as text, or replace it by an index: sluice lists build"}
}

// structured looks through a list in JSON or XML, and refuses it if it holds a subject.
func (s *scanner) structured(src *source, f *os.File) error {
	stored, text, err := openText(f)
	if err != nil {
		return stored.sourceError(err)
	}
	defer stored.close()
	if enc := encodingNamed(src.encoding); enc != nil {
		text = enc.NewDecoder().Reader(text)
	}
	next := jsonTexts(text)
	if f := src.layout.format; f == "xml" || f == "mapp" {
		next = xmlTexts(text)
	}
	for {
		texts, err := next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return stored.sourceError(err)
		}
		for _, t := range texts {
			if s.in([]byte(t)) {
				return notErasable(src.layout.format)
			}
		}
	}
}

// jsonTexts returns the strings of JSON texts, a token at a time.
func jsonTexts(r io.Reader) func() ([]string, error) {
	l := newLeash(r)
	d := json.NewDecoder(l)
	return func() ([]string, error) {
		t, err := d.Token()
		l.at(d.InputOffset())
		if v, ok := t.(string); ok {
			return []string{v}, err
		}
		return nil, err
	}
}

// xmlTexts returns the texts of an XML document, a token at a time.
func xmlTexts(r io.Reader) func() ([]string, error) {
	l := newLeash(r)
	d := xml.NewDecoder(l)
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil } // it is UTF-8 by now
	return func() (texts []string, err error) {
		t, err := d.RawToken()
		l.at(d.InputOffset())
		switch t := t.(type) {
		case xml.CharData:
			texts = []string{string(t)}
		case xml.Comment:
			texts = []string{string(t)}
		case xml.StartElement:
			for _, a := range t.Attr {
				texts = append(texts, a.Value)
			}
		}
		return texts, err
	}
}
