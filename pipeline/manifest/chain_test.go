package manifest

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const nights = 100

// night is the name of the nth manifest of a chain, n from 1.
func night(n int) string { return fmt.Sprintf("m-%03d.json", n) }

// writeChain writes a chain of n nights with an output each, signed if key is not nil,
// and returns its directory and the digest of the newest manifest.
func writeChain(t *testing.T, n int, key ed25519.PrivateKey) (dir, last string) {
	t.Helper()
	dir = t.TempDir()
	for i := 1; i <= n; i++ {
		path := filepath.Join(dir, night(i))
		out := fmt.Sprintf("kept-%03d.csv", i)
		text := fmt.Sprintf("email\na%d@w.example\nb@w.example\n", i)
		p := sample()
		p.Outputs = []Output{{Role: RoleKept, Name: out, Format: "csv", Rows: 2, Bytes: int64(len(text)), Digest: Digest{SHA256: digestOf(text)}}}
		p.Run.ID = fmt.Sprint(i)
		p.Run.Started = time.Date(2026, 1, 1, 2, 0, 0, 0, time.UTC).AddDate(0, 0, i)
		p.Run.Finished = p.Run.Started.Add(time.Minute)
		var err error
		if p.Chain, _, err = Follow(cmpPath(dir, i), path); err != nil {
			t.Fatal(err)
		}
		st, err := Seal(p)
		if err != nil {
			t.Fatal(err)
		}
		data, err := st.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		put(t, filepath.Join(dir, out), []byte(text))
		put(t, path, data)
		last = digestOf(string(data))
		if key != nil {
			envelope, err := Sign(data, key)
			if err != nil {
				t.Fatal(err)
			}
			put(t, EnvelopeName(path), envelope)
		}
	}
	return dir, last
}

// cmpPath is what the ith night follows: the directory at first, then by name.
func cmpPath(dir string, i int) string {
	if i <= 3 {
		return dir
	}
	return filepath.Join(dir, night(i-1))
}

func put(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// verifyAll verifies a directory as sluice verify does.
func verifyAll(t *testing.T, dir string, opt VerifyOptions, chain ChainOptions) []*Problem {
	t.Helper()
	found, err := Find(dir)
	if err != nil {
		t.Fatal(err)
	}
	reports := OpenAll(found.Manifests)
	for _, r := range reports {
		r.Verify(opt)
	}
	return problemsOf(found, reports, chain)
}

// problemsOf returns all that is wrong with a chain of which the manifests were verified.
func problemsOf(found Found, reports []*Report, chain ChainOptions) (all []*Problem) {
	VerifyChain(reports, chain)
	for _, path := range found.Orphans() {
		reports = append(reports, Unreadable(path, errors.New("no manifest")))
	}
	for _, r := range reports {
		for _, p := range r.Problems {
			all = append(all, &Problem{Where: p.Where, What: p.What + " [" + r.Manifest + "]", Recorded: p.Recorded, Found: p.Found})
		}
	}
	return all
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestChainSays: what is wrong with a chain is said in so many words.
func TestChainSays(t *testing.T) {
	day := 24 * time.Hour
	at := func(dir string, n int) string { return filepath.Join(dir, night(n)) }
	copyTo := func(t *testing.T, from, to string) { put(t, to, read(t, from)) }
	for _, c := range []struct {
		name   string
		opt    ChainOptions
		change func(*testing.T, string)
		want   []string
	}{
		{"whole", ChainOptions{MaxGap: day}, func(*testing.T, string) {}, nil},
		{"missing", ChainOptions{}, func(t *testing.T, d string) { os.Remove(at(d, 2)) }, []string{"chain.previous_sha256: missing: manifest 2, m-002.json"}},
		{"first missing", ChainOptions{}, func(t *testing.T, d string) { os.Remove(at(d, 1)) }, []string{"missing: manifest 1, m-001.json"}},
		{"archived", ChainOptions{First: 2}, func(t *testing.T, d string) { os.Remove(at(d, 1)) }, nil},
		{"newest missing", ChainOptions{Holds: []string{digestOf("x")}}, func(*testing.T, string) {}, []string{"missing: a manifest that the chain must hold"}},
		{"too long", ChainOptions{MaxGap: 23 * time.Hour}, func(*testing.T, string) {}, []string{"a run was missed", "a run was missed", "a run was missed"}},
		{"none since", ChainOptions{MaxGap: day, Until: time.Date(2026, 1, 7, 0, 0, 0, 0, time.UTC)}, func(*testing.T, string) {}, []string{"a run was missed: none since"}},
		{"twice", ChainOptions{}, func(t *testing.T, d string) { copyTo(t, at(d, 3), at(d, 9)) }, []string{"duplicated: the same manifest as"}},
		{"renamed", ChainOptions{}, func(t *testing.T, d string) { os.Rename(at(d, 3), at(d, 9)) }, []string{"swapped or renamed"}},
		{"altered", ChainOptions{}, func(t *testing.T, d string) {
			put(t, at(d, 2), bytes.Replace(read(t, at(d, 2)), []byte(`"id": "2"`), []byte(`"id": "3"`), 1))
		}, []string{"chain.self_sha256: the manifest was altered", "m-002.json was altered or replaced since"}},
		{"forked", ChainOptions{}, func(t *testing.T, d string) {
			p := sample()
			p.Outputs = nil
			p.Chain, _, _ = Follow(at(d, 2), at(d, 9))
			p.Run.Finished = p.Run.Finished.AddDate(0, 0, 9)
			st, err := Seal(p)
			if err != nil {
				t.Fatal(err)
			}
			data, _ := st.Marshal()
			put(t, at(d, 9), data)
		}, []string{"chain: forked: "}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir, _ := writeChain(t, 4, nil)
			c.change(t, dir)
			var got []string
			for _, p := range verifyAll(t, dir, VerifyOptions{NoOutputs: true}, c.opt) {
				got = append(got, p.Error())
			}
			if len(got) != len(c.want) {
				t.Fatalf("%q, want %q", got, c.want)
			}
			for i := range got {
				if !strings.Contains(got[i], c.want[i]) {
					t.Errorf("%q, want %q", got[i], c.want[i])
				}
			}
		})
	}
}

// TestFollow: a chain is only continued from an end that there is one of, and that was
// not altered; a repeated run replaces its own manifest.
func TestFollow(t *testing.T) {
	dir, _ := writeChain(t, 4, nil)
	at := func(n int) string { return filepath.Join(dir, night(n)) }
	if c, from, err := Follow(dir, at(5)); err != nil || c.Sequence != 5 || from != at(4) || c.Name != night(4) {
		t.Errorf("%+v %s %v", c, from, err)
	}
	if c, from, err := Follow(dir, at(4)); err != nil || c.Sequence != 4 || from != at(3) {
		t.Errorf("again: %+v %s %v", c, from, err)
	}
	for name, next := range map[string]int{"the one followed": 4, "one in the middle": 2} {
		previous := dir
		if next == 4 {
			previous = at(4)
		}
		if _, _, err := Follow(previous, at(next)); !errors.Is(err, ErrBroken) {
			t.Errorf("replacing %s: %v", name, err)
		}
	}
	if _, _, err := Follow(filepath.Join(dir, "none.json"), at(5)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("none: %v", err)
	}
	put(t, at(4), bytes.Replace(read(t, at(4)), []byte(`"id": "4"`), []byte(`"id": "5"`), 1))
	if _, _, err := Follow(dir, at(5)); !errors.Is(err, ErrBroken) {
		t.Errorf("altered: %v", err)
	}
	os.Remove(at(4))
	os.Remove(at(2))
	if _, _, err := Follow(dir, at(5)); !errors.Is(err, ErrBroken) {
		t.Errorf("two ends: %v", err)
	}
}

// TestAsWritten: white space and escapes that Marshal would not write are not passed.
func TestAsWritten(t *testing.T) {
	for text, want := range map[string]bool{
		"{\n  \"a\": \"\\u001b\"\n}\n":     true,
		"{\n  \"a\": \"\\u001B\"\n}\n":     false,
		"{\n  \"a\": \"C:\\\\uABCD\"\n}\n": true,
		"{\n  \"a\": \"\\\\\\u001B\"\n}\n": false,
		"{\n  \"a\": []\n}\n":              true,
		"{\n  \"a\": []\n}":                false,
		"{\n\t \"a\": []\n}\n":             false,
		"{":                                false,
	} {
		if got := asWritten([]byte(text)); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}

// TestOpenssl: what FORMAT.md tells an auditor to do finds a signature good, and one of
// an altered manifest bad; a key that openssl made can be read.
func TestOpenssl(t *testing.T) {
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("no openssl here")
	}
	format := string(read(t, "FORMAT.md"))
	_, commands, _ := strings.Cut(format, "nothing of ours:\n\n")
	commands, _, _ = strings.Cut(commands, "\n\nKeys are")
	dir := t.TempDir()
	sh := func(script string) (string, error) {
		cmd := exec.Command("sh", "-ec", script)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	private, public, err := NewKey()
	if err != nil {
		t.Fatal(err)
	}
	key, err := ParsePrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	st, err := Seal(sample())
	if err != nil {
		t.Fatal(err)
	}
	data, _ := st.Marshal()
	envelope, err := Sign(data, key)
	if err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(dir, "x.json"), data)
	put(t, filepath.Join(dir, "x.dsse.json"), envelope)
	put(t, filepath.Join(dir, "key.pub"), public)
	if out, err := sh(commands); err != nil || !strings.Contains(out, "Verified Successfully") {
		t.Errorf("%s: %v\n%s", out, err, commands)
	}
	if out, err := sh("openssl genpkey -algorithm ed25519 -out other.key && openssl pkey -in other.key -pubout -out other.pub"); err != nil {
		t.Fatal(out, err)
	}
	other, err := ParsePrivateKey(read(t, filepath.Join(dir, "other.key")))
	if err != nil {
		t.Fatal(err)
	}
	pub, err := ParsePublicKey(read(t, filepath.Join(dir, "other.pub")))
	if err != nil || !pub.Equal(other.Public()) {
		t.Error("openssl's public key is not that of its private key:", err)
	}
	if out, err := sh("cp other.pub key.pub\n" + commands); err == nil {
		t.Errorf("another key passes: %s", out)
	}
}

// FuzzKeys: no file makes reading a key panic, and its content is never told.
func FuzzKeys(f *testing.F) {
	private, public, err := NewKey()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(private)
	f.Add(public)
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := ParsePrivateKey(data); err != nil && err != ErrKey {
			t.Error(err)
		}
		if _, err := ParsePublicKey(data); err != nil && err != ErrKey {
			t.Error(err)
		}
	})
}
