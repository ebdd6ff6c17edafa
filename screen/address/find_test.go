package address

import (
	"slices"
	"strings"
	"testing"
)

func TestFind(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want string // separated by blanks
	}{
		{"", ""},
		{"no address here", ""},
		{"@", ""},
		{"call @home", ""},
		{"write to jane@w.example, please", "jane@w.example"},
		{"write to jane@w.example.", "jane@w.example"},
		{"a@b.com, c@d.com", "a@b.com c@d.com"},
		{"a@b.com;c@d.com", "a@b.com c@d.com"},
		{"a@b.com|c@d.com", "a@b.com b.com|c@d.com c@d.com"},
		{`"Jane" <jane@w.example>`, "jane@w.example"},
		{"mailto:jane@w.example?subject=x", "jane@w.example"},
		{"<a href='mailto:jane%40w.example'>", "mailto:jane%40w.example"},
		{"'jane@w.example'", "jane@w.example"},
		{"o'brien@w.example", "o'brien@w.example brien@w.example"},
		{"email=jane@w.example", "email=jane@w.example jane@w.example"},
		{"x,\"jane@w.example\",1", "jane@w.example"},
		{"jane＠w.example", "jane＠w.example"},
		{"jane@w．example", "jane@w．example jane@w"},
		{"ja\u00adne\u200b@w.example", "ja\u00adne\u200b@w.example"},
		{"Mail\u00a0jane@w.example", "Mail\u00a0jane@w.example jane@w.example"},
		{"Mail\u00a0rené@w.example", "Mail\u00a0rené@w.example rené@w.example"},
		{"请写jane@w.example谢谢", "请写jane@w.example谢谢 请写jane@w.example jane@w.example谢谢 jane@w.example"},
		{"请写，jane@w.example。谢谢", "jane@w.example。谢谢 jane@w.example。 jane@w.example"},
		{"“rené@w.example”", "rené@w.example"},
		{"info@münchen.example", "info@münchen.example info@m"},
		{"jane@w.example.Thanks for", "jane@w.example.Thanks jane@w.example"},
		{"jane@doe@w.example", "jane@doe doe@w.example"},
		{"ren\xe9@w.example", "ren\xe9@w.example"},
		{"x\ny@w.example\nz", "y@w.example"},
	} {
		var got []string
		for _, tok := range Find(nil, []byte(tt.in)) {
			got = append(got, strings.ReplaceAll(tt.in[tok.Lo:tok.Hi], " ", "_"))
		}
		if want := strings.Split(tt.want, " "); tt.want == "" && got != nil || tt.want != "" && !slices.Equal(got, want) {
			t.Errorf("Find(%+q) = %+q, want %+q", tt.in, got, want)
		}
	}
}

// TestFindParsed hides one address in many ways and wants it found in canonical form.
func TestFindParsed(t *testing.T) {
	var p Parser
	const want = "jane.doe@widgets.example"
	for _, around := range []string{
		"%s", "Jane <%s>", "mailto:%s?subject=x", "<a href=\"mailto:%s\">", "email=%s&x=1", "e-mail:%s", "(%s)", "[%s]", "{%s}",
		"x@y.example,%s;z@y.example", "%s/jane@private.example", "tel. 1\n%s\nfax 2", "**%s**", "_ %s _", "»%s«", "、%s、",
		"Mail %s", "Mail:%s.", "…%s…", "1,\"broken %s\n", "'%s'", "\"%s", "%s\"", "\x00%s\x00", "联系%s谢谢", "?to=%s#x", "%s<br>", "%s\t",
		"see %s.Thanks", "=\"%s\"", "jane@private.example %s", "a|%s|b", "c\\%s\\d", "~%s~", "re: %s!", "_%s_", "--%s--", "?a=%%3C%s%%3E", "\t- %s\n",
	} {
		for _, form := range []string{want, "Jane.Doe@Widgets.example", "jane.doe＠widgets.example", "jane.doe@widgets．example",
			"jane\u200b.doe@wid\u00adgets.example", "JANE.DOE@WIDGETS.EXAMPLE", "\ufeffjane.doe\u00a0@widgets.example"} {
			text := []byte(strings.ReplaceAll(strings.ReplaceAll(around, "%s", form), "%%", "%"))
			found := false
			p.FindParsed(text, func(a *Parsed) { found = found || string(a.Canon) == want })
			if !found {
				var got []string
				p.FindParsed(text, func(a *Parsed) { got = append(got, string(a.Canon)) })
				t.Errorf("FindParsed(%+q) = %+q, want %q among them", text, got, want)
			}
		}
	}
}

// TestFindIsLinear would run for minutes if a crowd of marks cost its square.
func TestFindIsLinear(t *testing.T) {
	size := 1 << 18
	if raceEnabled {
		size = 1 << 12
	}
	for _, s := range []string{"@", "%40", "＠", "mailto:%40", "a@", "é\u00a0@", "<", "mailto:", "<a@b>", "Σ.", "\"", "a"} {
		text := []byte(strings.Repeat(s, size/len(s)))
		Find(nil, text)
		var p Parser
		var a Parsed
		p.Parse(text, &a)
		p.Parse(append(text, "@w.example"...), &a)
		p.Alternates(text, a.Canon, a.Info, AllForms)
	}
}

func FuzzFind(f *testing.F) {
	f.Add([]byte("a|b@c.d.E <x＠y.z> mailto:a%40b é@\u00a0w\xff.x"))
	f.Fuzz(func(t *testing.T, text []byte) {
		tokens := Find(nil, text)
		for _, tok := range tokens {
			if tok.Lo < 0 || tok.Lo >= tok.Hi || tok.Hi > len(text) {
				t.Fatalf("Find(%+q): token %v", text, tok)
			}
		}
		var p, q Parser
		var a Parsed
		q.Parse(text, &a)
		if a.Status != OK || !ascii(a.Canon) {
			return
		}
		// What is an address as a whole is found, too.
		found := false
		p.FindParsed(text, func(b *Parsed) { found = found || string(b.Canon) == string(a.Canon) })
		if !found && a.Flags.Has(Repaired) == false && !strings.ContainsAny(string(text[:1]), "'.`*=?/|{}~") {
			t.Fatalf("FindParsed(%+q) misses %+q", text, a.Canon)
		}
	})
}

func BenchmarkFind(b *testing.B) {
	for _, bb := range []struct{ name, text string }{
		{"none", "Called on Monday, will decide next week"},
		{"one", "Called on Monday, write to jane.doe@widgets.example instead"},
	} {
		b.Run(bb.name, func(b *testing.B) {
			text := []byte(bb.text)
			var tokens []Token
			b.ReportAllocs()
			for b.Loop() {
				tokens = Find(tokens[:0], text)
			}
		})
	}
}
