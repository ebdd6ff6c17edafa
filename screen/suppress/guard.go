package suppress

import (
	"fmt"
	"strings"
	"time"
)

// pass lets a list pass the check that e says it failed, if spec allows that for a
// reason, and records it. Else it returns e, completed.
func (s *ListSpec) pass(e *ListError, info *ListInfo) error {
	e = s.fail(e)
	reason := strings.TrimSpace(s.Allow[e.Code])
	if reason == "" || !e.Code.Guard() || e.Err != nil && e.Code == Damaged {
		return e
	}
	info.Overrides = append(info.Overrides, Override{Code: e.Code, What: e.What, Reason: reason})
	return nil
}

// settle takes what the comments at the head of the list, its name and the file system
// say of it, and applies the checks that need no entry.
func (s *ListSpec) settle(h *header, modified time.Time, info *ListInfo) error {
	switch {
	case !s.AsOf.IsZero():
		info.AsOf, info.AsOfSource = s.AsOf, "set"
	case !h.asOf.IsZero():
		info.AsOf, info.AsOfSource = h.asOf, "header"
	default:
		if t, ok := dateInName(s.Path); ok {
			info.AsOf, info.AsOfSource = t, "file_name"
		} else if !modified.IsZero() {
			info.AsOf, info.AsOfSource = modified, "modified"
		}
	}
	info.MaxAge = s.MaxAge
	info.Scope = s.Scope
	if info.Scope == "" {
		info.Scope = h.scope
	}
	if h.scope != "" && h.scope != info.Scope {
		e := &ListError{Code: Scope, What: "says that it belongs to another scope than it was given with",
			Hint: "give it with the scope that its own comment names"}
		if err := s.pass(e, info); err != nil {
			return err
		}
	}
	if err := s.checkScope(info); err != nil {
		return err
	}
	if err := s.checkAge(info); err != nil {
		return err
	}
	return s.checkRollback(info)
}

// checkScope refuses a list of another tenant or campaign.
func (s *ListSpec) checkScope(info *ListInfo) error {
	if s.RunScope == "" || info.Scope == "" || s.RunScope == info.Scope || strings.HasPrefix(s.RunScope, info.Scope+"/") {
		return nil
	}
	return s.pass(&ListError{Code: Scope, What: fmt.Sprintf("belongs to scope %s, and the run to %s", info.Scope, s.RunScope),
		Hint: "give the run the lists of its own scope"}, info)
}

// slack is how far a list's as-of time may lie ahead of the run's clock: clocks differ,
// and a date without a time may be that of another time zone.
const slack = 26 * time.Hour

// checkAge refuses a list that is too old, or of unknown age where age matters.
func (s *ListSpec) checkAge(info *ListInfo) error {
	if s.MaxAge <= 0 {
		return nil
	}
	e := &ListError{Code: Stale}
	switch is := s.Now.Sub(info.AsOf); {
	case info.AsOf.IsZero():
		e.What, e.Hint = "its age is not known, and at most "+age(s.MaxAge)+" is allowed", "say as of when it is"
	case s.Now.IsZero():
		e.What, e.Hint = "its age cannot be told without a clock", "give the time of the run"
	case is > s.MaxAge:
		e.What, e.Hint = fmt.Sprintf("is %s old; at most %s is allowed", age(is), age(s.MaxAge)), "fetch the list again"
	case is < -slack:
		e.What, e.Hint = fmt.Sprintf("its age cannot be told: its as-of time lies %s ahead", age(-is)), "correct its as-of time, or the clock"
	default:
		return nil
	}
	return s.pass(e, info)
}

// checkRollback refuses a list older than the one that was used last.
func (s *ListSpec) checkRollback(info *ListInfo) error {
	if s.NotBefore.IsZero() || !info.AsOf.Before(s.NotBefore) {
		return nil
	}
	e := &ListError{Code: Rollback, Hint: "fetch the list again",
		What: fmt.Sprintf("is older than when it was last used: as of %s, then %s",
			info.AsOf.UTC().Format(time.RFC3339), s.NotBefore.UTC().Format(time.RFC3339))}
	if info.AsOf.IsZero() {
		e.What, e.Hint = "may be older than when it was last used: its age is not known", "say as of when it is"
	}
	return s.pass(e, info)
}

// checkShrunk refuses a list that has lost more entries than it may have. It needs the
// number of duplicates.
func (s *ListSpec) checkShrunk(info *ListInfo) error {
	n := info.Distinct()
	if s.Previous <= 0 || n >= s.Previous || 100*float64(s.Previous-n) <= float64(s.MaxShrink)*float64(s.Previous) {
		return nil
	}
	return s.pass(&ListError{Code: Shrunk,
		What: fmt.Sprintf("has %d entries and had %d when it was last used: more than %d%% are gone", n, s.Previous, s.MaxShrink),
		Hint: "fetch the list again; if so many have really been taken off it, allow it to shrink"}, info)
}

// age writes a duration in days from two days up.
func age(d time.Duration) string {
	if d >= 48*time.Hour {
		return fmt.Sprintf("%d days", d/(24*time.Hour))
	}
	return strings.TrimSuffix(d.Round(time.Minute).String(), "0s")
}
