// Package ahead asks for memory before it is looked at.
//
// A look-up in a table that is larger than a core's caches waits for memory longer than
// it computes. A processor overlaps the waits of as many look-ups as it sees ahead, which
// are few where each takes fifty instructions. Lines asks for those of many look-ups in a
// handful of instructions each and waits for none; what they are looked up in is there
// when it is looked at, if there was other work meanwhile.
package ahead
