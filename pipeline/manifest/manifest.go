// Package manifest is the record of a run: what was read, checked against which
// lists, decided for which reasons, and written, so that an auditor can re-check
// every figure from the files years later.
//
// A manifest is an in-toto Statement (v1) whose subjects are the outputs and whose
// predicate is the Predicate below. It holds no personal data and no floating-point
// numbers. FORMAT.md says what each field means and since which version;
// manifest.schema.json is the same for programs.
//
// Everything in the predicate but Ledger, Run and Chain is a function of the inputs, the
// lists, the policy and the clock given; ContentDigest is the digest of that part.
package manifest

import (
	"crypto/sha256"
	"encoding/json"
	"hash"
	"time"

	"github.com/cespare/xxhash/v2"
)

// Types of the documents this package reads and writes. A change that an old reader
// would misunderstand gets a new number; new fields do not.
const (
	StatementType = "https://in-toto.io/Statement/v1"
	PredicateType = "https://sluice.dev/manifest/v1"
	FailureType   = "https://sluice.dev/failed-manifest/v1"
)

// A Statement is a whole manifest.
type Statement struct {
	Type          string    `json:"_type"`
	Subject       []Subject `json:"subject"`
	PredicateType string    `json:"predicateType"`
	Predicate     Predicate `json:"predicate"`
}

// A Subject is one output and its digest.
type Subject struct {
	Name   string `json:"name"`
	Digest Digest `json:"digest"`
}

// A Digest is of a file's bytes as stored, in lower-case hex. One of the two is set.
type Digest struct {
	SHA256 string `json:"sha256,omitempty"`
	XXH64  string `json:"xxh64,omitempty"`
}

// Hash returns what d was made with, and what that comes to if the bytes are the same.
func (d Digest) Hash() (h hash.Hash, sum string) {
	if d.SHA256 == "" && d.XXH64 != "" {
		return xxhash.New(), d.XXH64
	}
	return sha256.New(), d.SHA256
}

// A Predicate is what sluice says of a run.
type Predicate struct {
	Tool          Tool          `json:"tool"`
	Policy        Policy        `json:"policy"`
	Inputs        []Input       `json:"inputs"`
	Lists         []List        `json:"lists"`
	Index         Index         `json:"index"`
	Accounting    Accounting    `json:"accounting"`
	Reasons       []ReasonCount `json:"reasons"`
	Flags         []FlagCount   `json:"flags"`
	Columns       []Column      `json:"columns"`
	DataMap       *DataMap      `json:"data_map,omitempty"`
	Shard         *Shard        `json:"shard,omitempty"`  // if a part of the list was screened
	Shards        *Shards       `json:"shards,omitempty"` // if the manifests of all parts were merged
	Outputs       []Output      `json:"outputs"`
	Ledger        *Ledger       `json:"ledger,omitempty"`
	NotChecked    []NotChecked  `json:"not_checked"`
	Rescreen      *Rescreen     `json:"rescreen,omitempty"`
	ContentDigest string        `json:"content_digest"`
	Run           Run           `json:"run"`
	Chain         Chain         `json:"chain"`
}

// Tool is the program that ran.
type Tool struct {
	Name    string  `json:"name"`
	Version string  `json:"version"`
	Commit  string  `json:"commit,omitempty"`
	Tables  []Table `json:"tables"`
}

// A Table is reference data that the program or the operator brought.
type Table struct {
	Name    string `json:"name"`
	Version string `json:"version,omitempty"`
	Origin  string `json:"origin,omitempty"` // embedded, or the file's name
	SHA256  string `json:"sha256"`
}

// Policy is what the run had to check.
type Policy struct {
	Name        string          `json:"name,omitempty"`
	SHA256      string          `json:"sha256"` // of the policy file's bytes, or of the canonical JSON of Effective if there was none
	Effective   json.RawMessage `json:"effective"`
	ReasonOrder []string        `json:"reason_order"`
	Files       []PolicyFile    `json:"files,omitempty"`            // that the policy was read from: its own first, then its bases
	Digest      string          `json:"effective_sha256,omitempty"` // of the canonical JSON of Effective, if there were files
	Clock       string          `json:"clock,omitempty"`            // the date that ages are counted to, RFC 3339
}

// A PolicyFile is one file that a policy was read from.
type PolicyFile struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
}

// An Input is one file or stream that was read.
type Input struct {
	Name        string    `json:"name"`
	Format      string    `json:"format"`
	Compression string    `json:"compression"`
	Settings    []Setting `json:"settings"`
	Rows        int64     `json:"rows"`
	Bytes       int64     `json:"bytes"`
	Offset      int64     `json:"offset,omitempty"`     // where the bytes read start in the file, of a part of it
	Whole       int64     `json:"file_bytes,omitempty"` // bytes of the file, of which a part was read; else absent
	Digest      Digest    `json:"digest"`
}

// A Setting is one thing the reader decided about an input, and how.
type Setting struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	How   string `json:"how"` // detected, default, set
}

// A List is one suppression list.
type List struct {
	ID         int    `json:"id"` // as in the decision ledger, from 1
	Name       string `json:"name"`
	Class      string `json:"class"`
	Scope      string `json:"scope,omitempty"`
	Entries    int64  `json:"entries"`
	Refused    int64  `json:"refused"` // lines that held no entry
	AsOf       string `json:"as_of,omitempty"`
	AsOfSource string `json:"as_of_source,omitempty"` // set, header, file_name, modified
	MaxAge     string `json:"max_age,omitempty"`
	Digest     Digest `json:"digest"`
	File       string `json:"file,omitempty"`  // that it was read from
	Index      string `json:"index,omitempty"` // the index file that it was compiled into earlier

	Overrides []Override `json:"overrides,omitempty"`

	Matched int64 `json:"matched"` // rows with an entry on it
	Decided int64 `json:"decided"` // rows whose primary reason it is
}

// An Override is a guard that a list did not pass, and why it was used all the same.
type Override struct {
	Guard  string `json:"guard"` // stale, shrunk, rollback, scope, empty
	What   string `json:"what"`  // what is wrong with the list
	Reason string `json:"reason"`
}

// An IndexFile is a file of compiled lists.
type IndexFile struct {
	Name   string `json:"name"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"` // of what follows its first 4,096 bytes
}

// Index is the compiled lists.
type Index struct {
	SHA256 string      `json:"sha256,omitempty"` // of the one index file that holds all lists
	Files  []IndexFile `json:"files,omitempty"`

	Method         string `json:"method,omitempty"`
	Entries        int64  `json:"entries"`
	BloomHits      int64  `json:"bloom_hits"`
	FalsePositives int64  `json:"bloom_false_positives"`
}

// Accounting is every row read, by verdict.
type Accounting struct {
	Read        int64 `json:"read"`
	Kept        int64 `json:"kept"`
	Quarantined int64 `json:"quarantined"`
	Rejected    int64 `json:"rejected"`
	Sealed      int64 `json:"sealed"`
}

// A ReasonCount is the rows of one verdict with one primary reason.
type ReasonCount struct {
	Reason  string `json:"reason"`
	Verdict string `json:"verdict"`
	Rows    int64  `json:"rows"`
}

// A FlagCount is the kept rows that carry a flag.
type FlagCount struct {
	Flag string `json:"flag"`
	Rows int64  `json:"rows"`
}

// A Shard is the part of a list that a run screened.
type Shard struct {
	Index      int    `json:"index"` // from 1
	Count      int    `json:"count"`
	Job        string `json:"job_sha256"`  // of what all shards of one job have in common
	RowsBefore int64  `json:"rows_before"` // of the list, that other shards have
	Malformed  int64  `json:"malformed"`   // rows that could not be read, whatever became of them
}

// Shards are those whose manifests were merged.
type Shards struct {
	Job       string   `json:"job_sha256"`
	Malformed int64    `json:"malformed"`
	Merged    []Merged `json:"merged"` // by index
}

// Merged is the manifest of one shard.
type Merged struct {
	Index  int    `json:"index"`
	Name   string `json:"name"`
	Rows   int64  `json:"rows"` // read
	SHA256 string `json:"sha256"`
}

// A Column is one column of the list in the data map.
type Column struct {
	Index      int      `json:"index"` // from 1
	Name       string   `json:"name"`
	Role       string   `json:"role,omitempty"`
	Tag        string   `json:"tag,omitempty"`
	Class      string   `json:"class,omitempty"`
	Personal   bool     `json:"personal"`
	Confidence int      `json:"confidence_percent,omitempty"`
	Evidence   []string `json:"evidence,omitempty"`
	Action     string   `json:"action,omitempty"` // keep, drop, mask, sha1, hmac-sha256, redact
	Source     string   `json:"source,omitempty"`
	LegalBasis string   `json:"legal_basis,omitempty"`

	LIARef      string     `json:"lia_ref,omitempty"`
	Subject     string     `json:"subject,omitempty"`     // prospect, other, company, operator
	Sensitivity string     `json:"sensitivity,omitempty"` // none, company, low, medium, high, special
	Special     string     `json:"special,omitempty"`     // the category of GDPR Art. 9 or 10
	DecidedBy   string     `json:"decided_by,omitempty"`
	RunnersUp   []RunnerUp `json:"runners_up,omitempty"`
	Category    string     `json:"policy_category,omitempty"`
	Fides       string     `json:"fides,omitempty"` // data category of fideslang
	DPV         string     `json:"dpv,omitempty"`   // IRI of the W3C Data Privacy Vocabulary
	Drift       int64      `json:"drift,omitempty"` // watched cells that the tag does not cover
}

// A RunnerUp is a tag that a column might have had.
type RunnerUp struct {
	Tag        string `json:"tag"`
	Confidence int    `json:"confidence_percent"`
}

// DataMap is how the columns' tags were found.
type DataMap struct {
	Vocabulary  string `json:"vocabulary"`            // version of the tags and of what finds them
	SampleRows  int    `json:"sample_rows"`           // at the head of the list
	WatchedRows int64  `json:"watched_rows"`          // behind it, compared with what the head told
	Personal    int    `json:"personal_columns"`      // columns of personal data
	Written     int    `json:"personal_written"`      // and those of them that were written, as they are or replaced
	HMACKey     string `json:"hmac_key_id,omitempty"` // name of the key of hmac-sha256, which does not give it away
}

// An Output is one file that was published, or standard output.
type Output struct {
	Role      string `json:"role"` // kept, quarantine, annotated, restricted, rejects, decisions, …
	Name      string `json:"name"`
	Format    string `json:"format,omitempty"`
	Encrypted string `json:"encrypted,omitempty"` // age, or nothing
	Rows      int64  `json:"rows"`
	Bytes     int64  `json:"bytes"`
	Digest
	Recipient string `json:"recipient,omitempty"` // to whom it goes, as the run was told
}

// NotChecked is a check that was off or could not be made.
type NotChecked struct {
	What string `json:"what"`
	Why  string `json:"why"`
	Rows int64  `json:"rows,omitempty"`
}

// Run is what differs from one run to the next on the same data.
type Run struct {
	ID       string    `json:"id"`
	Started  time.Time `json:"started"`
	Finished time.Time `json:"finished"`
	Host     string    `json:"host,omitempty"`
	Settings []Setting `json:"settings,omitempty"`
	Stages   []Stage   `json:"stages,omitempty"`
	Warnings []string  `json:"warnings,omitempty"`
}

// A Stage is a part of the run and how long it took.
type Stage struct {
	Name   string `json:"name"`
	Millis int64  `json:"ms"`
}

// Chain ties a manifest to the one before it. The first has sequence 1 and nothing
// else.
type Chain struct {
	Sequence int64  `json:"sequence"`
	Previous string `json:"previous_sha256,omitempty"` // of the previous manifest's bytes
	Name     string `json:"previous_name,omitempty"`   // seen from this manifest's directory
	Self     string `json:"self_sha256,omitempty"`     // of the statement without this field
}

// Roles of outputs that are known to sum up to the accounting.
const (
	RoleKept       = "kept"
	RoleQuarantine = "quarantine"
	RoleAnnotated  = "annotated"
	RoleRestricted = "restricted"
	RoleRejects    = "rejects"
	RoleDecisions  = "decisions"
)

// RoleMetadata is a description of the list, in a file beside it; that of another list
// has the list's role in front. It has no rows, and the format FormatCSVW.
const (
	RoleMetadata = "metadata"
	FormatCSVW   = "csvw"
)
