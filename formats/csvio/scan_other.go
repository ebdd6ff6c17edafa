//go:build !amd64 || purego

package csvio

var vector = false

func scanVector(*scanState) { panic("csvio: no vector kernel on this processor") }
