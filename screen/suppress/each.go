package suppress

import "runtime/debug"

// eachKeys is how many keys EachKey hands over at a time: their pages are checked together.
const eachKeys = 1 << 12

// EachKey calls f with all keys of the index in ascending order, some at a time. f must not
// change or keep them. The error is a *ListError: the index's file is damaged.
func (x *Index) EachKey(f func(keys []Key)) error {
	for lo := 0; lo < len(x.keys); lo += eachKeys {
		some := x.keys[lo:min(lo+eachKeys, len(x.keys))]
		if err := x.whole(func() { x.pages.need(keySection, lo*len(Key{}), len(some)*len(Key{})) }); err != nil {
			return err
		}
		f(some)
	}
	return nil
}

// EachDomain calls f with the name of every domain of the index in ascending order. f must
// not change or keep it. The error is a *ListError: the index's file is damaged.
func (x *Index) EachDomain(f func(name []byte)) error {
	for i := range x.domains.len() {
		var name []byte
		if err := x.whole(func() { name = x.domains.name(i) }); err != nil {
			return err
		}
		f(name)
	}
	return nil
}

// whole calls read and returns as an error what a look-up panics with.
func (x *Index) whole(read func()) (err error) {
	if x.file == nil {
		read()
		return nil
	}
	defer func() {
		if p := recover(); p != nil {
			damaged, ok := p.(*ListError)
			if !ok {
				panic(p)
			}
			err = damaged
		}
	}()
	defer x.file.catch(debug.SetPanicOnFault(true))
	read()
	return nil
}
