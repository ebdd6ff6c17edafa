//go:build (amd64 || arm64) && !purego

package ahead

// Lines asks for the cache lines at addresses. It reads nothing, so that an address may
// be any number: one that is no memory's is not asked for. It may be called concurrently.
//
//go:noescape
func Lines(addresses []uintptr)
