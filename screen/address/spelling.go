package address

import "bytes"

// AppendPlain appends text to dst as its writer may have meant it, and reports whether
// that differs: URL escapes resolved, since links in lists carry addresses
// (?email=jane%40…), and several at signs in a row made one.
func AppendPlain(dst, text []byte) (plain []byte, changed bool) {
	if bytes.IndexByte(text, '%') < 0 && !bytes.Contains(text, []byte("@@")) {
		return dst, false
	}
	n := len(dst)
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c == '%' && i+2 < len(text) {
			if hi, lo := unhex(text[i+1]), unhex(text[i+2]); hi < 16 && lo < 16 {
				c = hi<<4 | lo
				i += 2
				changed = true
			}
		}
		if c == '@' && len(dst) > n && dst[len(dst)-1] == '@' {
			changed = true
			continue
		}
		dst = append(dst, c)
	}
	return dst, changed
}
