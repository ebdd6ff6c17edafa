//go:build race

package arrowio

const raceBuild = true

// scrub overwrites a released buffer, so that a view used too late fails in tests.
func scrub(b []byte) {
	b = b[:cap(b)]
	for i := range b {
		b[i] = 0xdb
	}
}
