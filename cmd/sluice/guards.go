package main

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"sluice/pipeline/manifest"
	"sluice/screen/suppress"
)

// guards say which suppression lists a run may use, and what it was allowed to put up
// with for a reason.
type guards struct {
	maxAge     perList[time.Duration]
	maxShrink  perList[int]
	scope      string // tenant or campaign of the run
	previous   string // the manifest of the run before; empty for the one that this run's replaces
	allowances [len(allowable)]string
}

// allowable are the guards that a reason overrides, each with its flag --allow-CODE. A
// list that is missing or damaged is none: a run without it says so by not naming it.
var allowable = [...]suppress.Code{suppress.NoEntries, suppress.Stale, suppress.Shrunk, suppress.Rollback, suppress.Scope}

// flags defines the flags of the guards. Those that are seldom given are described by
// sluice help guards.
func (g *guards) flags(f *pflag.FlagSet) {
	g.listFlags(f)
	g.maxShrink.parse = parsePercent
	f.Var(&g.maxShrink, "max-shrink", "refuse lists that lost more than `[LIST=]N%` since the last manifest")
	f.StringVar(&g.scope, "scope", "", "`NAME` of the run's tenant or campaign: refuse lists of another one")
	f.StringVar(&g.previous, "previous-manifest", "", "`FILE` to compare lists with (default: the manifest that this run's replaces)")
	f.MarkHidden("previous-manifest")
	g.allow(f, suppress.Shrunk, suppress.Rollback)
}

// listFlags defines the flags of those guards that stand before a list whatever it is
// read for.
func (g *guards) listFlags(f *pflag.FlagSet) {
	g.maxAge.parse = parseAge
	f.Var(&g.maxAge, "max-age", "refuse suppression lists older than `[LIST=]AGE`, such as 24h or erasure=12h")
	g.allow(f, suppress.NoEntries, suppress.Stale, suppress.Scope)
}

// allow defines the flags that give reasons.
func (g *guards) allow(f *pflag.FlagSet, codes ...suppress.Code) {
	what := map[suppress.Code]string{suppress.NoEntries: "lists without entries", suppress.Stale: "lists older than they may be",
		suppress.Shrunk: "lists smaller than they may be", suppress.Rollback: "lists older than those used before",
		suppress.Scope: "lists of another scope"}
	for i, code := range allowable {
		if !slices.Contains(codes, code) {
			continue
		}
		name := "allow-" + string(code)
		f.StringVar(&g.allowances[i], name, "", "`REASON`, recorded in the manifest, to use "+what[code])
		f.MarkHidden(name)
	}
}

// guardsTopic is what sluice help guards says.
func guardsTopic() *cobra.Command {
	return &cobra.Command{
		Use:   "guards",
		Short: "about the guards that stand before suppression lists",
		Long: `A suppression list that is not what it should be stops screen and explain before
anything is written. The message is error[list_GUARD]; the exit code is 4 where the
list cannot be used (missing, empty, damaged), else 3:

  missing    there is no such file
  empty      it has no entry                                  --allow-empty REASON
  stale      it is older than --max-age [LIST=]AGE            --allow-stale REASON
  shrunk     it has lost more entries since the last run
             than --max-shrink [LIST=]N%                      --allow-shrunk REASON
  rollback   it is older than the one that the last run used  --allow-rollback REASON
  damaged    it was cut, or is not what its checksum says
  scope      it is of another tenant or campaign than
             --scope NAME                                     --allow-scope REASON
  canary     an entry that must be in it is not

The flag beside a guard lets such lists pass. Its reason goes into the manifest, which
names the list and what was wrong with it. A list that is missing or damaged never
passes: a run without it is one that does not name it.

LIST is a class or a list's name. What is said of a name goes before what is said of its
class, and that before what is said of all: --max-age 30d --max-age erasure=24h.

The last run is the one whose manifest --manifest replaces, or the one that
--previous-manifest FILE names. As of when a list is, a comment in it says (# as-of:
2026-03-12), else a date in its name, else the time of its file; of an index, what it was
built from. A list may also say "# count: N", "# sha256: HEX" of what stands above,
"# scope: NAME" and "# canary: ADDRESS".

--list-cache DIR keeps what lists given as text were compiled into, for the next run
with the same lists.`,
	}
}

// allowed returns the reasons given, by what they allow.
func (g *guards) allowed() map[suppress.Code]string {
	all := map[suppress.Code]string{}
	for i, reason := range g.allowances {
		if reason != "" {
			all[allowable[i]] = reason
		}
	}
	return all
}

// lastUse is what the last manifest says of a list.
type lastUse struct {
	entries int64
	asOf    time.Time
}

// A listKey names a list over many runs.
type listKey struct {
	name  string
	class suppress.Class
}

// uses are the lists of the last run.
type uses map[listKey]lastUse

// of returns what is known of a list. One whose name holds a date is found under that
// of another day, unless there are several.
func (u uses) of(name string, class suppress.Class) lastUse {
	if use, ok := u[listKey{name, class}]; ok {
		return use
	}
	var found lastUse
	n := 0
	for k, use := range u {
		if k.class == class && k.name != name && undated(k.name) == undated(name) {
			found = use
			n++
		}
	}
	if n != 1 {
		return lastUse{}
	}
	return found
}

// undated returns a name with 0 for each digit, and so for each date the same.
func undated(name string) string {
	return strings.Map(func(r rune) rune {
		if '0' <= r && r <= '9' {
			return '0'
		}
		return r
	}, name)
}

// last reads the last manifest, which is at path if no flag names another. There need
// be none: then this is the first run.
func (g *guards) last(path string) (uses, error) {
	named := g.previous != ""
	if named {
		path = g.previous
	}
	if path == "" || path == "-" {
		return nil, nil
	}
	st, err := manifest.ReadFile(path)
	switch {
	case err != nil && named:
		return nil, &failure{exit: exitInput, code: "manifest", err: unread(path, err), hint: "--previous-manifest takes the manifest of an earlier run"}
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, manifest.ErrNotManifest):
		return nil, nil
	case err != nil:
		return nil, &failure{exit: exitInput, code: "manifest", err: unread(path, err), hint: "the lists cannot be compared with those of the last run"}
	}
	known := uses{}
	known.take(st)
	return known, nil
}

// take notes what a manifest says of its lists. It is newer than those before, but they
// may have used a newer list; one that a reason let pass is as old as it is.
func (u uses) take(st *manifest.Statement) {
	for _, l := range st.Predicate.Lists {
		class, err := suppress.ParseClass(l.Class)
		if err != nil {
			continue
		}
		use := lastUse{entries: l.Entries, asOf: u[listKey{l.Name, class}].asOf}
		passed := slices.ContainsFunc(l.Overrides, func(o manifest.Override) bool { return o.Guard == string(suppress.Rollback) })
		if t, err := time.Parse(time.RFC3339, l.AsOf); err == nil && (passed || t.After(use.asOf)) {
			use.asOf = t
		}
		u[listKey{l.Name, class}] = use
	}
}

// guard completes what is known of a list with what it must be like, by the flags or
// else by what a policy says where it names the list.
func (g *guards) guard(spec *suppress.ListSpec, arg *listArg, name string, last uses) {
	if age, ok := g.maxAge.of(name, spec.Class); ok {
		spec.MaxAge = age
	} else if arg.maxAge > 0 {
		spec.MaxAge = arg.maxAge
	}
	spec.RunScope = g.scope
	spec.Allow = g.allowed()
	use := last.of(name, spec.Class)
	spec.NotBefore = use.asOf
	if percent, ok := g.maxShrink.of(name, spec.Class); ok {
		spec.Previous, spec.MaxShrink = use.entries, percent
	} else if arg.maxShrink != nil {
		spec.Previous, spec.MaxShrink = use.entries, *arg.maxShrink
	}
}

// recheck guards a list that is in the index file of arg: what it was built with may not
// do for this run.
func (g *guards) recheck(info *suppress.ListInfo, arg *listArg, now time.Time, last uses) error {
	spec := suppress.ListSpec{Path: arg.path, Name: info.Name, Class: info.Class, Scope: arg.scope, Now: now, MaxAge: info.MaxAge}
	g.guard(&spec, arg, info.Name, last)
	return spec.Recheck(info)
}

// check returns an error if a flag is for a list that there is none of.
func (g *guards) check(names map[string]bool) error {
	err := errors.Join(g.maxAge.strangers("max-age", names), g.maxShrink.strangers("max-shrink", names))
	if err != nil {
		return usage(err, "a list's name is that of its file without the directory; the classes are those of -s")
	}
	return nil
}

// effective adds to the policy of a run what the guards check.
func (g *guards) effective(policy map[string]any) {
	perListSettings(policy, "max_age", &g.maxAge, time.Duration.String)
	perListSettings(policy, "max_shrink", &g.maxShrink, func(n int) string { return fmt.Sprintf("%d%%", n) })
	if g.scope != "" {
		policy["scope"] = g.scope
	}
}

func perListSettings[T any](policy map[string]any, name string, f *perList[T], text func(T) string) {
	some := map[string]string{}
	for _, v := range f.values {
		if v.list == "" {
			policy[name] = text(v.value)
		} else {
			some[v.list] = text(v.value)
		}
	}
	if len(some) > 0 {
		policy[name+"_of"] = some
	}
}

// explainedList tells lists that are no longer what the run should rest on (too old,
// too small, another's: a gate, which a recorded reason opens) from those that cannot be
// used at all.
func explainedList(err error, list *suppress.ListError) *failure {
	f := &failure{exit: exitList, code: "list_" + string(list.Code), err: err, hint: list.Hint}
	switch list.Code {
	case suppress.Stale, suppress.Shrunk, suppress.Rollback, suppress.Scope, suppress.Canary:
		f.exit = exitGate
	}
	for _, code := range allowable {
		if list.Code == code {
			f.hint += fmt.Sprintf("; or say why it may be used, for the manifest: --allow-%s REASON", code)
		}
	}
	return f
}
