package domain

import "bytes"

// Overrides are the operator's own word on mail domains: those to allow whatever the
// tables say, and those to deny. An entry covers its subdomains; the longest entry that
// covers a host decides, and allow wins where both name the same.
// They may be used concurrently.
type Overrides struct {
	names    map[string]verdict
	versions []Version
}

type verdict uint8

const (
	silent verdict = iota
	deny
	allow
)

// LoadOverrides reads files of one domain a line. A domain may have "*.", "." or "@"
// before it; # starts a comment. A line that is no domain refuses the file; the error
// joins a *ListError for each.
func LoadOverrides(allowed, denied []Source) (*Overrides, error) {
	o := &Overrides{names: map[string]verdict{}}
	for _, s := range denied {
		if err := o.load(s, deny, "deny"); err != nil {
			return nil, err
		}
	}
	for _, s := range allowed {
		if err := o.load(s, allow, "allow"); err != nil {
			return nil, err
		}
	}
	return o, nil
}

func (o *Overrides) load(s Source, v verdict, role string) error {
	text, err := s.read()
	if err != nil {
		return err
	}
	var c Canon
	var buf []byte
	n := 0
	err = s.lines(text, func(line []byte) error {
		var ok bool
		if buf, ok = c.appendPattern(buf[:0], line); !ok {
			return ErrDomain
		}
		o.names[string(buf)] = v
		n++
		return nil
	})
	o.versions = append(o.versions, s.version(role, text, n))
	return err
}

// appendPattern appends the canonical host of a line of a domain list.
func (c *Canon) appendPattern(dst, line []byte) ([]byte, bool) {
	line = bytes.TrimPrefix(line, []byte("*"))
	line = bytes.TrimLeft(line, "@.")
	out, ok := c.AppendHost(dst, line)
	if !ok || isLiteral(out[len(dst):]) {
		return dst, false
	}
	host := out[len(dst):]
	if _, kind := Registrable(host); kind == KindUnknownTLD && bytes.IndexByte(host, '.') < 0 {
		return dst, false // a word, not a name
	}
	return out, true
}

// lookup returns the entry that covers host and what it says.
func (o *Overrides) lookup(host []byte) (name []byte, v verdict) {
	for name = host; ; {
		if v := o.names[string(name)]; v != silent {
			return name, v
		}
		dot := bytes.IndexByte(name, '.')
		if dot < 0 {
			return nil, silent
		}
		name = name[dot+1:]
	}
}

// deny stores 0 in regs for each of hosts that is denied.
func (o *Overrides) deny(regs []uint8, hosts [][]byte) {
	for i, host := range hosts {
		if regs[i] != 0 {
			if _, v := o.lookup(host); v == deny {
				regs[i] = 0
			}
		}
	}
}
