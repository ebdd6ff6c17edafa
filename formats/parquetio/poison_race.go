//go:build race

package parquetio

// poison overwrites what a released column lent, so that a test which holds on to
// a view too long sees it.
func poison(t *textColumn) {
	b := t.data[:cap(t.data)]
	for i := range b {
		b[i] = 0xdb
	}
}
