package suppress

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// flat returns the index's arrays as bytes.
func flat(x *Index) []byte {
	var b bytes.Buffer
	for _, part := range []any{x.words, x.keys, x.buckets, x.sets, x.domains.slots, x.domains.ends, x.domains.names,
		x.domains.sets, x.domains.own, x.setEnds, x.setMembers} {
		binary.Write(&b, binary.LittleEndian, part)
	}
	return b.Bytes()
}

// dump writes down everything that loading a list led to.
func dump(t *testing.T, b *Builder, info ListInfo, err error) string {
	if err != nil {
		var e *ListError
		if !errors.As(err, &e) {
			t.Fatalf("error %v is no ListError", err)
		}
		return fmt.Sprintf("%v hint %s code %s lines %v", e, e.Hint, e.Code, e.Lines)
	}
	x, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%+v\n%x", info, flat(x))
}

// safe are the words that messages are made of, beside numbers and punctuation. A
// message with anything else would quote the list.
var word = regexp.MustCompile(`[\pL@]+`)

// FuzzList loads any bytes as a list: no panic, the same outcome for any size of
// chunks, and a message that would be the same if every letter of the list were
// another.
func FuzzList(f *testing.F) {
	for _, c := range accepted {
		f.Add([]byte(c.text))
	}
	for _, c := range refused {
		if len(c.text) < 4096 {
			f.Add([]byte(c.text))
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > 1<<16 {
			return
		}
		var want string
		for _, size := range []int{1 << 20, 16, 333} {
			b := Builder{Workers: 2, chunk: size}
			info, err := b.AddReader(context.Background(), bytes.NewReader(text), ListSpec{Path: "l", Class: Erasure})
			if err != nil {
				quotesNothing(t, err)
			}
			for _, w := range info.Warnings {
				quotesNothing(t, errors.New(w.What))
			}
			for _, c := range info.Causes {
				quotesNothing(t, errors.New(c.What))
			}
			got := dump(t, &b, info, err)
			if want == "" {
				want = got
			}
			if got != want {
				t.Fatalf("chunks of %d:\n%s\nwant\n%s", size, got, want)
			}
		}
	})
}

// vocabulary is every word that a message may have.
var vocabulary = func() map[string]bool {
	v := map[string]bool{}
	for _, c := range refused {
		for _, w := range word.FindAllString(c.want, -1) {
			v[w] = true
		}
	}
	for _, w := range strings.Fields("l more lines a checksum before the end of list is not checked covers every address at " +
		"consumer mail provider suffix under which anyone can register domain well formed number or profile that cannot be " +
		"read beside an entry record without in columns that are neither text nor packed ascending order top level does exist compressed with bzip xz LZ archive PDF document Parquet file Arrow z") {
		v[w] = true
	}
	for _, why := range []string{whyNothing, whyLong, whyShort, whyDigest, whyMultiple, whyAddress, whyPage, whyTopLevel, whyPhone,
		whyHost, whyNumber, "its JSON XML is damaged: it breaks the rules of the format, ends in middle, has more than one root, a document type, nested " +
			"deep, a token of MiB; a page of the web, not a list; a spreadsheet; canary digest address named too late to be looked for; " +
			"entry; cannot be read: ZIP directory missing; encrypted; compressed by a method that is not known; an archive within; " +
			"of its entries are; expands to far than would; txt a csv b c"} {
		for _, w := range word.FindAllString(why, -1) {
			v[w] = true
		}
	}
	return v
}()

func quotesNothing(t *testing.T, err error) {
	for _, w := range word.FindAllString(err.Error(), -1) {
		if !vocabulary[w] {
			t.Fatalf("message with the word %q: %v", w, err)
		}
	}
}

// FuzzRecord cuts any text into records and cells with and without the rest in view.
func FuzzRecord(f *testing.F) {
	f.Add([]byte("a,\"b\nc\",d\ne,f,g\n\"x\"y,z\n\"open,\n\n# \"\n\"\"\n"), 3)
	f.Add([]byte("\"a\"\"b\",\"\n\",\"\"\r\n"), 3)
	f.Fuzz(func(t *testing.T, text []byte, fields int) {
		d := dialect{delim: ',', eol: '\n', fields: fields}
		for len(text) > 0 {
			end := d.next(text, true)
			if end <= 0 || end > len(text) {
				t.Fatalf("record of %d bytes in %d", end, len(text))
			}
			if early := d.next(text[:end], false); text[end-1] == '\n' && early != end && early != 0 {
				t.Fatalf("record of %d bytes, without the rest in view %d", end, early)
			}
			cells := d.cells(nil, d.cutBreak(text[:end]))
			size := len(cells) - 1
			for _, c := range cells {
				size += len(c)
			}
			if size > end {
				t.Fatalf("cells of %d bytes in a record of %d", size, end)
			}
			text = text[end:]
		}
	})
}
