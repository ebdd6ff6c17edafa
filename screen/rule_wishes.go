package screen

import (
	"bytes"
	"encoding/binary"
	"slices"
	"unicode/utf8"

	"sluice/screen/address"
	"sluice/screen/suppress"
)

// wishes tests every row against the suppression lists: its main address in all
// forms, every other address-like text in it, its telephone numbers and profiles, and
// the domains of its addresses and website. Broken rows are searched as plain text.
func (w *Worker) wishes(in *Input, out *Outcome) {
	w.mails(in)
	main := len(w.probes.of)
	if len(w.s.indexes) > 0 || w.trace != nil {
		w.others(in, out)
		for _, c := range in.Strays {
			w.text(c.Row, c.Text, out)
		}
		for _, c := range in.Broken {
			w.text(c.Row, c.Text, out)
		}
		w.phones(in)
		w.profiles(in)
	}
	w.lookup(main, out)
	out.Matches = order(out.Matches)
	for _, m := range out.Matches {
		d := &out.Decisions[m.Row]
		d.Reasons = d.Reasons.With(m.Reason)
	}
}

// mails gathers the look-ups of the canonical forms of the main addresses.
func (w *Worker) mails(in *Input) {
	a, p := &w.rows, &w.probes
	p.reset(in.N)
	for i, end := range a.ends[1:] {
		if end != a.ends[i] {
			p.add(int(end), i, address.Canonical, mail)
		}
	}
}

// others gathers the look-ups of the main addresses' other digests and forms, and of
// what else may be an address in their cells. Most addresses have no other form and are
// no more than an address: for them it takes a look at their flags and at their ends.
func (w *Worker) others(in *Input, out *Outcome) {
	a, raws := &w.rows, in.Col(Email)
	equals := bytes.IndexByte(a.text[:a.ends[in.N]], '=') >= 0
	for i := range in.N {
		canon, info := a.address(i), a.infos[i]
		if len(canon) == 0 {
			continue
		}
		if len(w.s.further) > 0 {
			w.digests(i, address.Canonical, canon)
		}
		if w.s.forms.Beside(canon, info) != 0 {
			for _, alt := range w.parser.Alternates(raws.At(i), canon, info, w.s.forms) {
				w.ask(i, alt.Form, alt.Text)
			}
		}
		if info.Status == address.Multiple || info.Status == address.Syntax || info.Status == address.DomainSyntax ||
			marked(canon) || equals && bytes.IndexByte(canon, '=') > 0 {
			w.text(i, raws.At(i), out) // there may be an address somewhere in it
		}
	}
}

// ask gathers the look-ups of one form of an address: that of its SHA-1, and one for
// each further algorithm with which some list's digests were made.
func (w *Worker) ask(row int, form address.Form, text []byte) {
	w.rows.text = append(w.rows.text, text...)
	w.probes.add(len(w.rows.text), row, form, mail)
	w.digests(row, form, text)
}

// digests gathers the look-ups of an address with the algorithms other than SHA-1.
func (w *Worker) digests(row int, form address.Form, text []byte) {
	for _, a := range w.s.further {
		w.rows.text = a.AppendAddress(w.rows.text, text)
		w.probes.add(len(w.rows.text), row, form, hashed)
	}
}

// marked reports whether a canonical address starts with a mark that may be its
// surroundings', such as a spreadsheet's = or ' and a list's * or -. Like one that has a
// word and an = before it ("email=jane@w.example"), since a local part may hold these,
// the whole is an address, and what is behind them may be another.
func marked(canon []byte) bool {
	c := canon[0]
	return c < utf8.RuneSelf && c|0x20-'a' >= 26 && c-'0' >= 10
}

// text gathers the look-ups of every address-like part of free text.
func (w *Worker) text(row int, text []byte, out *Outcome) {
	w.asWritten(row, text, out)
	var changed bool
	if w.scratch, changed = address.AppendPlain(w.scratch[:0], text); changed {
		w.asWritten(row, w.scratch, out)
	}
}

func (w *Worker) asWritten(row int, text []byte, out *Outcome) {
	w.found = address.Find(w.found[:0], text)
	var parsed address.Parsed
	for _, t := range w.found {
		raw := text[t.Lo:t.Hi]
		w.parser.Parse(raw, &parsed)
		if len(parsed.Canon) == 0 {
			continue
		}
		w.ask(row, address.Canonical, parsed.Canon)
		for _, alt := range w.parser.Alternates(raw, parsed.Canon, parsed.Info, w.s.forms) {
			w.ask(row, alt.Form, alt.Text)
		}
		if host := parsed.Domain(); host != nil {
			w.covered(out, row, host, ExcludedDomain)
			if w.trace != nil {
				w.trace.host(row, host)
			}
		}
	}
}

// phones gathers the look-ups of telephone numbers, national ones by the row's country.
func (w *Worker) phones(in *Input) {
	if !w.s.phones && w.trace == nil {
		return
	}
	countries := in.Col(Country)
	for _, col := range in.Cols[Phone] {
		for i := range in.N {
			raw := col.At(i)
			if len(raw) == 0 {
				continue
			}
			code := ""
			if countries.Len() > 0 {
				code = remembered(&w.codes, countries.At(i), func(cell []byte) string { return address.CallingCode(string(cell)) })
			}
			if text, ok := address.AppendPhone(append(*w.room(w.s.phones), suppress.PhonePrefix...), raw, code); ok {
				w.gather(i, text, phone, w.s.phones)
			}
		}
	}
}

// profiles gathers the look-ups of profile URLs.
func (w *Worker) profiles(in *Input) {
	if !w.s.profiles && w.trace == nil {
		return
	}
	for _, col := range in.Cols[Social] {
		for i := range in.N {
			raw := col.At(i)
			if len(raw) == 0 {
				continue
			}
			if text, ok := address.AppendProfile(append(*w.room(w.s.profiles), suppress.ProfilePrefix...), raw); ok {
				w.gather(i, text, profile, w.s.profiles)
			}
		}
	}
}

// room returns where texts are laid that lists are asked about; listed is whether some list
// may hold one. Else they are only noted.
func (w *Worker) room(listed bool) *[]byte {
	if listed {
		return &w.rows.text
	}
	return &w.trace.text
}

// gather gathers the look-up of what was appended to room.
func (w *Worker) gather(row int, text []byte, k kind, listed bool) {
	*w.room(listed) = text
	if listed {
		w.probes.add(len(text), row, address.Canonical, k)
	} else {
		w.trace.add(row)
	}
}

// lookup hashes everything gathered and asks the indexes about it. The first main
// look-ups are for the canonical forms of rows, whose keys are their prints. While the
// memory that look-ups asked for is on its way, the texts of the next ones are hashed.
func (w *Worker) lookup(main int, out *Outcome) {
	w.rows.text, w.stats = slices.Grow(w.rows.text, address.Slack), suppress.Stats{}
	w.hash(0, main, out)
	for lo := 0; lo < len(w.probes.of); lo += lookups {
		w.hash(lo+lookups, main, out)
		w.find(lo, out)
	}
	out.BloomHits, out.FalsePositives = w.stats.FilterHits, w.stats.FalsePositives
}

// hash makes the keys of the look-ups from number lo on.
func (w *Worker) hash(lo, main int, out *Outcome) {
	of, keys := w.probes.some(lo)
	if len(of) == 0 {
		return
	}
	const asked = 32 // keys at a time, so that the processor has the waits of no more under way
	for from := 0; from < len(keys); from += asked {
		some := keys[from:min(from+asked, len(keys))]
		address.Sums(w.hasher, some, w.rows.text, w.probes.ends[lo+from:])
		for k := range w.s.indexes {
			w.s.indexes[k].Ahead(some)
		}
	}
	if w.trace != nil {
		w.trace.note(of, keys)
	}
	for i := range of[:min(max(main-lo, 0), len(of))] {
		out.Prints[of[i].row] = binary.LittleEndian.Uint64(keys[i][:]) | 1
	}
}

// find looks up the keys of the look-ups from number lo on.
func (w *Worker) find(lo int, out *Outcome) {
	of, keys := w.probes.some(lo)
	hits := w.probes.hits[:len(of)]
	for k := range w.s.indexes {
		x := &w.s.indexes[k]
		x.LookupBatch(keys, hits, &w.stats)
		for i, h := range hits {
			if h != 0 {
				excluded := [...]Reason{mail: ExcludedEmail, phone: ExcludedPhone, profile: ExcludedSocial, hashed: ExcludedEmail}[of[i].kind]
				w.matched(out, int(of[i].row), x, h, excluded, of[i].form)
			}
		}
	}
}

// covered records the lists that hold the host or a domain above it.
func (w *Worker) covered(out *Outcome, row int, host []byte, excluded Reason) {
	for k := range w.s.indexes {
		x := &w.s.indexes[k]
		if h := x.Domain(host); h != 0 {
			w.matched(out, row, x, h, excluded, uint8(address.Canonical))
		}
	}
}

// matched records that a row is on the lists of h in x; excluded is the reason if such
// a list is of no special class.
func (w *Worker) matched(out *Outcome, row int, x *index, h suppress.Hit, excluded Reason, form uint8) {
	for _, l := range x.Members(h) {
		l += x.before
		out.Matches = append(out.Matches, Match{Row: row, Reason: ReasonOf(w.s.lists[l-1].Class, excluded), List: l, Form: form})
	}
}

// ReasonOf returns the reason behind a hit on a list of class c.
func ReasonOf(c suppress.Class, excluded Reason) Reason {
	switch c {
	case suppress.Erasure:
		return Erased
	case suppress.ErasureState:
		return ErasedState
	case suppress.Objection:
		return Objected
	case suppress.ConsentWithdrawn:
		return ConsentWithdrawn
	case suppress.DoNotSell:
		return DoNotSell
	case suppress.Restriction:
		return Restricted
	case suppress.AutomatedObjection:
		return AutomatedObjection
	case suppress.Bounce:
		return Bounced
	case suppress.OptOut, suppress.Customer:
		return excluded
	}
	return excluded
}

// sealing is the reasons that seal a row.
const sealing Reasons = 1<<Erased | 1<<ErasedState | 1<<Objected | 1<<ConsentWithdrawn

// attribute names the list behind each row's primary reason, and forgets of sealed
// rows all but what sealed them.
func (w *Worker) attribute(out *Outcome) {
	for _, m := range out.Matches {
		d := &out.Decisions[m.Row]
		if d.Verdict == Sealed {
			d.Reasons &= sealing
			d.Flags = 0
			d.Evidence = [NumGates]EvidenceKind{}
		}
		if r, ok := w.s.policy.Primary(d.Reasons); ok && d.List == 0 && r == m.Reason {
			d.List, d.Form = m.List, m.Form
		}
	}
}
