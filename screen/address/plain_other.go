//go:build !amd64 || purego

package address

var cellsVector = false

func plainVector(*plainCells) { panic("address: no vector kernel on this processor") }
