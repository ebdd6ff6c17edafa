package keyfile_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"

	"sluice/pipeline/keyfile"
	"sluice/screen/address"
	"sluice/screen/suppress"
)

func Example() {
	dir, err := os.MkdirTemp("", "keys")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)

	// The run that delivers a list tells of every row.
	var out bytes.Buffer
	w := keyfile.NewWriter(&out, keyfile.About{Vocabulary: keyfile.Vocabulary, Forms: address.DefaultForms})
	head := func(k suppress.Key) uint64 { return binary.BigEndian.Uint64(k[:8]) }
	for _, who := range []string{"jane@widgets.example", "gus@gadgets.example"} {
		_, host, _ := bytes.Cut([]byte(who), []byte("@"))
		w.Row([]uint64{head(suppress.AddressKey([]byte(who))), head(suppress.DomainKey(host))})
	}
	if err := w.Close(); err != nil {
		fmt.Println(err)
		return
	}
	path := filepath.Join(dir, "list.csv.keys")
	if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
		fmt.Println(err)
		return
	}

	// Later, somebody asks to be forgotten.
	f, err := keyfile.Open(path)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer f.Close()
	hits, err := f.Find([]suppress.Key{
		suppress.AddressKey([]byte("nobody@acme.example")),
		suppress.AddressKey([]byte("gus@gadgets.example")),
		suppress.DomainKey([]byte("gadgets.example")),
	})
	for _, h := range hits {
		fmt.Printf("key %d: rows %d to %d\n", h.Key, h.Lo, h.Hi)
	}
	fmt.Println(err)
	// Output:
	// key 1: rows 0 to 2
	// key 2: rows 0 to 2
	// <nil>
}
