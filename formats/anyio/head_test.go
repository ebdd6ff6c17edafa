package anyio

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"sluice/formats/csvio"
)

// TestHead reads the head of lists, after which Next must return just what it would have.
func TestHead(t *testing.T) {
	var b strings.Builder
	b.WriteString("id,email\n")
	for i := range 100 {
		fmt.Fprintf(&b, "%d,a%d@acme.com\n", i, i)
	}
	for _, test := range []struct{ rows, least int }{{0, 0}, {1, 1}, {40, 40}, {1000, 100}} {
		s, err := Open(context.Background(), nil, Options{Stdin: strings.NewReader(b.String()), CSV: csvio.Options{BlockSize: 300}})
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, c := range s.Head(test.rows) {
			n += c.Len()
		}
		if n < test.least || test.rows < 100 && n > test.rows+100 {
			t.Errorf("%d rows for a head of %d", n, test.rows)
		}
		var ids []string
		for {
			c, err := s.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			views, err := c.Decode(nil, []int{0})
			if err != nil {
				t.Fatal(err)
			}
			for i := range views[0].Len() {
				ids = append(ids, string(views[0].At(i)))
			}
			c.Release()
		}
		if len(ids) != 100 || ids[0] != "0" || ids[99] != "99" {
			t.Errorf("after a head of %d there are %d rows", test.rows, len(ids))
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
