//go:build (!amd64 && !arm64) || purego

package ahead

// Lines does nothing on this processor, or in this build.
func Lines(addresses []uintptr) {}
