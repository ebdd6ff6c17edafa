// Package policy reads policy files: what the runs of a campaign must check, what each
// reason leads to, what is known of where the data came from, and what becomes of its
// columns. FORMAT.md says what each setting means; policy.schema.json is the same for
// editors and validators.
//
// A file is YAML 1.2 without tags and merge keys. Reading it reports everything that is
// wrong with it, each with line and column. It may name a base file, which several
// campaigns share: its lists, assessments and suppliers hold for every campaign, and of
// everything else the campaign's own setting replaces the base's.
//
// The package knows neither flags nor the environment nor the clock. What a setting means
// for rules and outputs is for the packages that carry it out.
package policy
