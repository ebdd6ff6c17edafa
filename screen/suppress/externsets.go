package suppress

// A setTape takes the sets of keys in their order, to be written behind the keys. As
// long as they are all the same there is nothing to remember but how many.
type setTape struct {
	tape
	used  usedSets
	first uint16
	same  int64 // how many, from the start, are first
	mixed bool
}

func (t *setTape) add(sets []uint16) {
	t.used.mark(sets)
	if !t.mixed && len(sets) > 0 {
		if t.same == 0 {
			t.first = sets[0]
		}
		i := 0
		for i < len(sets) && sets[i] == t.first {
			i++
		}
		t.same += int64(i)
		if i == len(sets) {
			return
		}
		t.mixed = true
		sets = sets[i:]
	}
	t.Write(bytesOf(sets))
}

// write writes the section of the sets, with their final numbers.
func (t *setTape) write(w *fileWriter, n *numbering) error {
	w.begin(keySets)
	defer w.end()
	if !t.mixed {
		w.head.set = n.number[t.first]
		return nil
	}
	first := make([]uint16, min(t.same, blockKeys))
	for i := range first {
		first[i] = n.number[t.first]
	}
	for left := t.same; left > 0; left -= int64(len(first)) {
		first = first[:min(left, int64(len(first)))]
		writeNumbers(w, first)
	}
	return t.play(func(p []byte) error {
		sets := sliceOf[uint16](p)
		n.apply(sets)
		writeNumbers(w, sets)
		return w.err
	})
}
