//go:build !race

package screen

// raced says that the race detector is on: hashing allocates then.
const raced = false
