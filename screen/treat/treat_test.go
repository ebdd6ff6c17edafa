package treat

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"sync"
	"testing"
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
		if got := string(r([]byte("<"), []byte(test.cell))); got != "<"+test.want {
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

// TestConcurrent has many goroutines share a replacer.
func TestConcurrent(t *testing.T) {
	r, _ := New(HMACSHA256, Address, key)
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			cell := []byte(strings.Repeat("x", g+1) + "@acme.com")
			want := r(nil, cell)
			for range 500 {
				if got := r(nil, cell); !bytes.Equal(got, want) {
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

func BenchmarkReplace(b *testing.B) {
	for a := Mask; a < NumActions; a++ {
		b.Run("action="+a.String(), func(b *testing.B) {
			r, _ := New(a, Address, key)
			cell, buf := []byte("jane.doe@widgets.example"), make([]byte, 0, 128)
			b.ReportAllocs()
			for b.Loop() {
				buf = r(buf[:0], cell)
			}
		})
	}
}
