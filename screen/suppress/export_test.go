package suppress

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// samples are the files in testdata/lists. jane and june are on each of them; free is
// on some as a person who may be contacted.
var samples = []struct {
	file, format string
	found        string // beside jane and june
	skipped      int64
}{
	{file: "mailgun-unsubscribes.csv", format: "mailgun"},
	{file: "mailgun-bounces.csv", format: "mailgun"},
	{file: "mailgun.jsonl", format: "mailgun"},
	{file: "mailgun-page.json", format: "mailgun"},
	{file: "sendgrid-bounces.csv", format: "sendgrid"},
	{file: "sendgrid-unsubscribes.csv", format: "sendgrid"},
	{file: "sendgrid.json", format: "sendgrid"},
	{file: "hubspot.csv", format: "hubspot"},
	{file: "cloudflare.csv", format: "cloudflare", found: "joe@gadgets.example"},
	{file: "sparkpost.csv", format: "sparkpost"},
	{file: "sparkpost.json", format: "sparkpost"},
	{file: "cordial.csv", format: "cordial", skipped: 1},
	{file: "mapp.xml", format: "mapp", found: "@gadgets.example +4930123456"},
	{file: "brevo.json", format: "brevo", skipped: 1},
	{file: "brevo-blocked.json", format: "brevo"},
	{file: "klaviyo.json", format: "json", found: "+4930123456"},
	{file: "klaviyo.csv", format: "text"},
	{file: "amazon-ses.json", format: "amazon-ses"},
	{file: "postmark.json", format: "postmark"},
	{file: "mandrill.csv", format: "mandrill"},
	{file: "telnyx.csv", format: "telnyx"},
	{file: "mailchimp.zip", format: "mailchimp-zip"},
	{file: "20260312_4821_DROP.zip", format: "drop-zip"},
	{file: "ranges", format: "range-folder", found: "joe@gadgets.example", skipped: 1},
}

func TestSamples(t *testing.T) {
	for _, s := range samples {
		t.Run(s.file, func(t *testing.T) {
			var b Builder
			info, err := b.AddFile(context.Background(), ListSpec{Path: filepath.Join("testdata", "lists", s.file), Class: Erasure})
			if err != nil {
				t.Fatal(err)
			}
			if info.Layout.Format != s.format || info.Skipped != s.skipped || info.Refused.Total != 0 {
				t.Errorf("format %s, %d skipped, %d refused; want %s, %d, none: %+v", info.Layout.Format, info.Skipped, info.Refused.Total,
					s.format, s.skipped, info)
			}
			x, err := b.Build()
			if err != nil {
				t.Fatal(err)
			}
			want := strings.Fields("jane@widgets.example june@widgets.example " + s.found)
			for _, who := range want {
				if !found(x, who) {
					t.Errorf("%s not found: %+v", who, info)
				}
			}
			for _, who := range []string{"free@widgets.example", "other@widgets.example", "us@sender.example", "@sender.example", "@widgets.example"} {
				if found(x, who) {
					t.Errorf("%s found", who)
				}
			}
			if keys, domains := x.Len(); keys+domains != len(want) {
				t.Errorf("%d keys and %d domains, want %d entries", keys, domains, len(want))
			}
			if info.SHA256 == "" || info.Bytes == 0 {
				t.Errorf("digest %q of %d bytes", info.SHA256, info.Bytes)
			}
		})
	}
}

// TestExportsAreNamed changes a header a little: what is no export any more is still a
// list.
func TestExportsAreNamed(t *testing.T) {
	for _, c := range []struct{ text, format, found, absent string }{
		{"email,created,phone\njane@widgets.example,1,+4930123456\n", "sendgrid", jane + " +4930123456", ""},
		{"email,created,address\n,1,june@widgets.example\njane@widgets.example,1,1 High Street\n", "sendgrid", jane + " " + june, ""},
		{"created,email\n1,jane@widgets.example\n", "sendgrid", jane, ""},
		{"created;email\n1;jane@widgets.example\n", "sendgrid", jane, ""},
		{"email,since\njane@widgets.example,1\n", "csv", jane, ""},
		{"channels.email.address\njane@widgets.example\n", "cordial", jane, ""},
		{"channels.email.address,channels.email.subscribeStatus\njane@widgets.example,\njune@widgets.example,paused\n", "cordial", jane + " " + june, ""},
		{"jane@widgets.example,2027-01-01T00:00:00Z\njune@widgets.example\n", "cloudflare", jane + " " + june, ""},
		{"jane@widgets.example,2027-01-01\njune@widgets.example,2027-01-01\n", "csv", jane + " " + june, ""},
		{"{\"email\":\"jane@widgets.example\",\"domain\":\"widgets.example\"}", "json", jane, "@widgets.example"},
		{"{\"domain\":\"sender.example\",\"items\":[{\"email\":\"jane@widgets.example\"}]}", "json", jane, "@sender.example"},
		{"[{\"domain\":\"widgets.example\"}]", "json", "@widgets.example", ""},
		{"{\"domain\":\"widgets.example\"}\n{\"domain\":\"gadgets.example\"}\n", "json", "@widgets.example @gadgets.example", ""},
		{"[\"jane@widgets.example\",\"" + juneHex + "\"]", "json", jane + " " + june, ""},
		{"{\"emails\":[\"jane@widgets.example\"],\"tags\":[\"june@widgets.example\"]}", "json", jane, june},
		{"{\"email\":\"jane@widgets.example\",\"phone\":4930123456}", "json", jane, ""},
		{"{\"email\":\"\\\"Doe, Jane\\\"\\t<jane@widgets.example>\"}", "json", jane, ""},
		{"{\"members\":[{\"email_address\":\"jane@widgets.example\",\"status\":\"cleaned\"},{\"email_address\":\"june@widgets.example\",\"status\":\"subscribed\"}]}", "json", jane, june},
		{"\xff\xfe" + utf16le("[\"jane@widgets.example\"]"), "json", jane, ""},
		{gz("[\"jane@widgets.example\"]"), "json", jane, ""},
		{"<list><contact><email>jane@widgets.example</email><domain>widgets.example</domain></contact></list>", "xml", jane, "@widgets.example"},
		{"<blacklist><email><![CDATA[jane@widgets.example]]></email><!-- <email>june@widgets.example</email> --></blacklist>", "mapp", jane, june},
		{"<blacklist><email>" + juneHex + "</email></blacklist>", "mapp", june, ""},
	} {
		x, infos, err := load(t, ListSpec{}, c.text)
		if err != nil {
			if c.format == "json" && strings.Contains(c.text, "4930123456") {
				continue // a number without a plus, beside an address: either is right
			}
			t.Errorf("%.40q: %v", c.text, err)
			continue
		}
		if infos[0].Layout.Format != c.format {
			t.Errorf("%.40q: format %s, want %s", c.text, infos[0].Layout.Format, c.format)
		}
		for _, f := range strings.Fields(c.found) {
			if !found(x, f) {
				t.Errorf("%.40q: %s not found", c.text, f)
			}
		}
		for _, f := range strings.Fields(c.absent) {
			if found(x, f) {
				t.Errorf("%.40q: %s found", c.text, f)
			}
		}
	}
}

// TestStructuredRefusals are structured lists that must not be used.
func TestStructuredRefusals(t *testing.T) {
	deep := strings.Repeat("[", 100)
	for _, c := range []struct{ text, want string }{
		{"[\"jane@widgets.example\",\n\"june@wid", "l:2: list l (opt_out): ends in the middle of its JSON"},
		{"[\"jane@widgets.example\"", "l:1: list l (opt_out): ends in the middle of its JSON"},
		{"[\"jane@widgets.example\"]\n]", "l:2: list l (opt_out): its JSON is damaged: it breaks the rules of the format"},
		{"{\"email\":\n\"jane@widgets.example\",,}", "l:2: list l (opt_out): its JSON is damaged: it breaks the rules of the format"},
		{"[\"" + strings.Repeat("x", 3<<20) + "\"]", "l:1: list l (opt_out): its JSON is damaged: a token of more than 1 MiB"},
		{deep + "\"jane@widgets.example\"", "l:1: list l (opt_out): its JSON is damaged: nested more than 64 deep"},
		{"{\"message\":\"Unauthorized\"}", "l: list l (opt_out): has no entry"},
		{"[\n\"jane@widgets.example\",\n\"nobody in particular\"]",
			"l:3: list l (opt_out): the line is neither an address, a domain, a digest, a telephone number nor a profile"},
		{"<blacklist>\n<email>jane@widgets.example</email>\n", "l:3: list l (opt_out): ends in the middle of its XML"},
		{"<blacklist><email>jane@widgets.example</mail></blacklist>", "l:1: list l (opt_out): its XML is damaged: it breaks the rules of the format"},
		{"<!DOCTYPE b [<!ENTITY a \"x\">]><b><email>jane@widgets.example</email></b>", "l:1: list l (opt_out): its XML is damaged: it has a document type"},
		{"<b><email>jane@widgets.example</email></b><b/>", "l:1: list l (opt_out): its XML is damaged: it has more than one root"},
		{strings.Repeat("<b>", 100), "l:1: list l (opt_out): its XML is damaged: nested more than 64 deep"},
		{"<b><email>" + strings.Repeat("x", 3<<20), "l:1: list l (opt_out): its XML is damaged: a token of more than 1 MiB"},
		{"<!DOCTYPE html><html><body>jane@widgets.example</body></html>", "l: list l (opt_out): is a page of the web, not a list"},
	} {
		_, _, err := load(t, ListSpec{Path: "l"}, c.text)
		if err == nil || err.Error() != c.want {
			t.Errorf("%.60q:\n got %v\nwant %s", c.text, err, c.want)
		}
	}
}

func TestLinesOfJSON(t *testing.T) {
	text := "{\"email\":\"jane@widgets.example\"}\n\n{\"email\":\"who knows\"}\n{\"other\":1}\n{\"email\":\"nobody\"}\n" +
		strings.Repeat("{\"email\":\"june@widgets.example\"}\n", 300)
	_, infos, err := load(t, ListSpec{}, text)
	if err != nil {
		t.Fatal(err)
	}
	if l := infos[0].Refused; l.Total != 2 || l.First[0] != 3 || l.First[1] != 5 {
		t.Errorf("refused %v, want lines 3 and 5", l)
	}
	if infos[0].Blanks != 0 {
		t.Errorf("%d blank lines that only the transcoder wrote", infos[0].Blanks)
	}
}

// TestStructuresAreRecognised looks at texts that only resemble them.
func TestStructuresAreRecognised(t *testing.T) {
	for _, c := range []struct {
		text      string
		json, xml bool
	}{
		{"{SHA}" + janeB64, false, false},
		{"<jane@widgets.example>\n", false, false},
		{"[jane@widgets.example]", false, false},
		{" \n{ \"a\":1}", true, false},
		{"[]", true, false},
		{"<a>", false, true},
		{"<?xml version='1.0'?>", false, true},
		{"<1>", false, false},
		{"{", false, false},
		{"<", false, false},
	} {
		if isJSON([]byte(c.text)) != c.json || isXML([]byte(c.text)) != c.xml {
			t.Errorf("%q: JSON %v, XML %v", c.text, isJSON([]byte(c.text)), isXML([]byte(c.text)))
		}
	}
}

// FuzzStructured loads JSON, XML and archives made of any bytes: no panic, and the same
// outcome for any size of chunks.
func FuzzStructured(f *testing.F) {
	for _, s := range samples {
		if text, err := os.ReadFile(filepath.Join("testdata", "lists", s.file)); err == nil {
			f.Add(text)
		}
	}
	for _, s := range []string{"[[]]", "{\"a\":{}}", "<a/>", "<a b='c'>&lt;</a>", "{\"email\":[\"a@b.example\"]}", "[1,true,null]", "PK\x05\x06" + strings.Repeat("\x00", 18)} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > 1<<16 {
			return
		}
		var want string
		for _, size := range []int{1 << 20, 16} {
			b := Builder{Workers: 2, chunk: size}
			info, err := b.AddReader(context.Background(), bytes.NewReader(text), ListSpec{Path: "l"})
			got := dump(t, &b, info, err)
			if want == "" {
				want = got
			}
			if got != want {
				t.Fatalf("chunks of %d:\n%s\nwant\n%s", size, got, want)
			}
		}
	})
}
