package pii

import (
	"cmp"
	"fmt"
	"slices"
)

// An opinion is a tag that the values speak for.
type opinion struct {
	tag    Tag
	weight int // per mille
	why    string
	valid  bool // by something that chance does not make
}

// decide weighs what header and values say of a column. From strongest to weakest: values
// that rule the header out, both agreeing, validated values, the header, weak values.
func (t *table) decide(i int) Column {
	c := &t.cols[i]
	said := t.say(i)
	seen := t.look(i)
	out := Column{Name: t.names[i], Filled: c.profile.filled}
	weights := make(map[Tag]int)
	for _, o := range seen {
		weights[o.tag] = max(weights[o.tag], o.weight)
	}
	if said.weight > 0 {
		weights[said.tag] = max(weights[said.tag], said.weight)
	}
	tag, conf, by, why := t.settle(i, said, seen)
	out.Tag, out.Confidence, out.DecidedBy, out.Evidence = tag, conf, by, why
	if tag == PersonSpecial {
		out.Special = cmp.Or(said.special, Health)
	}
	out.Subject = subjectOf(tag)
	for other, w := range weights {
		if other != tag && w > 0 {
			out.RunnersUp = append(out.RunnersUp, Candidate{other, w})
		}
	}
	slices.SortFunc(out.RunnersUp, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(b.Confidence, a.Confidence), cmp.Compare(b.Tag.weight(), a.Tag.weight()), cmp.Compare(a.Tag, b.Tag))
	})
	if len(out.RunnersUp) > maxRunnersUp {
		out.RunnersUp = out.RunnersUp[:maxRunnersUp]
	}
	return out
}

// settle chooses between what the header says and what the values say.
func (t *table) settle(i int, said verdict, seen []opinion) (Tag, int, Decider, []string) {
	c := &t.cols[i]
	p := &c.profile
	best := strongest(seen)
	if best.tag == PersonPhone && c.heading.has(tPrivate) {
		best.tag = PersonPhonePersonal
	}
	if said.weight == 0 {
		switch {
		case best.weight == 0:
			return None, 300, ByNothing, []string{"neither header nor values say what it holds"}
		case best.valid:
			return best.tag, best.weight, ByValues, []string{best.why}
		}
		return best.tag, best.weight, ByShape, []string{best.why}
	}
	if c.heading.user {
		return said.tag, said.weight, ByHeader, []string{said.why}
	}
	if tag, why, ok := t.veto(i, said, best); ok {
		return tag, 850, ByVeto, []string{said.why, why}
	}
	if refined, why, ok := t.refine(i, said); ok {
		return refined, 950, ByAgreement, []string{said.why, why}
	}
	for _, o := range seen {
		if o.tag == said.tag {
			return said.tag, min(990, max(said.weight, o.weight)+50), ByAgreement, []string{said.why, o.why}
		}
	}
	// Validated values win over words that hold several things, and over None where the
	// header did not name what they are about.
	if best.valid && (said.open || said.tag == None && !said.flag && best.weight > said.weight) && !sameFamily(said.tag, best.tag) {
		return best.tag, best.weight, ByValues, []string{said.why, best.why}
	}
	if said.open && best.weight > said.weight && !sameFamily(said.tag, best.tag) {
		return best.tag, best.weight, ByShape, []string{said.why, best.why}
	}
	why := []string{said.why}
	if p.filled == 0 {
		why = append(why, "no values in the sample")
	}
	return said.tag, said.weight, ByHeader, why
}

// strongest returns the weightiest opinion, of equals the more sensitive.
func strongest(seen []opinion) (best opinion) {
	for _, o := range seen {
		if o.weight > best.weight || o.weight == best.weight && o.tag.weight() > best.tag.weight() {
			best = o
		}
	}
	return best
}

// sameFamily reports whether values that look like one tag are what another holds too: an
// official number may pass the test of another, an address may stand in any e-mail column.
func sameFamily(said, seen Tag) bool {
	family := func(t Tag) int {
		switch t {
		case PersonEmail, PersonEmailPersonal, CompanyEmail:
			return 1
		case PersonPhone, PersonPhonePersonal, CompanyPhone:
			return 2
		case PersonNationalID, CompanyID, PersonID, FinancialAccount:
			return 3
		case PersonAddressStreet, PersonAddressPostcode, PersonAddressCity, PersonAddressRegion, CompanyAddress:
			return 4
		case PersonAddressCountry, CompanyCountry:
			return 5
		}
		return 0
	}
	return family(said) != 0 && family(said) == family(seen)
}

// veto is for values that cannot be what the header says: a yes or no in a column about
// e-mail, dates in one about telephones.
func (t *table) veto(i int, said verdict, best opinion) (Tag, string, bool) {
	p := &t.cols[i].profile
	if p.filled < 1 || !said.validate {
		return None, "", false
	}
	yesNo := p.share(sYesNo, nearlyAll)
	when := p.share(sDate, nearlyAll) || p.share(sDateTime, nearlyAll) || p.share(sEpoch, nearlyAll)
	words := p.n[sInteger]+p.n[sNumber]+p.n[sHex32]+p.n[sHex] == 0
	switch said.tag {
	case PersonEmail, PersonEmailPersonal, CompanyEmail, PersonPhone, PersonPhonePersonal, CompanyPhone, PersonNameFull, PersonNameFirst, PersonNameLast,
		CompanyName, PersonSocial, CompanySocial, PersonIP, PersonAddressStreet, PersonAddressCity, CompanyAddress, PersonNationalID, PersonImage, PersonUsername, CompanyDomain,
		PersonAddressCountry, CompanyCountry, PersonAddressPostcode, PersonFreeText, PersonJobTitle, PersonNameOther, PersonAddressRegion:
		if yesNo && p.distinct <= 3 && !p.share(sState, 1) {
			return None, "the values say yes or no", true
		}
		if yesNo && p.distinct <= 2 {
			return None, "the values say yes or no", true
		}
	case FinancialAccount, FinancialCard, Credential:
		if yesNo && p.distinct <= 3 {
			return None, "the values say yes or no", true
		}
	}
	switch said.tag {
	case PersonEmail, PersonEmailPersonal, CompanyEmail:
		if p.n[sEmail] == 0 && (when || p.share(sNumber, nearlyAll)) {
			return None, "none of the values is an address", true
		}
		if p.n[sEmail] == 0 && (p.share(sHex32, most) || p.share(sHex, most)) {
			return PersonID, "the values are hashes", true
		}
		if p.n[sEmail] == 0 && p.filled >= 5 && p.distinct*4 <= p.filled {
			return None, "the values are a few words", true
		}
	case PersonIP:
		if p.n[sIP] == 0 {
			return None, "none of the values is an IP address", true
		}
	case PersonPhone, PersonPhonePersonal, CompanyPhone:
		if when || p.share(sEmail, most) && p.filled >= 3 {
			if p.share(sEmail, most) {
				return PersonEmail, "the values are e-mail addresses", true
			}
			return None, "the values are times", true
		}
	case PersonNameFull, PersonNameFirst, PersonNameLast, CompanyName:
		switch {
		case p.share(sHashNumber, most):
			return None, "the values number things", true
		case when:
			return None, "the values are times", true
		case p.share(sEmail, most):
			return best.tag, "the values are e-mail addresses", true
		case p.share(sNumber, nearlyAll) && t.cols[i].heading.has(tName, tNom, tNombre, tNome, tFirst, tLast):
			return None, "the values are numbers", true
		case p.share(sPath, most):
			return None, "the values name files", true
		}
	case FinancialCard:
		if words && p.n[sLuhn] == 0 && p.distinct <= 6 && p.filled >= 10 && !t.cols[i].heading.has(tBank) && t.cols[i].heading.unknown > 0 {
			return None, "the values are a few words", true
		}
	case Credential:
		if when {
			return None, "the values are times", true
		}
	case PersonBirthDate:
		if yesNo {
			return None, "the values say yes or no", true
		}
	case PersonAddressRegion, CompanyAddress:
		if p.share(sState, most) {
			return None, "the values are states of things", true
		}
	case PersonSocial, CompanySocial:
		if p.share(sInteger, nearlyAll) && p.lengths <= 5*p.filled {
			if t.accounts {
				return CompanyProfile, "the values are counts", true
			}
			return PersonActivity, "the values are counts", true
		}
	}
	return None, "", false
}

// refine makes a tag narrower by what the values are: most of the addresses free mail, a
// company's page in a column of profiles, a form of address under "title".
func (t *table) refine(i int, said verdict) (Tag, string, bool) {
	c := &t.cols[i]
	p := &c.profile
	h := &c.heading
	if p.filled == 0 {
		return None, "", false
	}
	switch said.tag {
	case PersonEmail, CompanyEmail:
		switch {
		case p.share(sRoleMail, most):
			return CompanyEmail, "most values are mailboxes of a function", true
		case said.tag == PersonEmail && p.share(sFreeMail, 650) && !h.has(tWork):
			return PersonEmailPersonal, "most values are free mail", true
		case said.tag == CompanyEmail && p.n[sEmail] >= 5 && p.n[sRoleMail] == 0 && !h.has(tPec) && !t.accounts:
			return PersonEmail, "no value is the mailbox of a function", true
		}
	case PersonSocial:
		if p.share(sProfileFirm, most) {
			return CompanySocial, "most values are pages of firms", true
		}
	case CompanySocial:
		if p.share(sProfilePerson, most) && p.n[sProfileFirm] == 0 {
			return PersonSocial, "most values are profiles of persons", true
		}
	case CompanyDomain:
		switch {
		case p.share(sProfilePerson, most):
			return PersonSocial, "most values are profiles of persons", true
		case p.share(sProfileFirm, most):
			return CompanySocial, "most values are pages of firms", true
		}
	case PersonJobTitle, PersonNameAffix:
		switch {
		case p.share(sHonorific, most) && (h.has(tAnyTitle) || said.tag == PersonNameAffix):
			return PersonNameAffix, "the values are forms of address", true
		case h.has(tAnyTitle) && p.share(sJob, 400):
			return PersonJobTitle, "the values are positions", true
		case h.has(tAnyTitle) && p.share(sLegal, 400):
			return CompanyName, "the values are names of firms", true
		}
	}
	if h.has(tName, tNom, tNombre, tNome) && said.open && !h.has(tCompany) {
		switch {
		case p.share(sLegal, 400):
			return CompanyName, "the values are names of firms", true
		case said.tag == CompanyName && p.share(sFullName, most) && p.n[sLegal] == 0 && t.any(tBirth, tFirst):
			return PersonNameFull, "the values are names of persons", true
		}
	}
	if said.tag == PersonJobDetail && len(h.words) == 1 && h.words[0] == "function" && p.share(sJob, 500) {
		return PersonJobTitle, "the values are positions", true
	}
	if h.has(tState) && p.share(sState, most) {
		return None, "the values are states of things", true
	}
	if h.has(tHash) && !h.has(tObject) && (p.share(sHex32, most) || p.share(sHex, most)) && t.people && t.any(tEmail, tFirst, tLast) {
		return PersonID, "the values are hashes, in a table of persons", true
	}
	return None, "", false
}

// look says what the values speak for, without the header.
func (t *table) look(i int) []opinion {
	c := &t.cols[i]
	p, r := &c.profile, &c.related
	if p.filled == 0 {
		return nil
	}
	var out []opinion
	add := func(tag Tag, weight int, valid bool, format string, args ...any) {
		out = append(out, opinion{tag, weight, fmt.Sprintf(format, args...), valid})
	}
	t.lookAtNumbers(i, add)
	switch {
	case p.share(sEmail, most) && p.share(sRoleMail, most):
		add(CompanyEmail, 900, true, "most values are mailboxes of a function")
	case p.share(sEmail, most) && p.share(sFreeMail, 650):
		add(PersonEmailPersonal, 930, true, "most values are free mail")
	case p.share(sEmail, most):
		add(PersonEmail, 930, true, "the values are e-mail addresses")
	}
	switch {
	case p.share(sProfilePerson, most):
		add(PersonSocial, 950, true, "the values are profiles of persons")
	case p.share(sProfileFirm, most):
		add(CompanySocial, 950, true, "the values are pages of firms")
	case p.share(sProfileOther, most):
		if t.accounts {
			add(CompanySocial, 800, true, "the values are pages on a network")
		} else {
			add(PersonSocial, 800, true, "the values are pages on a network")
		}
	case p.share(sImage, most):
		add(None, 500, false, "the values are pictures")
	case p.share(sURL, most) && r.share(r.host, most):
		add(CompanyDomain, 930, true, "the values are the hosts of the e-mail addresses")
	case p.share(sHost, most):
		add(CompanyDomain, 850, true, "the values are websites")
	case p.share(sURL, most):
		add(None, 500, false, "the values are pages")
	}
	p.lookAtWords(r, t, add)
	return out
}

// lookAtNumbers finds numbers and codes.
func (t *table) lookAtNumbers(i int, add func(Tag, int, bool, string, ...any)) {
	c := &t.cols[i]
	p, h := &c.profile, &c.heading
	several := p.distinct*2 > p.filled || p.filled < 3
	switch {
	case p.share(sIBAN, most):
		add(FinancialAccount, 980, true, "the values are account numbers (ISO 13616)")
	case p.share(sSecret, most):
		add(Credential, 970, true, "the values are secrets")
	case p.share(sAgent, most):
		add(PersonDevice, 950, true, "the values name browsers")
	case p.share(sMAC, most):
		add(PersonDevice, 930, true, "the values are addresses of network cards")
	case p.share(sIP, most) && (h.has(tObject) || p.share(sLowIP, 500)):
		add(None, 700, false, "the values may be versions")
	case p.share(sIP, most):
		add(PersonIP, 930, true, "the values are IP addresses")
	case p.share(sUUID, most):
		add(None, 600, false, "the values are unique numbers")
	case p.share(sTimeZone, most):
		add(PersonGeo, 930, true, "the values are time zones")
	case p.share(sCard, nearlyAll) && several && !p.running && p.filled >= 3:
		add(FinancialCard, 930, true, "the values are card numbers (issuer, length, Luhn)")
	case p.share(sNational, nearlyAll) && several && !p.running && (p.filled >= 3 || h.has(tNational, tTaxID, tID)):
		add(PersonNationalID, 930, true, "the values are official numbers by their check digits")
	case p.share(sFirmNumber, 950) && p.filled >= 5 && several && !p.running:
		add(CompanyID, 700, true, "the values have the check digit of firms' numbers")
	case p.share(sVAT, nearlyAll) && several && p.filled >= 3:
		add(CompanyID, 750, true, "the values have the form of VAT numbers")
	case p.share(sPhonePlus, most):
		add(PersonPhone, 900, true, "the values are telephone numbers")
		if t.accounts {
			add(CompanyPhone, 920, true, "the values are telephone numbers, in a table of firms")
		}
	case p.share(sPhone, nearlyAll) && !p.running && !p.share(sDate, 200) && several && p.oneLen < 0 && !p.share(sPostcode, 500):
		add(PersonPhone, 600, false, "the values are written as telephone numbers")
	case p.share(sDate, nearlyAll) && p.share(sBirthDate, 950) && p.filled >= 5 && p.maxYear-p.minYear >= 15 && p.maxYear <= 2012:
		add(PersonBirthDate, 700, false, "the values are dates as births have them")
	case p.share(sDate, nearlyAll), p.share(sDateTime, nearlyAll), p.share(sEpoch, nearlyAll):
		add(None, 600, false, "the values are times")
	case p.share(sCoordinate, nearlyAll) && several:
		add(PersonGeo, 600, false, "the values are degrees")
	case p.share(sNumber, nearlyAll):
		add(None, 450, false, "the values are numbers")
	}
	if p.share(sHandle, most) {
		add(PersonSocial, 750, true, "the values are handles")
	}
}

// lookAtWords finds names, places and other words.
func (p *profile) lookAtWords(r *relation, t *table, add func(Tag, int, bool, string, ...any)) {
	few := p.distinct <= 8
	switch {
	case r.share(r.whole, 400):
		add(PersonNameFull, 900, true, "the values stand in the e-mail addresses of their rows")
	case r.share(r.first, 300) && r.first > r.last:
		add(PersonNameFirst, 880, true, "the values begin the e-mail addresses of their rows")
	case r.share(r.last, 300):
		add(PersonNameLast, 880, true, "the values end the names in the e-mail addresses of their rows")
	case r.share(r.firm, 500):
		add(CompanyName, 850, true, "the values are the domains of the e-mail addresses")
	}
	switch {
	case p.share(sGender, nearlyAll) && few && !p.share(sYesNo, most) && p.n[sHonorific]*2 < p.filled && p.lengths > 2*p.filled:
		add(PersonGender, 850, false, "the values are genders")
	case p.share(sHonorific, nearlyAll) && few && p.lengths > p.filled+p.filled/2:
		add(PersonNameAffix, 850, false, "the values are forms of address")
	case p.share(sYesNo, nearlyAll) && few:
		add(None, 600, false, "the values say yes or no")
	case p.share(sCountry, nearlyAll) && p.lengths > 3*p.filled:
		if t.accounts {
			add(CompanyCountry, 850, false, "the values are countries")
		} else {
			add(PersonAddressCountry, 840, false, "the values are countries")
		}
	case p.share(sLegal, 500):
		add(CompanyName, 800, false, "the values are names of firms")
	case p.share(sJob, most):
		add(PersonJobTitle, 780, false, "the values are positions")
	case p.share(sStreet, most):
		if t.accounts {
			add(CompanyAddress, 760, false, "the values are streets")
		} else {
			add(PersonAddressStreet, 760, false, "the values are streets")
		}
	case p.share(sFullName, most):
		add(PersonNameFull, 800, false, "the values are names of persons")
	case p.share(sCity, most):
		if t.accounts {
			add(CompanyAddress, 700, false, "the values are towns")
		} else {
			add(PersonAddressCity, 700, false, "the values are towns")
		}
	case p.share(sGiven, most) && p.n[sGiven] > p.n[sFamily]:
		add(PersonNameFirst, 780, false, "the values are given names")
	case p.share(sFamily, 500):
		add(PersonNameLast, 700, false, "the values are family names")
	case p.share(sLong, most) && p.distinct*2 > p.filled:
		add(PersonFreeText, 500, false, "the values are sentences")
	}
}
