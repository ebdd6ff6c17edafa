package suppress

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// TestMixedListAgreesWithMaps writes a list whose every line is known, in all forms and
// with several kinds of noise, and compares everything with plain maps.
func TestMixedListAgreesWithMaps(t *testing.T) {
	for seed := range uint64(2) {
		rng := rand.New(rand.NewPCG(seed, 77))
		pick := func(s ...string) string { return s[rng.IntN(len(s))] }
		keys, hosts := map[Key]bool{}, map[string]bool{}
		var want ListInfo
		var text strings.Builder
		key := func(kind Kind, k Key) {
			want.Entries[kind]++
			if keys[k] {
				want.Duplicates++
			}
			keys[k] = true
		}
		for range 30_000 {
			n := rng.IntN(20_000)
			address := fmt.Sprintf("jane%d@company-%d.example", n, n%97)
			switch rng.IntN(9) {
			case 0:
				key(Address, AddressKey([]byte(address)))
				text.WriteString(pick(address, strings.ToUpper(address), "Jane <"+address+">", "  "+address+" ", address+";"))
			case 1, 2, 3:
				k := AddressKey([]byte(address))
				key(Digest, k)
				h := fmt.Sprintf("%x", k)
				text.WriteString(pick(h, h, strings.ToUpper(h), "0x"+h, "sha1:"+h, h+":42", base64.StdEncoding.EncodeToString(k[:])))
			case 4:
				host := fmt.Sprintf("firm-%d.test", n)
				want.Entries[Domain]++
				if hosts[host] {
					want.Duplicates++
				}
				hosts[host] = true
				text.WriteString(pick(host, "@"+host, "*@"+host, "*."+host, "www."+host))
			case 5:
				phone := fmt.Sprintf("+4930%07d", n)
				key(Phone, PhoneKey([]byte(phone)))
				text.WriteString(pick(phone, "+49 (0)30 "+phone[5:], "tel:"+phone))
			case 6:
				profile := fmt.Sprintf("linkedin.com/in/jane-%d", n)
				key(Profile, ProfileKey([]byte(profile)))
				text.WriteString(pick(profile, "https://www."+profile+"/", "http://de."+profile+"?x=1"))
			case 7:
				want.Traps++
				text.WriteString(pick(algorithms[SHA1].nothing, strings.ToUpper(algorithms[SHA1].nothing), algorithms[SHA256].nothing))
			case 8:
				if rng.IntN(2) == 0 {
					want.Comments++
					text.WriteString(pick("# "+address, "  #", "#"+address+",\""))
				} else {
					want.Blanks++
					text.WriteString(pick("", " ", "\t"))
				}
			}
			text.WriteString(pick("\n", "\r\n"))
		}
		x, infos, err := load(t, ListSpec{Class: Erasure}, text.String())
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		got := infos[0]
		if got.Entries != want.Entries || got.Duplicates != want.Duplicates || got.Traps != want.Traps ||
			got.Comments != want.Comments || got.Blanks != want.Blanks || got.Lines != 30_000 {
			t.Errorf("seed %d: counted %+v\nwant %+v", seed, got, want)
		}
		if k, d := x.Len(); k != len(keys) || d != len(hosts) {
			t.Errorf("seed %d: %d keys and %d domains, want %d and %d", seed, k, d, len(keys), len(hosts))
		}
		for n := range 20_000 {
			k := AddressKey(fmt.Appendf(nil, "jane%d@company-%d.example", n, n%97))
			if got := x.Lookup(&k) != 0; got != keys[k] {
				t.Fatalf("seed %d: address %d: found %v, want %v", seed, n, got, keys[k])
			}
			host := fmt.Sprintf("firm-%d.test", n)
			if got := x.Domain([]byte("mx."+host)) != 0; got != hosts[host] {
				t.Fatalf("seed %d: host %d: found %v, want %v", seed, n, got, hosts[host])
			}
		}
	}
}
