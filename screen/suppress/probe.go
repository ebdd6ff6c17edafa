package suppress

import (
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
