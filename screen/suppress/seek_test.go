package suppress

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"sluice/screen/address"
)

// seek looks for an address, in its canonical form, in a list.
func seek(t *testing.T, list []byte, addr string, chunk int) []Place {
	t.Helper()
	var p address.Parsed
	new(address.Parser).Parse([]byte(addr), &p)
	var keys []Key
	for a := range numAlgorithms {
		keys = append(keys, a.AddressKey(p.Canon))
	}
	b := Builder{chunk: chunk}
	b.Seek(keys, p.Domain())
	allow := map[Code]string{NoEntries: "looking"}
	if _, err := b.AddReader(context.Background(), bytes.NewReader(list), ListSpec{Path: "list", Allow: allow}); err != nil {
		t.Fatal(err)
	}
	return b.Sought()
}

func TestSeek(t *testing.T) {
	const addr = "Jane@Widgets.example"
	key := AddressKey([]byte("jane@widgets.example"))
	md5 := MD5.AddressKey([]byte("jane@widgets.example"))
	packed := slices.SortedFunc(slices.Values([][]byte{key[:], bytes.Repeat([]byte{1}, 20), bytes.Repeat([]byte{0xfe}, 20)}), bytes.Compare)
	record := int64(1 + slices.IndexFunc(packed, func(d []byte) bool { return bytes.Equal(d, key[:]) }))
	for _, c := range []struct {
		name, list string
		want       []Place
	}{
		{"nobody", "gus@widgets.example\n", nil},
		{"plain", "gus@x.example\nJANE@widgets.example\n", []Place{{1, 2, Address, 0, key, false}}},
		{"named", "\n\"Doe, Jane\" <jane@widgets.example>\n", []Place{{1, 2, Address, 0, key, false}}},
		{"digest", "gus@x.example\n" + hex.EncodeToString(key[:]) + "\n", []Place{{1, 2, Digest, SHA1, key, false}}},
		{"md5", "MD5:" + md5Hex("jane@widgets.example") + "\n", []Place{{1, 1, Digest, MD5, md5, false}}},
		{"twice", "jane@widgets.example\njane@widgets.example\n", []Place{{1, 1, Address, 0, key, false}, {1, 2, Address, 0, key, false}}},
		{"domain", "@widgets.example\nother.example\n", []Place{{List: 1, Line: 1, Kind: Domain}}},
		{"no domain", "@dgets.example\n", nil},
		{"comment", "# jane@widgets.example rang\ngus@x.example\n", []Place{{1, 1, Address, 0, key, true}}},
		{"another column", "email,note\ngus@x.example,via jane@widgets.example\n", []Place{{1, 2, Address, 0, key, true}}},
		{"packed", string(bytes.Join(packed, nil)), []Place{{1, record, Digest, SHA1, key, false}}},
		{"empty", "", nil},
	} {
		if got := seek(t, []byte(c.list), addr, 0); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: found at %+v, want %+v", c.name, got, c.want)
		}
	}
}

func md5Hex(s string) string { return hex.EncodeToString(MD5.sum([]byte(s))) }

// TestSeekFindsWhatIndexesHold looks for addresses in random lists: they must be found as
// entries just where an index of the list holds them, on the lines on which they stand.
func TestSeekFindsWhatIndexesHold(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 4))
	for range 60 {
		var list strings.Builder
		where := map[string][]int64{}
		for line := range int64(1 + rng.IntN(400)) {
			addr := fmt.Sprintf("p%d@w%d.example", rng.IntN(100), rng.IntN(3))
			entry := addr
			switch rng.IntN(4) {
			case 0:
				k := AddressKey([]byte(addr))
				entry = hex.EncodeToString(k[:])
			case 1:
				entry = strings.ToUpper(addr)
			case 2:
				entry, addr = "# nothing", ""
			}
			where[addr] = append(where[addr], line+1)
			list.WriteString(entry + "\n")
		}
		for range 20 {
			addr := fmt.Sprintf("p%d@w%d.example", rng.IntN(100), rng.IntN(3))
			var got []int64
			for _, p := range seek(t, []byte(list.String()), addr, 1+rng.IntN(500)) {
				if p.Aside {
					t.Fatalf("%s: an entry was taken for an aside", addr)
				}
				got = append(got, p.Line)
			}
			if !slices.Equal(got, where[addr]) {
				t.Fatalf("found on lines %v, want %v", got, where[addr])
			}
		}
	}
}
