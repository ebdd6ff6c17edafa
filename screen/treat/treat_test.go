package treat

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"sluice/formats/column"
	"sluice/screen/address"
)

var key = []byte("0123456789abcdef")

func TestActions(t *testing.T) {
	sum := sha1.Sum([]byte("jane.doe@acme.com"))
	address := hex.EncodeToString(sum[:])
	sum = sha1.Sum([]byte("Jane.Doe@ACME.com"))
	text := hex.EncodeToString(sum[:])
	h := hmac.New(sha256.New, key)
	h.Write([]byte("jane.doe@acme.com"))
	keyed := hex.EncodeToString(h.Sum(nil))
	for _, test := range []struct {
		action     Action
		shape      Shape
		cell, want string
	}{
		{Mask, Text, "Jane", "J***"},
		{Mask, Text, "Émile", "É***"},
		{Mask, Text, "\xff\xfe", "\xff***"},
		{Mask, Address, "jane.doe@acme.com", "j***@acme.com"},
		{Mask, Address, "a@b@acme.com", "a***@acme.com"},
		{Mask, Address, "@acme.com", "***"},
		{Mask, Address, "nobody", "***"},
		{Mask, Phone, "+44 20 7946 0018", "+** ** **** **18"},
		{Mask, Phone, "call Jim", "**** ***"},
		{Mask, Phone, "1234", "****"},
		{Mask, Text, " ", ""},
		{SHA1, Address, "Jane.Doe@ACME.com", address},
		{SHA1, Address, " <jane.doe@acme.com> ", address},
		{SHA1, Text, "Jane.Doe@ACME.com", text},
		{SHA1, Address, "", ""},
		{SHA1, Address, "\t ", ""},
		{HMACSHA256, Address, "jane.doe@acme.com", keyed},
		{Redact, Text, "anything", "[redacted]"},
		{Redact, Phone, "", ""},
	} {
		r, err := New(test.action, test.shape, key)
		if err != nil {
			t.Fatal(err)
		}
		if got := one(r, "<", test.cell); got != "<"+test.want {
			t.Errorf("%s of %q: %q, want %q", test.action, test.cell, got, "<"+test.want)
		}
	}
	for _, a := range []Action{Keep, Drop} {
		if r, err := New(a, Text, nil); r != nil || err != nil {
			t.Errorf("%s replaces", a)
		}
	}
	if _, err := New(HMACSHA256, Text, key[:15]); err == nil {
		t.Error("a short key will do")
	}
}

// one returns the replacement of one cell behind what was written before.
func one(r column.Replacer, before, cell string) string {
	v := viewOf(cell)
	spans := make([]column.Span, 1)
	data := r([]byte(before), spans, v, column.All(1))
	if got := data[spans[0].Lo:spans[0].Hi]; len(got) > 0 && len(before)+len(got) != len(data) {
		return "elsewhere"
	}
	return string(data)
}

func viewOf(cells ...string) column.View {
	v := column.View{}
	for _, cell := range cells {
		lo := len(v.Data)
		v.Data = append(v.Data, cell...)
		v.Spans = append(v.Spans, column.Span{Lo: uint32(lo), Hi: uint32(len(v.Data))})
	}
	return v
}

// TestColumns compares whole columns with crypto/sha1 and crypto/hmac, cell by cell.
func TestColumns(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	pieces := []string{"Jane", "@", "acme.com", " ", "<", ">", ";", "é", "mailto:", "\"", strings.Repeat("x", 70), "Ünï"}
	var parser address.Parser
	for range 40 {
		cells := make([]string, rng.IntN(700))
		for i := range cells {
			for range rng.IntN(6) {
				cells[i] += pieces[rng.IntN(len(pieces))]
			}
			if rng.IntN(2) == 0 {
				cells[i] = fmt.Sprintf("jane.%d@acme.com", i)
			}
		}
		v := viewOf(cells...)
		v.Nulls = make([]bool, len(cells))
		var rows column.Selection
		for i := range cells {
			if v.Nulls[i] = rng.IntN(9) == 0; v.Nulls[i] {
				v.Spans[i] = column.Span{}
			}
			if rng.IntN(3) > 0 {
				rows = rows.Add(i)
			}
		}
		for _, shape := range []Shape{Text, Address} {
			plain, _ := New(SHA1, shape, nil)
			keyed, _ := New(HMACSHA256, shape, key)
			sha, mac := make([]column.Span, len(cells)), make([]column.Span, len(cells))
			plainText := plain([]byte("before"), sha, v, rows)
			keyedText := keyed([]byte("before"), mac, v, rows)
			for _, run := range rows {
				for i := run.Lo; i < run.Hi; i++ {
					text := v.At(i)
					if shape == Address {
						if canon, info := parser.Append(nil, text); info.Status != address.Missing {
							text = canon
						}
					}
					wantSHA, wantMAC := "", ""
					if strings.Trim(string(v.At(i)), " ") != "" {
						sum := sha1.Sum(text)
						h := hmac.New(sha256.New, key)
						h.Write(text)
						wantSHA, wantMAC = hex.EncodeToString(sum[:]), hex.EncodeToString(h.Sum(nil))
					}
					if got := string(plainText[sha[i].Lo:sha[i].Hi]); got != wantSHA {
						t.Fatalf("shape %d, sha1 of %q: %s, want %s", shape, text, got, wantSHA)
					}
					if got := string(keyedText[mac[i].Lo:mac[i].Hi]); got != wantMAC {
						t.Fatalf("shape %d, hmac of %q: %s, want %s", shape, text, got, wantMAC)
					}
				}
			}
		}
	}
}

// TestConcurrent has many goroutines share a replacer.
func TestConcurrent(t *testing.T) {
	r, _ := New(HMACSHA256, Address, key)
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			cell := strings.Repeat("x", g+1) + "@acme.com"
			want := one(r, "", cell)
			for range 500 {
				if got := one(r, "", cell); got != want {
					t.Errorf("%s, then %s", want, got)
					return
				}
			}
		})
	}
	wg.Wait()
}

func TestKeyID(t *testing.T) {
	if id := KeyID(key); len(id) != 16 || id == KeyID([]byte("another key of mine")) || id != KeyID(key) {
		t.Errorf("key id %s", id)
	}
}

// FuzzMask looks for cells of which a mask shows too much.
func FuzzMask(f *testing.F) {
	f.Add([]byte("jane@acme.com"))
	f.Add([]byte("+1 (614) 555-0880 ext 12"))
	f.Fuzz(func(t *testing.T, cell []byte) {
		for s, mask := range masks {
			got := mask(nil, cell)
			if Shape(s) == Phone && len(got) != len(cell) || Shape(s) == Text && len(got) > 4+3 {
				t.Errorf("mask %d of %q is %q", s, cell, got)
			}
		}
		digits := 0
		for _, c := range maskPhone(nil, cell) {
			if c-'0' < 10 {
				digits++
			}
		}
		if digits > 2 {
			t.Errorf("%d digits are left of %q", digits, cell)
		}
	})
}

// BenchmarkReplace writes what stands in the place of a thousand addresses.
func BenchmarkReplace(b *testing.B) {
	cells := make([]string, 1000)
	for i := range cells {
		cells[i] = fmt.Sprintf("jane.doe%d@widgets.example", i)
	}
	v, spans := viewOf(cells...), make([]column.Span, len(cells))
	for a := Mask; a < NumActions; a++ {
		b.Run("action="+a.String(), func(b *testing.B) {
			r, _ := New(a, Address, key)
			var data []byte
			b.ReportAllocs()
			for b.Loop() {
				data = r(data[:0], spans, v, column.All(len(cells)))
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(cells)), "ns/cell")
		})
	}
}
