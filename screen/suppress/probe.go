package suppress

import (
	"bufio"
	"bytes"
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"strings"

	"sluice/screen/address"
)

// ProbeOptions say what else may have been done to an address before it was hashed.
type ProbeOptions struct {
	SaltPrefix, SaltSuffix []byte // tried before, behind and around the address, and as the key of an HMAC

	// Forms are those that runs look up; 0 for address.DefaultForms.
	Forms address.FormSet
}

// A Finding is one way in which an address stands on a list. It holds nothing of the
// address.
type Finding struct {
	Plain     bool      // in full, not hashed
	Algorithm Algorithm // of the digest
	Form      string    // the name of an address.Form, or another that only lists have: title, domain, local
	Fault     string    // what else was hashed, such as "a line feed behind it"; empty for nothing
	Salt      string    // where the salt stood; empty for none
	Twice     string    // what was hashed again, such as "the SHA-256 in hex"; empty for once
	Written   string    // how the digest stands in a text, if runs cannot read that; else empty

	Lists []ListID // that hold it, of an index
	Lines Lines    // that hold it, of a text

	// Screened reports whether runs find it: with the forms of the options, as it is.
	Screened bool
	// Remedy says what to do where they do not; empty where they do.
	Remedy string
}

// String describes the finding in words.
func (f Finding) String() string {
	var b strings.Builder
	if f.Plain {
		b.WriteString("in full")
	} else {
		b.WriteString(f.Algorithm.String())
	}
	b.WriteString(", form " + f.Form)
	for _, s := range []string{f.Fault, f.Salt, f.Written} {
		if s != "" {
			b.WriteString(", " + s)
		}
	}
	if f.Twice != "" {
		b.WriteString(", then hashed again: " + f.Twice)
	}
	return b.String()
}

// Probe tells in which ways an address that is known to be on a list stands in the
// index: it tries every algorithm, form, letter case and fault of encoding that we have
// met. It returns nothing if the address is not there in any of them. An index knows of
// plain entries only their canonical form.
func (x *Index) Probe(addr []byte, o ProbeOptions) []Finding {
	var all []Finding
	if len(x.keys) > 0 {
		newProber(addr, &o).each(func(f *Finding, digest []byte) {
			k := DigestKey(f.Algorithm, digest)
			if h := x.Lookup(&k); h != 0 {
				f.Lists = append([]ListID(nil), x.Members(h)...)
				all = append(all, *f)
			}
		})
	}
	var p address.Parsed
	new(address.Parser).Parse(addr, &p)
	if host := p.Domain(); len(host) > 0 {
		if h := x.Domain(host); h != 0 {
			all = append(all, Finding{Plain: true, Form: "domain", Screened: true, Lists: append([]ListID(nil), x.Members(h)...)})
		}
	}
	return all
}

// ProbeText is Probe for the text of a list, which it reads as it is: digests that no
// run could read are found too, and plain entries in whatever form they have.
func ProbeText(r io.Reader, addr []byte, o ProbeOptions) ([]Finding, error) {
	src, err := openSource(r, SHA1)
	defer src.close()
	spec := &ListSpec{Name: "list"}
	switch {
	case err != nil && err != io.EOF:
		return nil, spec.fail(src.sourceError(err))
	case src.archive:
		return nil, spec.fail(&ListError{Code: Unreadable, What: "is an archive", Hint: "unpack it, and probe the files in it"})
	case src.Reader == nil:
		return nil, nil
	}
	p := newProber(addr, &o)
	t := &textProbe{digests: map[string]int{}, plain: map[string]int{}}
	p.each(func(f *Finding, digest []byte) { t.add(t.digests, string(digest), f) })
	for _, form := range p.texts {
		f := Finding{Plain: true, Form: form.name, Screened: true}
		t.add(t.plain, string(form.text), &f)
	}
	if src.encoding == "binary" {
		err = t.packed(src)
	} else {
		err = t.text(src)
	}
	if err != nil {
		return nil, spec.fail(src.sourceError(err))
	}
	return t.found(), nil
}

// A prober makes every digest that may stand for an address.
type prober struct {
	o     *ProbeOptions
	texts []probeText
}

// A probeText is the address in one form.
type probeText struct {
	name     string
	text     []byte
	screened bool
}

// newProber finds the forms of the address.
func newProber(addr []byte, o *ProbeOptions) *prober {
	p := &prober{o: o}
	forms := o.Forms
	if forms == 0 {
		forms = address.DefaultForms
	}
	seen := map[string]bool{}
	add := func(name string, text []byte, screened bool) {
		if len(text) > 0 && !seen[string(text)] {
			seen[string(text)] = true
			p.texts = append(p.texts, probeText{name, bytes.Clone(text), screened})
		}
	}
	var parser address.Parser
	canon, info := parser.Append(nil, addr)
	add(address.Canonical.String(), canon, true)
	for _, alt := range parser.Alternates(addr, canon, info, address.AllForms) {
		add(alt.Form.String(), alt.Text, forms.Has(alt.Form))
	}
	add("raw", bytes.TrimSpace(addr), forms.Has(address.AsIs))
	for _, t := range p.texts[:len(p.texts):len(p.texts)] {
		add(t.name+", upper case", bytes.ToUpper(t.text), false)
		add(t.name+", first letter upper case", title(t.text), false)
	}
	if at := int(info.At); at > 0 && at < len(canon) {
		add("domain", canon[at+1:], false)
		add("local part", canon[:at], false)
		add("upper-case domain", append(bytes.Clone(canon[:at]), bytes.ToUpper(canon[at:])...), false)
	}
	return p
}

func title(text []byte) []byte {
	out := bytes.Clone(text)
	if len(out) > 0 && out[0]-'a' < 26 {
		out[0] -= 'a' - 'A'
	}
	return out
}

// A fault is something that was hashed with an address by mistake.
type fault struct {
	name string
	put  func([]byte) []byte
}

func around(before, behind string) func([]byte) []byte {
	return func(b []byte) []byte { return append(append([]byte(before), b...), behind...) }
}

// wide returns the text in UTF-16.
func wide(b []byte, bigEndian bool, bom bool) []byte {
	var out []byte
	put := func(u uint16) {
		if bigEndian {
			out = append(out, byte(u>>8), byte(u))
		} else {
			out = append(out, byte(u), byte(u>>8))
		}
	}
	if bom {
		put(0xfeff)
	}
	for _, c := range string(b) {
		if c > 0xffff {
			c -= 0x10000
			put(uint16(0xd800 + c>>10))
			c = 0xdc00 + c&0x3ff
		}
		put(uint16(c))
	}
	return out
}

var faults = []fault{
	{"", func(b []byte) []byte { return b }},
	{"a line feed behind it", around("", "\n")},
	{"a carriage return and line feed behind it", around("", "\r\n")},
	{"a carriage return behind it", around("", "\r")},
	{"a space behind it", around("", " ")},
	{"a space before it", around(" ", "")},
	{"spaces around it", around(" ", " ")},
	{"a tab behind it", around("", "\t")},
	{"a no-break space behind it", around("", "\u00a0")},
	{"a zero byte behind it", around("", "\x00")},
	{"a comma behind it", around("", ",")},
	{"a semicolon behind it", around("", ";")},
	{"double quotes around it", around(`"`, `"`)},
	{"double quotes around it and a line feed behind", around(`"`, "\"\n")},
	{"single quotes around it", around("'", "'")},
	{"angle brackets around it", around("<", ">")},
	{"mailto: before it", around("mailto:", "")},
	{"a byte order mark before it", around("\ufeff", "")},
	{"as UTF-16, little-endian", func(b []byte) []byte { return wide(b, false, false) }},
	{"as UTF-16, little-endian, with a byte order mark", func(b []byte) []byte { return wide(b, false, true) }},
	{"as UTF-16, little-endian, a carriage return and line feed behind it", func(b []byte) []byte { return wide(around("", "\r\n")(b), false, false) }},
	{"as UTF-16, big-endian", func(b []byte) []byte { return wide(b, true, false) }},
	{"in base64", func(b []byte) []byte { return base64.StdEncoding.AppendEncode(nil, b) }},
}

// new returns the algorithm's hash.
func (a Algorithm) new() hash.Hash {
	switch a {
	case MD5:
		return md5.New()
	case SHA256:
		return sha256.New()
	case SHA512:
		return sha512.New()
	}
	return sha1.New()
}

// sum returns the digest of text.
func (a Algorithm) sum(text []byte) []byte {
	switch a {
	case MD5:
		sum := md5.Sum(text)
		return sum[:]
	case SHA256:
		sum := sha256.Sum256(text)
		return sum[:]
	case SHA512:
		sum := sha512.Sum512(text)
		return sum[:]
	}
	sum := sha1.Sum(text)
	return sum[:]
}

// each calls try with every digest, the likeliest first.
func (p *prober) each(try func(*Finding, []byte)) {
	seen := map[string]bool{}
	once := func(f Finding, digest []byte) {
		k := string(byte(f.Algorithm)) + string(digest)
		if seen[k] {
			return
		}
		seen[k] = true
		if !f.Screened {
			f.Remedy = f.remedy()
		}
		try(&f, digest)
	}
	for _, fault := range faults {
		for _, form := range p.texts {
			text := fault.put(form.text)
			for _, s := range p.salted(text) {
				for a := range numAlgorithms {
					f := Finding{Algorithm: a, Form: form.name, Fault: fault.name, Salt: s.name}
					f.Screened = form.screened && f.Fault == "" && f.Salt == ""
					digest := a.sum(s.text)
					once(f, digest)
					if s.name == "" {
						p.twice(f, digest, once)
					}
				}
			}
			p.keyed(text, Finding{Form: form.name, Fault: fault.name}, once)
		}
	}
}

// twice tries the digest of a digest.
func (p *prober) twice(f Finding, digest []byte, once func(Finding, []byte)) {
	f.Screened = false
	inner := f.Algorithm
	lower := hex.AppendEncode(nil, digest)
	for _, v := range []struct {
		name string
		text []byte
	}{
		{" in hex", lower},
		{" in upper-case hex", bytes.ToUpper(lower)},
		{" as bytes", digest},
		{" in hex with a line feed behind it", append(bytes.Clone(lower), '\n')},
	} {
		for a := range numAlgorithms {
			f.Algorithm, f.Twice = a, "the "+inner.String()+v.name
			once(f, a.sum(v.text))
		}
	}
}

// A saltedText is a text with a salt at some place.
type saltedText struct {
	name string
	text []byte
}

func (p *prober) salted(text []byte) []saltedText {
	all := []saltedText{{"", text}}
	before, behind := p.o.SaltPrefix, p.o.SaltSuffix
	if len(before) > 0 {
		all = append(all, saltedText{"the salt before it", append(bytes.Clone(before), text...)})
	}
	if len(behind) > 0 {
		all = append(all, saltedText{"the salt behind it", append(bytes.Clone(text), behind...)})
	}
	if len(before) > 0 && len(behind) > 0 {
		all = append(all, saltedText{"salts around it", append(append(bytes.Clone(before), text...), behind...)})
	}
	return all
}

// keyed tries the salts as keys of an HMAC (RFC 2104).
func (p *prober) keyed(text []byte, f Finding, once func(Finding, []byte)) {
	for _, key := range [][]byte{p.o.SaltPrefix, p.o.SaltSuffix} {
		if len(key) == 0 {
			continue
		}
		for a := range numAlgorithms {
			h := hmac.New(a.new, key)
			h.Write(text)
			f.Algorithm, f.Salt = a, "the salt as the key of an HMAC"
			once(f, h.Sum(nil))
		}
	}
}

// remedy says what to do about an entry that runs do not find.
func (f *Finding) remedy() string {
	switch {
	case f.Twice == "" && f.Salt == "" && f.Fault == "":
		for form := range address.NumForms {
			if form.String() == f.Form {
				return "turn on the form " + f.Form + " in the policy"
			}
		}
		return "ask for a list of digests of the whole address in lower case"
	case f.Salt != "":
		return "ask for a list without a salt: rows are hashed without one"
	case f.Twice != "":
		return "ask for a list that is hashed once"
	}
	return "ask for a list of digests of the address alone: this one was hashed with " + f.Fault
}

// A textProbe looks for candidates in a text.
type textProbe struct {
	all     []Finding
	digests map[string]int // by their bytes: the place in all
	plain   map[string]int // by the text
	encoded []Finding      // digests that are written in a way no run reads
}

func (t *textProbe) add(m map[string]int, what string, f *Finding) {
	if _, ok := m[what]; !ok {
		m[what] = len(t.all)
		t.all = append(t.all, *f)
	}
}

// text reads the lines of a list. A line is looked at as a whole and in the parts that
// delimiters make.
func (t *textProbe) text(src *source) error {
	b := bufio.NewReaderSize(src, 64<<10)
	for n := int64(1); ; n++ {
		line, err := b.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) { // no entry is as long
			for errors.Is(err, bufio.ErrBufferFull) {
				_, err = b.ReadSlice('\n')
			}
			line = nil
		}
		if err != nil && err != io.EOF {
			return err
		}
		t.line(bytes.TrimRight(line, "\r\n"), n)
		if err == io.EOF {
			return nil
		}
	}
}

func (t *textProbe) line(line []byte, n int64) {
	t.token(line, n)
	if bytes.IndexAny(line, ",;\t| ") < 0 {
		return
	}
	for _, part := range bytes.FieldsFunc(line, func(c rune) bool { return strings.ContainsRune(",;\t| ", c) }) {
		t.token(part, n)
	}
}

func (t *textProbe) token(token []byte, n int64) {
	token = trim(token)
	if i, ok := t.plain[string(token)]; ok {
		t.hit(&t.all[i], n)
		return
	}
	var buf [64]byte
	if _, digest, _, ok := parseDigest(token, &buf); ok {
		if i, ok := t.digests[string(digest)]; ok {
			t.hit(&t.all[i], n)
		}
		return
	}
	// Base64 of a digest's hex, which some tools make of a string that is hex already.
	var text [192]byte
	if m := base64.StdEncoding.DecodedLen(len(token)); m > 0 && m <= len(text) {
		if m, err := base64.StdEncoding.Decode(text[:], token); err == nil {
			if k, err := hex.Decode(buf[:], text[:min(m, 2*len(buf))]); err == nil {
				t.written(buf[:k], "as base64 of the digest in hex", n)
			}
		}
	}
}

func (t *textProbe) hit(f *Finding, n int64) {
	if k := len(f.Lines.First); k > 0 && f.Lines.First[k-1] == n {
		return
	}
	f.Lines.add(n)
}

// written notes a digest that runs cannot read.
func (t *textProbe) written(digest []byte, how string, n int64) {
	i, ok := t.digests[string(digest)]
	if !ok {
		return
	}
	f := t.all[i]
	for j := range t.encoded {
		if e := &t.encoded[j]; e.Algorithm == f.Algorithm && e.Form == f.Form && e.Fault == f.Fault && e.Salt == f.Salt && e.Twice == f.Twice {
			t.hit(e, n)
			return
		}
	}
	f.Lines = Lines{1, []int64{n}}
	f.Written, f.Screened, f.Remedy = how, false, "ask for digests in hex, or in base64 of their bytes"
	t.encoded = append(t.encoded, f)
}

// packed reads packed digests of every size. Lines are records.
func (t *textProbe) packed(src *source) error {
	data := bufio.NewReader(src)
	var window [64]byte
	have := 0
	for offset := int64(0); ; offset++ {
		for have < len(window) {
			n, err := data.Read(window[have:])
			have += n
			if err == io.EOF {
				break
			}
			if err != nil {
				return err
			}
		}
		if have == 0 {
			return nil
		}
		for a := range numAlgorithms {
			if size := a.Size(); have >= size && offset%int64(size) == 0 {
				if i, ok := t.digests[string(window[:size])]; ok && t.all[i].Algorithm == a {
					t.hit(&t.all[i], offset/int64(size)+1)
				}
			}
		}
		copy(window[:], window[1:have])
		have--
	}
}

func (t *textProbe) found() (all []Finding) {
	for _, f := range t.all {
		if f.Lines.Total > 0 {
			all = append(all, f)
		}
	}
	return append(all, t.encoded...)
}
