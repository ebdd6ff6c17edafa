package suppress

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
)

// jsonList reads JSON: a document, or values one behind the other, as in JSON lines. An
// object with a member whose name is that of a column we know is a record, wherever it
// stands; so is a string in an array with such a name or at the top.
type jsonList struct {
	transcoder
	leash *leash
	dec   *json.Decoder
	stack []jsonLevel
}

// A jsonLevel is an array or object that is open.
type jsonLevel struct {
	array   bool
	element bool   // it stands in an array, or at the top
	wraps   bool   // arrays or objects stand in it
	key     string // of an object: the member that comes next, "" before its name; of an array: its name
	rec     person
}

func newJSONList(r io.Reader) *jsonList {
	l := &jsonList{leash: newLeash(r)}
	l.dec = json.NewDecoder(l.leash)
	l.dec.UseNumber()
	l.next = l.more
	return l
}

// more reads until some record is complete.
func (l *jsonList) more() error {
	for len(l.out) < 64<<10 {
		tok, err := l.dec.Token()
		if err == io.EOF && len(l.stack) == 0 {
			return io.EOF
		}
		if err != nil {
			return broken("JSON", l.leash, l.dec.InputOffset(), err)
		}
		line := l.leash.at(l.dec.InputOffset())
		if d, ok := tok.(json.Delim); ok {
			if err := l.delim(d, line); err != nil {
				return err
			}
			continue
		}
		l.scalar(tok, line)
	}
	return nil
}

func (l *jsonList) top() *jsonLevel {
	if len(l.stack) == 0 {
		return nil
	}
	return &l.stack[len(l.stack)-1]
}

func (l *jsonList) delim(d json.Delim, line int64) error {
	switch d {
	case '{', '[':
		if len(l.stack) == maxDepth {
			return tooDeep("JSON", line)
		}
		n := jsonLevel{array: d == '[', element: true}
		if t := l.top(); t != nil {
			t.wraps = true
			n.element = t.array
			if n.array {
				n.key = t.key
			}
			if !t.array {
				t.key = ""
			}
		}
		l.stack = append(l.stack, n)
	default:
		t := l.top()
		if !t.element || t.wraps && len(l.stack) == 1 {
			t.rec.cells[domainColumn] = nil // of what surrounds the records, such as our own
		}
		if !t.array && !t.rec.empty() {
			l.write(&t.rec, line)
		}
		l.stack = l.stack[:len(l.stack)-1]
	}
	return nil
}

func (l *jsonList) scalar(tok json.Token, line int64) {
	t := l.top()
	if t == nil {
		if s, ok := tok.(string); ok {
			l.single(whoColumn, s, line)
		}
		return
	}
	if t.array {
		s, ok := tok.(string)
		c, known := headers[headerName([]byte(t.key))]
		switch {
		case !ok:
		case known:
			l.single(columnOf(c), s, line)
		case len(l.stack) == 1:
			l.single(whoColumn, s, line)
		}
		return
	}
	if t.key == "" {
		t.key, _ = tok.(string)
		if t.key == "" {
			t.key = "-" // a member without a name
		}
		return
	}
	name := headerName([]byte(t.key))
	t.key = ""
	switch v := tok.(type) {
	case string:
		if c, ok := headers[name]; ok && c.tier != site {
			t.rec.add(columnOf(c), v)
		} else if frees(name, v) {
			t.rec.free = true
		}
	case json.Number:
		if c, ok := headers[name]; ok && c.role == phoneRole {
			t.rec.add(phoneColumn, v.String())
		}
	case bool:
		if name == "emailblacklisted" && !v {
			t.rec.free = true
		}
	}
}

func (l *jsonList) single(col int, value string, line int64) {
	var r person
	if r.add(col, value); !r.empty() {
		l.write(&r, line)
	}
}

// frees reports whether a member says that a person may be contacted, as Mailchimp's
// and Cordial's do.
func frees(name, value string) bool {
	switch value = strings.ToLower(strings.TrimSpace(value)); name {
	case "status":
		return value == "subscribed"
	case "subscribestatus":
		return value == "subscribed" || value == "none"
	}
	return false
}

// jsonFormat names the sender whose JSON it is by names that no other uses.
func jsonFormat(head []byte) string {
	for _, f := range []struct{ name, has, and string }{
		{"amazon-ses", `"SuppressedDestinationSummaries"`, ""},
		{"brevo", `"emailBlacklisted"`, ""},
		{"brevo", `"blockedAt"`, `"senderEmail"`},
		{"postmark", `"SuppressionReason"`, `"EmailAddress"`},
		{"sparkpost", `"recipient"`, `"non_transactional"`},
		{"mailgun", `"address"`, `"created_at"`},
		{"sendgrid", `"email"`, `"created"`},
	} {
		if bytes.Contains(head, []byte(f.has)) && bytes.Contains(head, []byte(f.and)) {
			return f.name
		}
	}
	return "json"
}
