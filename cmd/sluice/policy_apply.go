package main

import (
	"cmp"
	"errors"
	"path/filepath"
	"strconv"
	"time"

	"github.com/spf13/pflag"

	"sluice/pipeline/policy"
	"sluice/screen"
	"sluice/screen/address"
	"sluice/screen/suppress"
)

// readPolicy reads the policy file that a flag names, if one does, and obeys it. Ages are
// counted to the day of now, unless a flag says to which instant.
func (l *listing) readPolicy(f *pflag.FlagSet, now time.Time) (err error) {
	l.now = now.UTC()
	if l.clock != "" {
		if l.now, err = parseClock(l.clock); err != nil {
			return usage(err, "such as --clock 2026-03-31")
		}
	}
	switch len(l.policyFiles) {
	case 0:
		return nil
	case 1:
	default:
		return usage(errors.New("this command takes one policy"), "give one -p FILE")
	}
	if l.policy, err = loadPolicy(l.policyFiles[0]); err != nil {
		return err
	}
	return obey(f, l.policy)
}

// policyName is what messages and manifests call the policy.
func (l *listing) policyName() string {
	return cmp.Or(l.policy.Name, filepath.Base(l.policyFiles[0]))
}

func parseClock(s string) (time.Time, error) {
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, errors.New("--clock takes a date or an RFC 3339 instant")
}

// obey gives every flag of f that neither the command line nor the environment has set
// the value that the policy has for it.
func obey(f *pflag.FlagSet, p *policy.Loaded) error {
	yes := func(b *bool) string {
		if b == nil {
			return ""
		}
		return strconv.FormatBool(*b)
	}
	number := func(n int) string {
		if n == 0 {
			return ""
		}
		return strconv.Itoa(n)
	}
	dedupe := ""
	if p.Dedupe != nil {
		dedupe = map[bool]string{true: "on", false: "off"}[*p.Dedupe]
	}
	o, t := &p.Outputs, &p.Tables
	for name, value := range map[string]string{
		"output": o.Output.String(), "rejects": o.Rejects.String(), "rejects-content": yes(o.RejectsContent),
		"quarantine": o.Quarantine.String(), "restricted": o.Restricted.String(), "decisions": o.Decisions.String(),
		"manifest": o.Manifest.String(), "to": o.To, "codec": o.Codec, "recipient": o.Recipient, "annotate": yes(o.Annotate), "keys": yes(o.Keys),
		"max-errors": string(p.Limits.MaxErrors), "min-kept": string(p.Limits.MinKept), "max-rejected": string(p.Limits.MaxRejected),
		"memory": string(p.Limits.Memory), "workers": number(p.Limits.Workers), "dedupe": dedupe, "scope": p.Scope,
		"allow-domains": t.AllowDomains.String(), "deny-domains": t.DenyDomains.String(),
		"alias-domains": t.AliasDomains.String(), "targets": t.Targets.String(),
	} {
		flag := f.Lookup(name)
		if value == "" || flag == nil || flag.Changed {
			continue
		}
		if err := flag.Value.Set(value); err != nil {
			return err
		}
	}
	if flag := f.Lookup("encrypt-to"); flag != nil && !flag.Changed {
		for _, r := range o.EncryptTo {
			if err := flag.Value.Set(r); err != nil {
				return err
			}
		}
	}
	return nil
}

// columnNames returns what the policy and the flags, which win, call the columns.
func (l *listing) columnNames() screen.Named {
	named := make(screen.Named)
	for role := range screen.NumRoles {
		if l.policy != nil {
			named[role] = l.policy.Columns[role.String()]
		}
		if l.columns[role] != "" {
			named[role] = l.columns[role]
		}
	}
	return named
}

// rules returns what reasons lead to; nil for the specification's verdicts.
func (l *listing) rules() (*screen.Policy, error) {
	if l.policy == nil {
		return nil, nil
	}
	p := screen.DefaultPolicy()
	for r := range screen.NumReasons {
		if to, ok := l.policy.Rules[r.String()]; ok {
			if err := policy.SetRule(p, r, to); err != nil {
				return nil, err
			}
		}
	}
	return p, nil
}

// forms returns the forms in which addresses are looked up; 0 for the usual ones.
func (l *listing) forms() (set address.FormSet) {
	if l.policy == nil || l.policy.Forms == nil {
		return 0
	}
	set = set.With(address.Canonical)
	for _, name := range l.policy.Forms {
		forms, _ := address.FormsByName(name)
		set |= forms
	}
	return set
}

// listArgs returns the suppression lists of the policy and those of -s.
func (l *listing) listArgs() ([]listArg, error) {
	var all []listArg
	if l.policy != nil {
		for _, list := range l.policy.Lists {
			a := listArg{path: list.Path.String(), scope: list.Scope, named: list.Class != ""}
			if a.named {
				class, err := suppress.ParseClass(list.Class)
				if err != nil {
					return nil, err
				}
				a.class = class
			}
			var err error
			if list.MaxAge != "" {
				if a.maxAge, err = parseAge(string(list.MaxAge)); err != nil {
					return nil, err
				}
			}
			if list.MaxShrink != "" {
				n, err := parsePercent(string(list.MaxShrink))
				if err != nil {
					return nil, err
				}
				a.maxShrink = &n
			}
			if err := a.recognise("lists in the policy"); err != nil {
				return nil, err
			}
			all = append(all, a)
		}
	}
	for _, arg := range l.suppress {
		a, err := parseListArg(arg, "-s")
		if err != nil {
			return nil, err
		}
		all = append(all, a)
	}
	return all, nil
}
