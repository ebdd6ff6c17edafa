package suppress

// Recheck applies to a list of an index the guards that compiling it does not settle for
// good: its scope and age, that it has not shrunk and was not rolled back. The error is a
// *ListError; what s allows is added to info.Overrides. info.MaxAge becomes that of s.
func (s ListSpec) Recheck(info *ListInfo) error {
	info.MaxAge = s.MaxAge
	for _, check := range []func(*ListInfo) error{s.checkScope, s.checkAge, s.checkRollback, s.checkShrunk} {
		if err := check(info); err != nil {
			return err
		}
	}
	return nil
}

// Distinct returns how many entries the list has: repeats count once, and what was taken
// off it not at all.
func (l *ListInfo) Distinct() int64 { return l.Total() - l.Duplicates - l.Removed }
