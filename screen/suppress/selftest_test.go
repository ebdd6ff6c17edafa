package suppress

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"
)

func TestSelfTest(t *testing.T) {
	var b bytes.Buffer
	if err := SelfTest(&b); err != nil {
		t.Errorf("%v:\n%s", err, b.String())
	}
	if n := strings.Count(b.String(), "\n"); n != len(messageVectors)+3*len(addressVectors) {
		t.Errorf("%d lines", n)
	}
}

// TestAddressVectorsArePublished compares the table with the vectors of the project.
func TestAddressVectorsArePublished(t *testing.T) {
	f, err := os.Open("../../testdata/vectors/email_canonical.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	type vector struct{ Input, Canonical, SHA1, MD5, SHA256 string }
	published := map[string]vector{}
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var v vector
		if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
			t.Fatal(err)
		}
		published[v.Input] = v
	}
	for _, v := range addressVectors {
		if p := published[v.input]; p != (vector{v.input, v.canonical, v.sha1, v.md5, v.sha256}) {
			t.Errorf("%q: %+v, published as %+v", v.input, v, p)
		}
	}
}
