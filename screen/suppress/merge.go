package suppress

// A run is ascending keys without repeats, each with the set of lists that hold it:
// sets[i], or set for all of them while sets is nil.
type run struct {
	keys []Key
	sets []uint16
	set  uint16
}

func (r *run) at(i int) uint16 {
	if r.sets == nil {
		return r.set
	}
	return r.sets[i]
}

// mergeRuns merges runs two by two, so that each key is copied log(runs) times. It
// forgets the runs it has merged.
func mergeRuns(runs []run, sets *setTable) (run, error) {
	if len(runs) == 0 {
		return run{}, nil
	}
	for len(runs) > 1 {
		next := make([]run, 0, (len(runs)+1)/2)
		for i := 0; i < len(runs); i += 2 {
			if i+1 == len(runs) {
				next = append(next, runs[i])
				break
			}
			m, err := merge(&runs[i], &runs[i+1], sets)
			if err != nil {
				return run{}, err
			}
			runs[i], runs[i+1] = run{}, run{}
			next = append(next, m)
		}
		runs = next
	}
	return runs[0], nil
}

// merge merges two runs. A key of both is on the lists of both.
func merge(a, b *run, sets *setTable) (run, error) {
	n := len(a.keys) + len(b.keys)
	out := run{keys: make([]Key, 0, n), sets: make([]uint16, 0, n)}
	i, j := 0, 0
	for i < len(a.keys) && j < len(b.keys) {
		set := uint16(0)
		c := compare(&a.keys[i], &b.keys[j])
		switch {
		case c < 0:
			out.keys, set = append(out.keys, a.keys[i]), a.at(i)
			i++
		case c > 0:
			out.keys, set = append(out.keys, b.keys[j]), b.at(j)
			j++
		default:
			u, err := sets.union(a.at(i), b.at(j))
			if err != nil {
				return run{}, err
			}
			out.keys, set = append(out.keys, a.keys[i]), u
			i++
			j++
		}
		out.sets = append(out.sets, set)
	}
	out.tail(a, i)
	out.tail(b, j)
	return out, nil
}

func (r *run) tail(from *run, i int) {
	r.keys = append(r.keys, from.keys[i:]...)
	for ; i < len(from.keys); i++ {
		r.sets = append(r.sets, from.at(i))
	}
}
