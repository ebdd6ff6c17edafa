package address

import "testing"

func TestAppendProfile(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"https://www.linkedin.com/in/Jane-Doe/", "linkedin.com/in/jane-doe"},
		{"http://de.linkedin.com/in/jane-doe?trk=x#y", "linkedin.com/in/jane-doe"},
		{"linkedin.com/in/jane-doe/en", "linkedin.com/in/jane-doe"},
		{"//www.linkedin.com/in/jane-doe", "linkedin.com/in/jane-doe"},
		{"https://www.linkedin.com/mwlite/in/jane-doe", "linkedin.com/in/jane-doe"},
		{"https://www.linkedin.com:443/in//jane-doe//", "linkedin.com/in/jane-doe"},
		{"<https://linkedin.com/in/jane-doe>,", "linkedin.com/in/jane-doe"},
		{"https://linkedin.com/in/ren%C3%A9-doe", "linkedin.com/in/rené-doe"},
		{"https://linkedin.com/in/REN%c3%89-doe", "linkedin.com/in/rené-doe"},
		{"https://linkedin.com/in/rene\u0301-doe\u200b", "linkedin.com/in/rené-doe"},
		{"https://linkedin.com/pub/jane-doe/1/2b/3c4", "linkedin.com/pub/jane-doe/1/2b/3c4"},
		{"https://www.linkedin.com/company/Widgets/about/", "linkedin.com/company/widgets"},
		{"https://www.linkedin.com/school/widgets", "linkedin.com/school/widgets"},
		{"https://www.xing.com/profile/Jane_Doe12/cv", "xing.com/profile/jane_doe12"},
		{"https://www.xing.com/companies/widgetsgmbh", "xing.com/pages/widgetsgmbh"},
		{"https://twitter.com/JaneDoe", "x.com/janedoe"},
		{"https://mobile.twitter.com/@JaneDoe/status/1", "x.com/janedoe"},
		{"x.com/janedoe", "x.com/janedoe"},
		{"https://m.facebook.com/jane.doe?ref=x", "facebook.com/jane.doe"},
		{"https://de-de.facebook.com/pg/widgets/about", "facebook.com/widgets"},
		{"https://www.facebook.com/profile.php?v=1&id=1000012", "facebook.com/profile.php?id=1000012"},
		{"https://www.facebook.com/people/Jane-Doe/1000012/", "facebook.com/profile.php?id=1000012"},
		{"https://github.com/Jane-Doe/widgets", "github.com/jane-doe"},
		{"https://www.linkedin.com", ""},
		{"https://www.linkedin.com/in/", ""},
		{"https://www.linkedin.com/in/%2F", ""},
		{"https://www.linkedin.com/in/a%3Fb", ""},
		{"https://www.linkedin.com/feed/update/1", ""},
		{"https://www.linkedin.com/pub/dir/jane/doe", ""},
		{"https://linkedin.com.evil.example/in/jane", ""},
		{"https://notlinkedin.com/in/jane", ""},
		{"https://developer.linkedin.com/in/jane", ""},
		{"https://widgets.example/linkedin.com/in/jane", ""},
		{"https://twitter.com/share?url=x", ""},
		{"https://www.facebook.com/sharer/sharer.php?u=x", ""},
		{"https://github.com/features", ""},
		{"/in/jane-doe", ""},
		{"jane@linkedin.com", ""},
		{"", ""},
	} {
		got, ok := AppendProfile([]byte("u"), []byte(tt.in))
		if string(got) != "u"+tt.want || ok != (tt.want != "") {
			t.Errorf("AppendProfile(%q) = %q, %v; want %q", tt.in, got[1:], ok, tt.want)
		}
	}
}

func FuzzProfile(f *testing.F) {
	f.Add([]byte("https://de.linkedin.com/in/Ren%C3%A9/?x"))
	f.Add([]byte("fb.com/people/J/12"))
	f.Add([]byte("https://www.linkedin.com/in/Jane-Doe_1/"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		got, ok := AppendProfile(nil, raw)
		if slow, is := appendProfile(nil, raw); ok != is || string(got) != string(slow) {
			t.Fatalf("AppendProfile(%q) = %q, %v; without the short way %q, %v", raw, got, ok, slow, is)
		}
		if !ok {
			if len(got) != 0 {
				t.Fatalf("AppendProfile(%q) = %q without a profile", raw, got)
			}
			return
		}
		if again, ok := AppendProfile(nil, got); !ok || string(again) != string(got) {
			t.Fatalf("AppendProfile(%q) = %q, of which it makes %q, %v", raw, got, again, ok)
		}
	})
}

func BenchmarkProfile(b *testing.B) {
	for name, raw := range map[string]string{"plain": "https://www.linkedin.com/in/Jane-Doe-1a2b3c/", "other": "https://de.linkedin.com/in/Jane-Doe-1a2b3c/"} {
		b.Run(name, func(b *testing.B) {
			raw, dst := []byte(raw), make([]byte, 0, 64)
			b.ReportAllocs()
			for b.Loop() {
				AppendProfile(dst, raw)
			}
		})
	}
}
