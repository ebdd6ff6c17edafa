package suppress

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math/big"
	"reflect"
	"slices"
	"testing"

	"github.com/cespare/xxhash/v2"
)

// A secondReader reads index files by what FORMAT.md says and shares no code with the
// package: it reads slowly and plainly.
type secondReader struct {
	file     []byte
	sections [13][]byte
	n, d     uint64
	set      uint16
}

func u(b []byte, at uint64, size int) uint64 {
	var v uint64
	for i := size - 1; i >= 0; i-- {
		v = v<<8 | uint64(b[at+uint64(i)])
	}
	return v
}

func readSecond(file []byte) (*secondReader, error) {
	r := &secondReader{file: file, n: u(file, 40, 8), d: u(file, 48, 8), set: uint16(u(file, 28, 4))}
	if !bytes.Equal(file[:8], []byte{0x89, 0x53, 0x4C, 0x58, 0x0D, 0x0A, 0x1A, 0x0A}) || u(file, 8, 4) != 1 || u(file, 32, 8) != uint64(len(file)) {
		return nil, fmt.Errorf("no index file")
	}
	if xxhash.Sum64(file[:4088]) != u(file, 4088, 8) || sha256.Sum256(file[4096:]) != [32]byte(file[96:128]) {
		return nil, fmt.Errorf("damaged")
	}
	next := uint64(4096)
	sizes := []uint64{20, 2, 8, 4, 8, 4, 1, 2, 2, 4, 2, 1, 8}
	for i := range r.sections {
		e := uint64(128 + 32*i)
		at, size := u(file, e+8, 8), u(file, e+16, 8)
		if u(file, e, 4) != uint64(i) || u(file, e+4, 4) != sizes[i] || at != next {
			return nil, fmt.Errorf("section %d", i)
		}
		r.sections[i] = file[at : at+size]
		if xxhash.Sum64(r.sections[i]) != u(file, e+24, 8) {
			return nil, fmt.Errorf("section %d is damaged", i)
		}
		next = (at + size + 4095) / 4096 * 4096
		if len(bytes.Trim(file[at+size:next], "\x00")) > 0 {
			return nil, fmt.Errorf("section %d has a tail", i)
		}
	}
	for page := range uint64(len(r.sections[12]) / 8) {
		if xxhash.Sum64(file[(page+1)*4096:(page+2)*4096]) != u(r.sections[12], 8*page, 8) {
			return nil, fmt.Errorf("page %d", page+1)
		}
	}
	return r, nil
}

// scaled is floor(h·m / 2⁶⁴).
func scaled(h, m uint64) uint64 {
	p := new(big.Int).Mul(new(big.Int).SetUint64(h), new(big.Int).SetUint64(m))
	return p.Rsh(p, 64).Uint64()
}

// inFilter says what the filter says of a key.
func (r *secondReader) inFilter(k []byte) bool {
	if r.n == 0 {
		return false
	}
	blocks := max(1, (12*r.n+511)/512)
	block := r.sections[2][64*scaled(binary.BigEndian.Uint64(k), blocks):][:64]
	v := u(k, 8, 8)
	for i := range 7 {
		if j := v >> (9 * i) & 511; u(block, 8*(j>>6), 8)>>(j&63)&1 == 0 {
			return false
		}
	}
	return true
}

// key returns the lists of a key.
func (r *secondReader) key(k []byte) []ListID {
	if r.n == 0 {
		return nil
	}
	b := scaled(binary.BigEndian.Uint64(k), max(1, r.n/4))
	for i := u(r.sections[3], 4*b, 4); i < u(r.sections[3], 4*b+4, 4); i++ {
		if !bytes.Equal(r.sections[0][20*i:20*i+20], k) {
			continue
		}
		if len(r.sections[1]) == 0 {
			return r.members(uint64(r.set))
		}
		return r.members(u(r.sections[1], 2*i, 2))
	}
	return nil
}

// host returns the lists that cover a host.
func (r *secondReader) host(name []byte) []ListID {
	for bytes.IndexByte(name, '.') >= 0 && r.d > 0 {
		x, slots := xxhash.Sum64(name), uint64(len(r.sections[4])/8)
		for at := x & (slots - 1); ; at = (at + 1) & (slots - 1) {
			slot := u(r.sections[4], 8*at, 8)
			if slot == 0 {
				break
			}
			i, start := slot&0xffffffff-1, uint64(0)
			if i > 0 {
				start = u(r.sections[5], 4*(i-1), 4)
			}
			if slot>>32 == x>>32 && bytes.Equal(r.sections[6][start:u(r.sections[5], 4*i, 4)], name) {
				return r.members(u(r.sections[7], 2*i, 2))
			}
		}
		name = name[bytes.IndexByte(name, '.')+1:]
	}
	return nil
}

func (r *secondReader) members(set uint64) (ids []ListID) {
	for i := u(r.sections[9], 4*(set-1), 4); i < u(r.sections[9], 4*set, 4); i++ {
		ids = append(ids, ListID(u(r.sections[10], 2*i, 2)))
	}
	return ids
}

// TestSecondReader compares the answers of both readers.
func TestSecondReader(t *testing.T) {
	for _, n := range []int{0, 1, 900} {
		path := built(t, External{}, writeLists(t, overlapping(n+20, 3))[:1+n%4]...)
		x := opened(t, path)
		r, err := readSecond(fileBytes(t, path))
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range append(adversarial(n+20, 3), adversarial(500, 4)...) {
			lists := x.Members(x.Lookup(&k))
			if got := r.key(k[:]); !slices.Equal(got, lists) {
				t.Fatalf("key %x: %v, want %v", k, got, lists)
			}
			locs := Locations(&k, x.Filter().Cap())
			if in := r.inFilter(k[:]); in != x.Filter().TestLocations(locs[:]) || len(lists) > 0 && !in {
				t.Fatalf("key %x: the filter says %v", k, in)
			}
		}
		for i := range 60 {
			for _, prefix := range []string{"", "eu.", "mail.eu.", "a.b.mail.eu.", "www."} {
				host := fmt.Appendf(nil, "%sfirm-%d.example", prefix, i)
				if got, want := r.host(host), x.Members(x.Domain(host)); !slices.Equal(got, want) {
					t.Fatalf("host %s: %v, want %v", host, got, want)
				}
			}
		}
		var about struct {
			Lists []struct {
				ID      int
				Class   string
				Entries map[string]int64
				Dups    int64  `json:"duplicates"`
				AsOf    string `json:"as_of"`
			}
		}
		if err := json.Unmarshal(r.sections[11], &about); err != nil {
			t.Fatal(err)
		}
		for i, l := range x.Lists() {
			a := about.Lists[i]
			if a.ID != int(l.ID) || a.Class != l.Class.String() || a.Entries["digest"] != l.Entries[Digest] || a.Dups != l.Duplicates ||
				a.AsOf != l.AsOf.Format("2006-01-02T15:04:05Z") {
				t.Errorf("list %d: %+v", i+1, a)
			}
		}
	}
}

// fill gives every field of v a value of its own.
func fill(v reflect.Value, n *int64) {
	*n++
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == reflect.TypeOf(clock) {
			v.Set(reflect.ValueOf(clock.UTC()))
			return
		}
		for i := range v.NumField() {
			fill(v.Field(i), n)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0), n)
		fill(v.Index(1), n)
	case reflect.Array:
		for i := range v.Len() {
			fill(v.Index(i), n)
		}
	case reflect.String:
		v.SetString(fmt.Sprint("text ", *n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(*n)
	case reflect.Uint8, reflect.Uint16:
		v.SetUint(uint64(1 + *n%5))
	default:
		panic(v.Kind())
	}
}

// TestListSurvives stores a list of which every field, one that is new included, has a
// value.
func TestListSurvives(t *testing.T) {
	var l ListInfo
	n := int64(0)
	fill(reflect.ValueOf(&l).Elem(), &n)
	l.ID = 1
	text, err := newAbout([]ListInfo{l}, []Removed{{Reason: "r", Lists: map[ListID]int64{1: 2}, At: clock}}).encode()
	if err != nil {
		t.Fatal(err)
	}
	lists, removals, err := decodeAbout(text)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(lists[0], l) {
		t.Errorf("got  %+v\nwant %+v", lists[0], l)
	}
	if len(removals) != 1 || removals[0].Lists[1] != 2 || !removals[0].At.Equal(clock) {
		t.Errorf("removals %+v", removals)
	}
	for _, bad := range []string{`{"lists":[{}]}`, `{"lists":[{"id":2,"class":"opt_out"}]}`, `{"lists":[{"id":1,"class":"unknown"}]}`,
		`{"lists":[{"id":1,"class":"opt_out","entries":{"fax":1}}]}`, `{"lists":[{"id":1,"class":"opt_out","algorithms":["CRC-32"]}]}`, `{`, ``} {
		if _, _, err := decodeAbout([]byte(bad)); err == nil {
			t.Errorf("%s is accepted", bad)
		}
	}
}
