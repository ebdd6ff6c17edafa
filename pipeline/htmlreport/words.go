package htmlreport

import "strings"

// reasonWords says in plain words what each reason means. The names are those of package
// screen; a name that is not here is shown without words.
var reasonWords = map[string]string{
	"erased":              "The person asked to be forgotten (GDPR Art. 17). Nothing of the row was written.",
	"erased_state":        "The person asked for deletion under the law of a US state, such as California’s. Nothing of the row was written.",
	"objected":            "The person objected to direct marketing (GDPR Art. 21). Nothing of the row was written.",
	"consent_withdrawn":   "The person took back their consent (GDPR Art. 7(3)). Nothing of the row was written.",
	"do_not_sell":         "The person asked that their data not be sold or shared.",
	"restricted":          "Processing of the person’s data is restricted (GDPR Art. 18). The row is in no list but one for such rows.",
	"automated_objection": "The person objected to automated decisions (GDPR Art. 22): a person has to decide.",
	"excluded_email":      "An address in the row is on a suppression list.",
	"excluded_domain":     "The domain of an address in the row is on a suppression list.",
	"excluded_phone":      "A telephone number in the row is on a suppression list.",
	"excluded_social":     "A profile in the row is on a suppression list.",
	"excluded_company":    "The company’s website is on a suppression list.",
	"bounced":             "The mailbox refused mail before.",
	"row_malformed":       "The record could not be divided into its cells.",
	"email_missing":       "The row has no e-mail address.",
	"email_syntax":        "What stands in the e-mail column is no well-formed address.",
	"email_multiple":      "The e-mail cell holds more than one address.",
	"domain_syntax":       "What follows the @ is no domain name.",
	"domain_unknown_tld":  "The address ends in no existing top-level domain.",
	"domain_public_suffix": "The address is directly under a suffix under which others register, such as co.uk: " +
		"a person has to look.",
	"domain_reserved":     "The domain is reserved and can be nobody’s mail domain.",
	"freemail":            "The address is at a free mailbox provider, not at a company.",
	"isp_mail":            "The address is at an internet access provider, not at a company.",
	"relay_alias":         "The address is a forwarding alias that hides another one.",
	"disposable":          "The address is at a provider of throw-away mailboxes.",
	"listed_but_company":  "The domain is in a table of mailbox providers, but it is also the row’s own website: a person has to decide.",
	"domain_mismatch":     "The address is not at the domain of the company’s website.",
	"domain_near":         "The address is at a domain that resembles the company’s but is not the same: a person has to decide.",
	"website_missing":     "The row names no website to compare the address with.",
	"website_shared_host": "The website is on a host that many companies share, such as a site builder.",
	"website_freemail":    "The website is that of a mailbox provider.",
	"region_excluded":     "The policy excludes the country in which the row is located.",
	"lia_failed":          "The legitimate interest assessment for the row’s country failed (GDPR Art. 6(1)(f)).",
	"lia_missing":         "No legitimate interest assessment covers the row’s country (GDPR Art. 6(1)(f)).",
	"region_unknown":      "Nothing tells in which country the row is located.",
	"consent_required":    "The policy asks for consent in the row’s country, and none is recorded.",
	"pecr_individual":     "A British sole trader or partnership, who may be written to with consent only (PECR reg. 22).",
	"pecr_unknown":        "Nothing tells whether a British row is a corporate subscriber (PECR reg. 2).",
	"basis_missing":       "No legal basis that may be relied on is recorded (GDPR Art. 6(1)).",
	"source_missing":      "It is not recorded where the row came from.",
	"supplier_unattested": "The row was bought, and no attestation of its supplier holds.",
	"retention_client":    "The client has been inactive for longer than the policy allows.",
	"retention_row":       "The row was collected longer ago than the policy allows.",
	"date_missing":        "No date of collection is recorded.",
	"date_invalid":        "A date is none, lies in the future, or can be read in more than one way.",
	"off_target":          "The row is not among the companies, departments or ranks that are wanted.",
	"duplicate":           "An earlier row that was kept has the same address.",
	"duplicate_prior":     "The address was in an earlier delivery.",
}

// flagWords says what each flag of a kept row means.
var flagWords = map[string]string{
	"role_account":    "The address is that of a function, such as info@ or sales@.",
	"plus_tag":        "The address carries a tag behind a plus sign.",
	"repaired":        "The address was read out of other text around it, such as mailto: or a name.",
	"minimised":       "Columns of personal data that were not needed were left out.",
	"subdomain_match": "The address is at a subdomain of the company’s domain, or the other way round.",
	"alias_match":     "The address is at another mail domain that is known to be the company’s.",
	"region_inferred": "The country was inferred, not read from a column for it.",
	"formula_cell":    "A cell begins like a formula, which a spreadsheet would run.",
	"mixed_script":    "The address mixes scripts, as look-alike addresses do.",
	"weak_listed":     "A single source lists the domain as a mailbox provider, which is not enough to reject it.",
}

// classWords says why the entries of a list must not be contacted.
var classWords = map[string]string{
	"opt_out":             "asked not to be mailed",
	"erasure":             "asked to be forgotten (GDPR Art. 17)",
	"erasure_state":       "deletion under a US state’s law",
	"objection":           "objected to direct marketing (GDPR Art. 21)",
	"consent_withdrawn":   "took back their consent (GDPR Art. 7(3))",
	"restriction":         "processing restricted (GDPR Art. 18)",
	"automated_objection": "objected to automated decisions (GDPR Art. 22)",
	"do_not_sell":         "asked not to have their data sold or shared",
	"bounce":              "the mailbox refused mail",
	"customer":            "a customer or partner, not a prospect",
}

// guardWords names the guards before suppression lists.
var guardWords = map[string]string{
	"stale": "too old", "shrunk": "smaller than before", "rollback": "older than the last one used",
	"scope": "of another tenant or campaign", "empty": "without entries",
}

// roleWords says what is in an output.
var roleWords = map[string]string{
	"kept":       "rows that may be contacted",
	"quarantine": "rows a person must decide on",
	"annotated":  "all rows but sealed ones, with their verdicts",
	"restricted": "rows under restriction of processing",
	"rejects":    "which rows were not kept, and why",
	"decisions":  "the ledger: each row’s verdict and reasons",
	"metadata":   "what the columns hold, for programs",
	"keys":       "digests by which rows are found again, without addresses",
}

// howWords says how a delivery was screened again.
var howWords = map[string]string{
	"nothing_new": "no list had gained an entry", "keys": "by its key file, and the rows that this led to",
	"lists": "every row, by the lists alone", "rules": "every row, by all rules",
}

// foundWords says how a delivery was found before it was screened again.
var foundWords = map[string]string{
	"as_recorded": "as recorded", "restored": "restored from a backup", "altered": "not as recorded",
}

// actionWords says what was done to the cells of a column.
var actionWords = map[string]string{
	"keep": "written as it is", "drop": "left out", "mask": "masked", "sha1": "replaced by its SHA-1",
	"hmac-sha256": "replaced by a keyed digest", "redact": "blanked out",
}

// sourceWords says where a list's age is known from.
var sourceWords = map[string]string{
	"set": "as set", "header": "says the list", "file_name": "by its name", "modified": "time of its file",
}

// words returns a function that looks a name up, and finds the words of a role such as
// quarantine_metadata by its end.
func words(table map[string]string) func(string) string {
	return func(name string) string {
		if w, ok := table[name]; ok {
			return w
		}
		if i := strings.LastIndexByte(name, '_'); i >= 0 {
			return table[name[i+1:]]
		}
		return ""
	}
}

// basisWords writes a legal basis as the GDPR counts them.
var basisWords = map[string]string{
	"consent": "Art. 6(1)(a)", "contract": "Art. 6(1)(b)", "legal_obligation": "Art. 6(1)(c)",
	"vital_interests": "Art. 6(1)(d)", "public_task": "Art. 6(1)(e)", "legitimate_interests": "Art. 6(1)(f)",
}
