//go:build race

package manifest

// The race detector makes everything some ten times slower, and one goroutine verifies.
func init() { tamperTries = 25 }
