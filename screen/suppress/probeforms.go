package suppress

import (
	"bytes"
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"hash"

	"sluice/screen/address"
)

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
