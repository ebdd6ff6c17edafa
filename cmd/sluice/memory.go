package main

import (
	"errors"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
)

// parseSize reads a number of bytes with an optional unit: 512MiB, 2G, 1073741824.
// K, M, G and T count in steps of 1024, KB to TB in steps of 1000.
func parseSize(s string) (int64, error) {
	bad := errors.New("not a size such as 512MiB or 2G")
	digits := strings.TrimRight(s, "KMGTiBkmgtb")
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n <= 0 {
		return 0, bad
	}
	unit := strings.ToUpper(s[len(digits):])
	step := int64(1024)
	if strings.HasSuffix(unit, "B") && !strings.HasSuffix(unit, "IB") && len(unit) == 2 {
		step = 1000
	}
	power := 0
	switch strings.TrimSuffix(strings.TrimSuffix(unit, "B"), "I") {
	case "":
	case "K":
		power = 1
	case "M":
		power = 2
	case "G":
		power = 3
	case "T":
		power = 4
	default:
		return 0, bad
	}
	for range power {
		if n > 1<<62/step {
			return 0, bad
		}
		n *= step
	}
	return n, nil
}

// minMemory is what a run with small lists needs to get on at all.
const minMemory = 64 << 20

// limitMemory makes the collector aim for at most size bytes in all, until the
// function it returns is called. An empty size changes nothing.
func limitMemory(size string) (restore func(), err error) {
	if size == "" {
		return func() {}, nil
	}
	n, err := parseSize(size)
	if err != nil {
		return nil, err
	}
	if n < minMemory {
		return nil, errors.New("less than 64MiB, which a run needs at least")
	}
	before := debug.SetMemoryLimit(n)
	return func() { debug.SetMemoryLimit(before) }, nil
}

// The heap is small beside the lists and the chunks in flight, and long runs let it
// drift: with a GOGC of 100, 10 million rows take 15 % more memory than one million,
// with 50 they take 5 % more, at no cost that can be measured (make bench-bar LONG=1).
// But a heap that starts from nothing is collected six times before it has 10 MB, which
// is a third of what a list of ten rows costs. So the first collection waits for firstHeap.
const (
	gcPercent = 50
	firstHeap = 24 << 20
	heapUnit  = 4 << 20 // of which GOGC is the percentage when nothing is alive yet
)

// collectLate sets the pace of the collector. Who sets GOGC knows better.
func collectLate() {
	if os.Getenv("GOGC") != "" {
		return
	}
	debug.SetGCPercent(firstHeap * 100 / heapUnit)
	runtime.AddCleanup(new([64]byte), func(percent int) { debug.SetGCPercent(percent) }, gcPercent)
}
