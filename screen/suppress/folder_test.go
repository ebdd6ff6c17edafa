package suppress

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFolder(t *testing.T) {
	rest := strings.Repeat("0", 34)
	for _, c := range []struct {
		name  string
		files map[string]string
		code  Code
		want  string // behind the folder's path
	}{
		{"good", map[string]string{"00000.txt": rest + "1:5\r\n" + rest + "2:1\r\n", "fffFF": rest + "3\n", ".hidden": "x"}, "", ""},
		{"another file", map[string]string{"00000.txt": rest + "1:5\n", "readme.txt": "hello"}, Unreadable,
			": list r (erasure): is a directory, and not one of files named by the first five digits of digests"},
		{"nothing", nil, NoEntries, ": list r (erasure): is empty"},
		{"padding alone", map[string]string{"00000": rest + "1:0\n"}, NoEntries, ": list r (erasure): has no entry"},
		{"another algorithm", map[string]string{"00000": rest + "1:2\n", "00001": rest + "1:1\n" + rest[:26] + "1:1\n"}, BadLines,
			"/00001:2: list r (erasure): the line is neither an address, a domain, a digest, a telephone number nor a profile"},
		{"damaged gzip", map[string]string{"00000.gz": "\x1f\x8bxx"}, Unreadable, ": list r (erasure): cannot be read: 00000.gz: its gzip data is damaged"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "r")
			if err := os.Mkdir(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			for name, text := range c.files {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			var b Builder
			info, err := b.AddFile(context.Background(), ListSpec{Path: dir, Class: Erasure})
			if c.code == "" {
				if err != nil || info.Total() != 3 || info.Lines != 3 || info.Blanks != 0 {
					t.Errorf("%+v, error %v", info, err)
				}
				return
			}
			var e *ListError
			if !errors.As(err, &e) || e.Code != c.code || e.Error() != dir+c.want {
				t.Errorf("got  %v\nwant %s", err, dir+c.want)
			}
		})
	}
}
