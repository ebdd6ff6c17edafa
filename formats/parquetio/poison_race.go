//go:build race

package parquetio

// poison overwrites what a released chunk lent, so that a test which holds on to a
// view too long sees it.
func poison(b []byte) {
	for i := range b {
		b[i] = 0xdb
	}
}
