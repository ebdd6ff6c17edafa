package policy

// Version is the version of policy files that this package reads.
const Version = 1

// A Policy is a whole policy file, together with its bases. The names of its settings are
// those of the JSON tags. The zero value asks for nothing beyond what every run does.
type Policy struct {
	Version int    `json:"version" need:"yes" min:"1" max:"1" doc:"version of this format: 1"`
	Name    string `json:"name,omitempty" doc:"name of the campaign, for manifests"`
	Base    Path   `json:"base,omitzero" doc:"policy file whose settings hold where this one has none; its lists, assessments and suppliers hold in any case"`
	Scope   string `json:"scope,omitempty" doc:"tenant or campaign of the run: lists of another one are refused"`

	Columns     map[string]string `json:"columns,omitempty" keys:"roles" doc:"columns by what they hold, by name or number; else found by their headers"`
	DateFormats map[string]string `json:"date_formats,omitempty" keys:"collected|inactive" enum:"@layouts" doc:"how the dates of a column are written; else recognised from the head of the list"`

	Rules  map[string]string `json:"rules,omitempty" keys:"reasons" enum:"reject|quarantine|flag|off" doc:"what a reason leads to; sealing reasons stay as they are"`
	Forms  []string          `json:"forms,omitempty" enum:"@forms" doc:"forms in which addresses are looked up; canonical always is"`
	Dedupe *bool             `json:"dedupe,omitempty" doc:"drop rows whose address an earlier kept row has (default true)"`

	Lists  []List `json:"lists,omitempty" doc:"suppression lists and index files; those given with -s come on top"`
	Tables Tables `json:"tables,omitzero" doc:"the operator's own domain tables"`

	Regions   []Region  `json:"regions,omitempty" doc:"what is asked of rows by country, first match first"`
	Elsewhere string    `json:"elsewhere,omitempty" enum:"exclude|lia|consent|nothing" doc:"what is asked of rows of countries that no region names (default nothing)"`
	LIA       []LIA     `json:"lia,omitempty" doc:"legitimate interest assessments"`
	PECR      bool      `json:"pecr,omitempty" doc:"GB rows need evidence of a corporate subscriber (PECR, regulation 22)"`
	Retention Retention `json:"retention,omitzero" doc:"how long rows may be kept"`
	Relevance Relevance `json:"relevance,omitzero" doc:"who is worth writing to"`

	Provenance Provenance `json:"provenance,omitzero" doc:"where the data came from, and on what legal basis it is held"`
	Suppliers  []Supplier `json:"suppliers,omitempty" doc:"suppliers of bought data, and what they attested"`
	Parties    Parties    `json:"parties,omitzero" doc:"who is responsible for the data"`

	PersonalData PersonalData `json:"personal_data,omitzero" doc:"the data map, and what becomes of its columns"`
	Outputs      Outputs      `json:"outputs,omitzero" doc:"what the run writes; flags win"`
	Limits       Limits       `json:"limits,omitzero" doc:"gates and bounds of the run; flags win"`
}

// A List is one suppression list or index file.
type List struct {
	Path      Path    `json:"path" need:"yes" doc:"the file"`
	Class     string  `json:"class,omitempty" enum:"@classes" doc:"why its entries are on it (default opt_out); an index has its lists' own"`
	Scope     string  `json:"scope,omitempty" doc:"tenant or campaign that it belongs to; none for everybody's"`
	MaxAge    Age     `json:"max_age,omitempty" doc:"refuse the list when older, such as 24h or 30d"`
	MaxShrink Percent `json:"max_shrink,omitempty" doc:"refuse it when it lost more entries since the last manifest, such as 10%"`
}

// Tables are the operator's own domain tables.
type Tables struct {
	AllowDomains Path `json:"allow_domains,omitzero" doc:"domains that are never taken for mailbox providers"`
	DenyDomains  Path `json:"deny_domains,omitzero" doc:"domains that always are"`
	AliasDomains Path `json:"alias_domains,omitzero" doc:"further mail domains of companies"`
	Targets      Path `json:"targets,omitzero" doc:"company domains to keep"`
}

// A Region says what is asked of rows of some territories.
type Region struct {
	Territories []string `json:"territories" need:"yes" doc:"ISO 3166 codes (DE, US-CA) and sets (EU27, EEA, GDPR, UK, EUROPE_DP)"`
	Require     string   `json:"require" need:"yes" enum:"exclude|lia|consent|nothing" doc:"exclude drops the rows; lia asks for a valid assessment, consent for rows that hold it"`
	LIA         []string `json:"lia,omitempty" doc:"the assessments that count, by id; else any that covers the territory"`
}

// A LIA is a legitimate interest assessment.
type LIA struct {
	ID          string   `json:"id" need:"yes" doc:"its number in the records"`
	Date        Date     `json:"date" need:"yes" doc:"day on which it was made"`
	Expires     Date     `json:"expires,omitempty" doc:"last day on which it holds"`
	Outcome     string   `json:"outcome" need:"yes" enum:"passed|failed" doc:"what it came to"`
	Territories []string `json:"territories,omitempty" doc:"what it covers; none for everywhere"`
}

// Retention says how long rows may be kept.
type Retention struct {
	Months       int `json:"months,omitempty" min:"1" max:"1200" doc:"calendar months from the date of collection"`
	ClientMonths int `json:"client_months,omitempty" min:"1" max:"1200" doc:"calendar months from the date on which the client became inactive"`
}

// Relevance says who is worth writing to. Rows of others are off target.
type Relevance struct {
	Departments []string `json:"departments,omitempty" enum:"@departments" doc:"departments, from the column or the job title"`
	Seniorities []string `json:"seniorities,omitempty" enum:"@seniorities" doc:"seniorities, from the column or the job title"`
}

// Provenance says where data came from and on what basis it is held.
type Provenance struct {
	RequireSource bool     `json:"require_source,omitempty" doc:"rows need a source"`
	RequireBasis  bool     `json:"require_basis,omitempty" doc:"rows need a legal basis"`
	Bases         []string `json:"bases,omitempty" enum:"@bases" doc:"the legal bases that may be relied on (default all six of GDPR Article 6(1))"`
	// RequireAttestation and Bought are about bought data.
	RequireAttestation bool     `json:"require_attestation,omitempty" doc:"bought rows need a supplier whose attestation holds"`
	Bought             []string `json:"bought,omitempty" doc:"sources that mean that rows were bought, such as purchased list"`
	Default            Origin   `json:"default,omitzero" doc:"for whatever says nothing else"`
	Files              []Origin `json:"files,omitempty" doc:"by input, first match first"`
	Columns            []Origin `json:"columns,omitempty" doc:"by column of the data map, first match first"`
	Tags               []Origin `json:"tags,omitempty" doc:"by tag of the data map, the longest match first"`
}

// An Origin is where something came from. Match says what: a pattern of file names, a
// column's name, a tag or the beginning of one.
type Origin struct {
	Match  string `json:"match,omitempty" doc:"what it holds for: a pattern of file names, a column, a tag or its beginning"`
	Source string `json:"source,omitempty" doc:"where the data came from"`
	Basis  string `json:"basis,omitempty" enum:"@bases" doc:"GDPR Article 6(1)"`
	// Supplier and Collected are for files and the default.
	Supplier  string `json:"supplier,omitempty" doc:"who sold the data"`
	Collected Date   `json:"collected,omitempty" doc:"day on which the data was collected"`
	LIARef    string `json:"lia_ref,omitempty" doc:"the assessment behind legitimate interests, by id"`
}

// A Supplier sold data and attested to it.
type Supplier struct {
	Name     string   `json:"name" need:"yes" doc:"as in the rows' source, ignoring case"`
	Aliases  []string `json:"aliases,omitempty" doc:"other spellings"`
	Attested Date     `json:"attested,omitempty" doc:"day of the attestation; none if there is none"`
	Expires  Date     `json:"expires,omitempty" doc:"last day on which it holds"`
}

// Parties are who is responsible for the data.
type Parties struct {
	Role       string `json:"role,omitempty" enum:"controller|joint_controller|processor" doc:"of whoever runs the screening"`
	Controller string `json:"controller,omitempty" doc:"name of the controller"`
	Processor  string `json:"processor,omitempty" doc:"name of the processor, if there is one"`
	Contact    string `json:"contact,omitempty" doc:"where people turn to, such as a privacy mailbox"`
}

// PersonalData is the data map and what becomes of its columns.
type PersonalData struct {
	Preset   string            `json:"preset,omitempty" enum:"tag-only|b2b-minimal" doc:"tag-only writes all columns as they are; b2b-minimal is minimise"`
	Minimise *bool             `json:"minimise,omitempty" doc:"keep name, business address, profile and company columns; drop other personal ones"`
	Tags     []TagOverride     `json:"tags,omitempty" doc:"columns whose tag is known better, first match first"`
	Actions  map[string]string `json:"actions,omitempty" enum:"keep|drop|mask|sha1|hmac-sha256|redact" doc:"by tag or its beginning: what becomes of such columns, the longest match first"`
	Declared []string          `json:"declared,omitempty" doc:"special-category and credential columns that are known to be there"`
	OnDrift  string            `json:"on_drift,omitempty" enum:"warn|fail" doc:"when later rows do not look like the head (default warn)"`
	Lexicon  Path              `json:"lexicon,omitzero" doc:"further words for headers"`
	HMACKey  Path              `json:"hmac_key_file,omitzero" doc:"key of hmac-sha256; else in SLUICE_HMAC_KEY"`
}

// A TagOverride gives columns a tag.
type TagOverride struct {
	Column string `json:"column" need:"yes" doc:"name, pattern with * and ?, or /regular expression/"`
	Tag    string `json:"tag" need:"yes" enum:"@tags" doc:"its tag"`
}

// Outputs are what a run writes.
type Outputs struct {
	Output         Path     `json:"output,omitzero" doc:"rows kept"`
	Rejects        Path     `json:"rejects,omitzero" doc:"which rows were not kept, and why"`
	RejectsContent *bool    `json:"rejects_content,omitempty" doc:"with the original columns"`
	Quarantine     Path     `json:"quarantine,omitzero" doc:"rows that a person must decide"`
	Restricted     Path     `json:"restricted,omitzero" doc:"rows of people whose data may be stored and nothing else"`
	Decisions      Path     `json:"decisions,omitzero" doc:"ledger of all rows"`
	Manifest       Path     `json:"manifest,omitzero" doc:"the manifest"`
	To             string   `json:"to,omitempty" enum:"csv|tsv|parquet|arrow" doc:"format of the list"`
	Codec          string   `json:"codec,omitempty" doc:"compression within Parquet and Arrow, such as zstd:default, snappy or none"`
	Sidecar        *bool    `json:"sidecar,omitempty" doc:"describe each list of text in a file beside it, named -metadata.json (default true)"`
	Keys           *bool    `json:"keys,omitempty" doc:"write a key file beside the list, for rescreen, find and recall (default false)"`
	Annotate       *bool    `json:"annotate,omitempty" doc:"all rows but sealed ones, with verdict and reason"`
	EncryptTo      []string `json:"encrypt_to,omitempty" doc:"age recipients"`
	Recipient      string   `json:"recipient,omitempty" doc:"to whom the rows kept are delivered"`
}

// Limits are gates and bounds of a run.
type Limits struct {
	MaxErrors   Limit `json:"max_errors,omitempty" doc:"most malformed rows, as a number or a share"`
	MinKept     Limit `json:"min_kept,omitempty" doc:"fewest kept rows"`
	MaxRejected Limit `json:"max_rejected,omitempty" doc:"most rejected and sealed rows"`
	Memory      Size  `json:"memory,omitempty" doc:"memory to aim for, such as 512MiB"`
	Workers     int   `json:"workers,omitempty" min:"1" max:"4096" doc:"workers that screen rows"`
}
