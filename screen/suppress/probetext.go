package suppress

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
	"strings"
)

// A textProbe looks for candidates in a text.
type textProbe struct {
	all     []Finding
	digests map[string]int // by their bytes: the place in all
	plain   map[string]int // by the text
	encoded []Finding      // digests that are written in a way no run reads
}

func (t *textProbe) add(m map[string]int, what string, f *Finding) {
	if _, ok := m[what]; !ok {
		m[what] = len(t.all)
		t.all = append(t.all, *f)
	}
}

// text reads the lines of a list. A line is looked at as a whole and in the parts that
// delimiters make.
func (t *textProbe) text(src *source) error {
	b := bufio.NewReaderSize(src, 64<<10)
	for n := int64(1); ; n++ {
		line, err := b.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) { // no entry is as long
			for errors.Is(err, bufio.ErrBufferFull) {
				_, err = b.ReadSlice('\n')
			}
			line = nil
		}
		if err != nil && err != io.EOF {
			return err
		}
		t.line(bytes.TrimRight(line, "\r\n"), n)
		if err == io.EOF {
			return nil
		}
	}
}

func (t *textProbe) line(line []byte, n int64) {
	t.token(line, n)
	if !bytes.ContainsAny(line, ",;\t| ") {
		return
	}
	for _, part := range bytes.FieldsFunc(line, func(c rune) bool { return strings.ContainsRune(",;\t| ", c) }) {
		t.token(part, n)
	}
}

func (t *textProbe) token(token []byte, n int64) {
	token = trim(token)
	if i, ok := t.plain[string(token)]; ok {
		t.hit(&t.all[i], n)
		return
	}
	var buf [64]byte
	if _, digest, _, ok := parseDigest(token, &buf); ok {
		if i, ok := t.digests[string(digest)]; ok {
			t.hit(&t.all[i], n)
		}
		return
	}
	// Base64 of a digest's hex, which some tools make of a string that is hex already.
	var text [192]byte
	if m := base64.StdEncoding.DecodedLen(len(token)); m > 0 && m <= len(text) {
		if m, err := base64.StdEncoding.Decode(text[:], token); err == nil {
			if k, err := hex.Decode(buf[:], text[:min(m, 2*len(buf))]); err == nil {
				t.written(buf[:k], "as base64 of the digest in hex", n)
			}
		}
	}
}

func (t *textProbe) hit(f *Finding, n int64) {
	if k := len(f.Lines.First); k > 0 && f.Lines.First[k-1] == n {
		return
	}
	f.Lines.add(n)
}

// written notes a digest that runs cannot read.
func (t *textProbe) written(digest []byte, how string, n int64) {
	i, ok := t.digests[string(digest)]
	if !ok {
		return
	}
	f := t.all[i]
	for j := range t.encoded {
		if e := &t.encoded[j]; e.Algorithm == f.Algorithm && e.Form == f.Form && e.Fault == f.Fault && e.Salt == f.Salt && e.Twice == f.Twice {
			t.hit(e, n)
			return
		}
	}
	f.Lines = Lines{1, []int64{n}}
	f.Written, f.Screened, f.Remedy = how, false, "ask for digests in hex, or in base64 of their bytes"
	t.encoded = append(t.encoded, f)
}

// packed reads packed digests of every size. Lines are records.
func (t *textProbe) packed(src *source) error {
	data := bufio.NewReader(src)
	var window [64]byte
	have := 0
	for offset := int64(0); ; offset++ {
		for have < len(window) {
			n, err := data.Read(window[have:])
			have += n
			if err == io.EOF {
				break
			}
			if err != nil {
				return err
			}
		}
		if have == 0 {
			return nil
		}
		for a := range numAlgorithms {
			if size := a.Size(); have >= size && offset%int64(size) == 0 {
				if i, ok := t.digests[string(window[:size])]; ok && t.all[i].Algorithm == a {
					t.hit(&t.all[i], offset/int64(size)+1)
				}
			}
		}
		copy(window[:], window[1:have])
		have--
	}
}

func (t *textProbe) found() (all []Finding) {
	for _, f := range t.all {
		if f.Lines.Total > 0 {
			all = append(all, f)
		}
	}
	return append(all, t.encoded...)
}
