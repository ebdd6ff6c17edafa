package suppress

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// zipped returns an archive of files: names and texts in turn.
func zipped(t testing.TB, files ...string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		w, err := z.Create(files[i])
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, files[i+1])
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestArchive(t *testing.T) {
	text := zipped(t, "a/", "", "a/list.csv", "email,x\njane@widgets.example,1\nwho knows,2\n"+strings.Repeat("x@widgets.example,3\n", 200),
		"b.gz", gz(june+"\n"), "c.txt", "\xff\xfe"+utf16le("joe@widgets.example\n"), ".DS_Store", "\x00\x01", "empty.txt", "")
	x, infos, err := load(t, ListSpec{Path: "l.zip"}, text)
	if err != nil {
		t.Fatal(err)
	}
	for _, who := range []string{jane, june, "joe@widgets.example"} {
		if !found(x, who) {
			t.Errorf("%s not found", who)
		}
	}
	info := infos[0]
	want := []Member{
		{Name: "a/list.csv", Layout: Layout{Format: "csv", Compression: "none", Encoding: "utf-8", Delimiter: ",", Header: true, Columns: []string{"email"}},
			Lines: 203, Entries: 201, Refused: Lines{1, []int64{3}}},
		{Name: "b.gz", Layout: Layout{Format: "text", Compression: "gzip", Encoding: "utf-8"}, Lines: 1, Entries: 1},
		{Name: "c.txt", Layout: Layout{Format: "text", Compression: "none", Encoding: "utf-16le"}, Lines: 1, Entries: 1},
		{Name: ".DS_Store", Skipped: "added by the system that made the archive"},
		{Name: "empty.txt"},
	}
	if diff := cmp.Diff(want, info.Members); diff != "" {
		t.Errorf("want -, got +:\n%s", diff)
	}
	if info.Layout.Format != "zip" || info.Lines != 205 || info.Total() != 203 || info.Bytes != int64(len(text)) {
		t.Errorf("%+v", info)
	}

	// The same from a stream, which has to be held in memory.
	var b Builder
	again, err := b.AddReader(context.Background(), iotest.HalfReader(strings.NewReader(text)), ListSpec{Path: "l.zip"})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(info, again); diff != "" {
		t.Errorf("from a stream:\n%s", diff)
	}
}

func TestArchiveRefused(t *testing.T) {
	encrypted := []byte(zipped(t, "a.txt", jane))
	encrypted[6] |= 1
	dir := bytes.Index(encrypted, []byte("PK\x01\x02"))
	encrypted[dir+8] |= 1
	method := []byte(zipped(t, "a.txt", jane))
	method[8] = 99
	method[bytes.Index(method, []byte("PK\x01\x02"))+10] = 99
	crc := []byte(zipped(t, "a.txt", jane))
	dir = bytes.Index(crc, []byte("PK\x01\x02"))
	binary.LittleEndian.PutUint32(crc[dir+16:], 1234)
	many := make([]string, 2*maxMembers+2)
	for _, c := range []struct {
		name, text string
		code       Code
		want       string
	}{
		{"encrypted", string(encrypted), Unreadable, "l/a.txt: list l (opt_out): is encrypted"},
		{"unknown method", string(method), Unreadable, "l/a.txt: list l (opt_out): is compressed by a method that is not known"},
		{"checksum", string(crc), Damaged, "l/a.txt: list l (opt_out): its ZIP entry is damaged"},
		{"cut", cut(zipped(t, "a.txt", jane), 10), Damaged, "l: list l (opt_out): its ZIP directory is damaged or missing"},
		{"nested", zipped(t, "a.zip", zipped(t, "a.txt", jane)), Unreadable, "l/a.zip: list l (opt_out): is an archive within an archive"},
		{"spreadsheet", zipped(t, "[Content_Types].xml", "<a/>", "xl/x.xml", "<a/>"), Unreadable, "l: list l (opt_out): is a spreadsheet"},
		{"no member", zipped(t), NoEntries, "l: list l (opt_out): has no entry"},
		{"nobody", zipped(t, "a.txt", "# nobody\n"), NoEntries, "l: list l (opt_out): has no entry"},
		{"only subscribers", zipped(t, "subscribed_members_export_1.csv", "Email Address,LEID,EUID\njane@widgets.example,1,1\n"), NoEntries,
			"l: list l (opt_out): has no entry"},
		{"bomb", zipped(t, "a.txt", strings.Repeat("#"+strings.Repeat("x", 4000)+"\n", 200)), TooLarge, "l/a.txt: list l (opt_out): expands to far more than a list would"},
		{"too many", zipped(t, many...), TooLarge, "l: list l (opt_out): is an archive of more than 10000 files"},
		{"bad line", zipped(t, "x.txt", june, "a.txt", jane+"\nwho knows\n"), BadLines,
			"l/a.txt:2: list l (opt_out): the line is neither an address, a domain, a digest, a telephone number nor a profile"},
		{"a name with controls", zipped(t, "../a\x1b[1m.txt", jane+"\nwho knows\n"), BadLines,
			"l/a_[1m.txt:2: list l (opt_out): the line is neither an address, a domain, a digest, a telephone number nor a profile"},
		{"unknown member of an export", zipped(t, "unsubscribed_members_export_1.csv", "Email Address\njane@widgets.example\n", "readme.txt", "who knows"), BadLines,
			"l/readme.txt:1: list l (opt_out): the line is neither an address, a domain, a digest, a telephone number nor a profile; put # before a heading"},
	} {
		b := Builder{unpack: 1}
		_, err := b.AddReader(context.Background(), strings.NewReader(c.text), ListSpec{Path: "l"})
		var e *ListError
		want := strings.TrimSuffix(c.want, "; put # before a heading")
		if !errors.As(err, &e) || e.Code != c.code || e.Error() != want || e.Hint == "" {
			t.Errorf("%s:\n got %v\nwant %s", c.name, err, want)
		}
	}
}

// FuzzArchive changes bytes of archives: no panic, no hang, and an error or a list.
func FuzzArchive(f *testing.F) {
	f.Add([]byte(zipped(f, "a.txt", jane+"\n", "b/c.csv", "email\n"+june)))
	f.Add([]byte(zipped(f, "unsubscribed_members_export_1.csv", "Email Address,LEID,EUID\n"+jane+",1,2\n")))
	f.Add([]byte(zipped(f, "20260312_4821_Email.csv", "ID,Hash\nA7kP2xQ9Lm4R,KA18MT/ph6IHYjzT9zwETySDQyvSh87YuoSBpOQtkhE=\n")))
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > 1<<16 {
			return
		}
		var b Builder
		info, err := b.AddReader(context.Background(), bytes.NewReader(text), ListSpec{Path: "l"})
		dump(t, &b, info, err)
		ReadDROP(bytes.NewReader(text), int64(len(text)), func(DROPRequest) error { return nil })
	})
}
