package pii

// A heading is a header read with the lexicon, before its neighbours are looked at.
type heading struct {
	words   []string
	set     tokenSet
	head    token // what the last phrase means
	unknown int   // words that mean nothing to the lexicon
	user    bool  // the user's lexicon has it
	userTag Tag
}

func (h *heading) has(ts ...token) bool { return h.set.hasAny(ts...) }

// A verdict is what a header says its column holds.
type verdict struct {
	tag      Tag
	special  SpecialKind
	weight   int // per mille; 0 where the header says nothing
	why      string
	open     bool // a word that holds several things: values decide if they can
	flag     bool // the header asks a yes or no of the thing it names
	validate bool // the tag stands for values with a form of their own, which can contradict it
}

// specials are the tokens of special categories.
var specials = []struct {
	token token
	kind  SpecialKind
}{
	{tHealth, Health}, {tEthnicity, Ethnicity}, {tReligion, Religion}, {tPolitics, Politics}, {tUnion, Union},
	{tSexLife, SexLife}, {tBiometric, Biometric}, {tGenetic, Genetic}, {tCriminal, Criminal},
}

// contactData are the tokens that stay what they are beside the name of an object: an
// order's e-mail is an e-mail, an order's name is not a name.
var contactData = []token{tEmail, tPhone, tMobile, tFax, tFirst, tLast, tMiddle, tStreet, tPostcode, tCity, tCountry, tAddress, tIP, tLinkedin, tSocial, tSwitchboard, tRegion}

// say reads a heading in its table. The order of the questions is the order of strength:
// a consent about an e-mail is a consent, an owner's e-mail is an owner's.
func (t *table) say(i int) verdict {
	h := &t.cols[i].heading
	yes := func(tag Tag, weight int, why string) verdict { return verdict{tag: tag, weight: weight, why: why} }
	switch {
	case h.user:
		return yes(h.userTag, 990, "the header is in the given lexicon")
	case len(h.words) == 1 && h.words[0] == "ctps" && t.any(tNational):
		return yes(PersonNationalID, 700, "a work card beside other official numbers, not a preference service")
	case h.has(tConsent) && !(h.has(tIP) || h.has(tObject) && h.has(tID)):
		return yes(PersonConsent, 930, "the header speaks of consent or objection")
	}
	for _, s := range specials {
		if h.has(s.token) && (!h.has(tObject) || h.head == s.token) {
			v := yes(PersonSpecial, 920, "the header names a special category of data")
			v.special = s.kind
			return v
		}
	}
	someone := h.has(tOther) || h.has(tProprietor)
	switch {
	case someone && h.head == tText:
		return yes(PersonFreeText, 800, "the header announces free text, by someone else")
	case h.has(tQuality) && !h.has(tSource):
		return verdict{tag: None, weight: 900, why: "the header speaks of the quality of a field", flag: true}
	case someone && h.has(tStamp):
		return yes(None, 800, "the header speaks of when a record changed")
	case h.has(tProprietor) && t.accounts && h.has(tFirst, tLast, tName, tMiddle):
		// sole traders: the firm is the person
	case someone && !h.has(tKind) && !h.has(tActivity):
		return yes(OtherPerson, 900, "the header names someone other than the row's person")
	case someone && h.has(tKind):
		return yes(None, 600, "the header speaks of a kind or state")
	}
	if v, ok := t.sayGuarded(h); ok {
		return v
	}
	return t.sayContact(i, h)
}

// sayGuarded reads headers of numbers and secrets, behaviour and the record itself.
func (t *table) sayGuarded(h *heading) (verdict, bool) {
	yes := func(tag Tag, weight int, why string) (verdict, bool) {
		return verdict{tag: tag, weight: weight, why: why, validate: true}, true
	}
	switch {
	case h.has(tHash) && h.has(tEmail, tPerson, tPhone):
		return yes(PersonID, 900, "the header speaks of the hash of an address")
	case h.has(tCard, tBank, tNational, tCredential, tBirth) && h.has(tActivity, tKind, tStamp):
		if h.has(tActivity) {
			return yes(PersonActivity, 650, "the header speaks of what was done")
		}
		return yes(None, 650, "the header speaks of a kind, state or change")
	case h.has(tCredential):
		return yes(Credential, 930, "the header names a secret")
	case h.has(tCard) && !h.has(tObject):
		return yes(FinancialCard, 920, "the header names a payment card")
	case t.people && t.any(tBank) && partOfAccount(h.words) && !h.has(tCard):
		return verdict{tag: FinancialAccount, weight: 800, why: "part of an account's number, beside a bank", open: true, validate: true}, true
	case h.has(tBank) && !h.has(tObject):
		return yes(FinancialAccount, 920, "the header names a bank account")
	case h.has(tNational):
		return yes(PersonNationalID, 920, "the header names an official number")
	case h.has(tTaxID) && (t.accounts || h.has(tCompany)):
		return yes(CompanyID, 800, "the header names a tax number, in a table of firms")
	case h.has(tTaxID):
		return yes(PersonNationalID, 700, "the header names a tax number")
	case h.has(tBirthplace), h.has(tBirth) && h.has(tCity, tRegion, tCountry):
		return yes(PersonDemographic, 900, "the header speaks of a place of birth")
	case h.has(tBirth):
		return yes(PersonBirthDate, 930, "the header speaks of birth")
	case h.has(tFinance) && !h.has(tObject) && (h.has(tCompany) || t.accounts && !h.has(tPerson)):
		return yes(CompanyProfile, 700, "the header speaks of a firm's money")
	case h.has(tFinance) && (!h.has(tObject, tStamp) || h.head == tFinance):
		return yes(PersonFinancial, 900, "the header speaks of a person's money")
	case h.has(tIP) && !h.has(tCity, tRegion, tCountry, tKind, tGeo):
		return yes(PersonIP, 920, "the header names an IP address")
	case h.has(tDevice):
		return yes(PersonDevice, 900, "the header speaks of a device or browser")
	case h.has(tUsername) && !h.has(tSocial, tLinkedin, tActivity, tKind):
		return yes(PersonUsername, 900, "the header names a login")
	case h.has(tFollowers) && t.accounts:
		return yes(CompanyProfile, 700, "the header counts a firm's followers")
	case h.has(tFollowers):
		return yes(PersonActivity, 700, "the header counts contacts")
	case h.has(tSource) && !h.has(tStamp):
		return yes(RecordSource, 880, "the header says where the record came from")
	case h.has(tStamp) && !h.has(contactData...):
		return yes(None, 850, "the header speaks of when a record changed")
	case h.has(tGender):
		return yes(PersonGender, 920, "the header speaks of gender")
	case h.has(tDemographic) && !h.has(tObject):
		if h.has(tCompany) {
			return yes(CompanyProfile, 700, "the header describes a firm")
		}
		return yes(PersonDemographic, 880, "the header describes a person")
	case h.has(tActivity) && !h.has(tProfile):
		return yes(PersonActivity, 850, "the header speaks of what was done")
	case h.has(tKind) && h.words[len(h.words)-1] == "keywords" && t.any(tProfile):
		return yes(CompanyProfile, 650, "keywords among a firm's data")
	case h.head == tKind && h.has(tTitle) && h.words[len(h.words)-1] != "status":
		return yes(PersonJobDetail, 700, "the header grades positions")
	case h.has(tKind) && !h.has(tProfile, tDetail, tCompanyID):
		return verdict{tag: None, weight: 850, why: "the header speaks of a kind, state or group", flag: true}, true
	}
	return verdict{}, false
}

// sayContact reads headers of names, addresses, numbers, work and firms: those where it
// matters whose they are.
func (t *table) sayContact(i int, h *heading) verdict {
	firm := h.has(tCompany, tSeat) // the word is there
	ours := firm || h.has(tCompanyID) || t.accounts && !h.has(tPerson, tPrivate)
	place := ours || h.has(tWork) && !h.has(tPrivate)
	pick := func(person, company Tag, isCompany bool, weight int, what string) verdict {
		if isCompany {
			return verdict{tag: company, weight: weight, why: "the header names a firm's " + what, validate: true}
		}
		return verdict{tag: person, weight: weight, why: "the header names a person's " + what, validate: true}
	}
	postal := h.has(tStreet, tPostcode, tCity, tRegion, tCountry)
	switch {
	case h.has(tSocial) && h.has(tDetail):
		return verdict{tag: None, weight: 700, why: "the header names a service"}
	case h.has(tLinkedin, tSocial) && h.has(tProfile):
		return pick(None, CompanyProfile, true, 750, "data")
	case h.has(tLinkedin, tSocial):
		return pick(PersonSocial, CompanySocial, ours, 900, "profile")
	case h.has(tPec):
		return pick(PersonEmail, CompanyEmail, true, 850, "mailbox")
	case h.has(tEmail) && !postal && h.has(tPrivate):
		return pick(PersonEmailPersonal, CompanyEmail, false, 930, "private e-mail address")
	case h.has(tEmail) && !postal && h.has(tStamp, tWhen):
		return verdict{tag: None, weight: 700, why: "the header speaks of a time"}
	case h.has(tEmail) && !postal && h.has(tName):
		return pick(PersonNameFull, CompanyName, false, 700, "name, as in mails")
	case h.has(tEmail) && !postal:
		return pick(PersonEmail, CompanyEmail, t.accounts && !h.has(tPerson), 930, "e-mail address")
	case h.has(tPhone, tMobile, tFax) && h.has(tPrivate):
		return pick(PersonPhonePersonal, CompanyPhone, false, 930, "private number")
	case h.has(tSwitchboard):
		return pick(PersonPhone, CompanyPhone, true, 900, "switchboard")
	case h.has(tMobile):
		return pick(PersonPhone, CompanyPhone, false, 930, "mobile number")
	case h.has(tPhone, tFax):
		return pick(PersonPhone, CompanyPhone, ours, 920, "telephone number")
	case h.has(tGeo) && h.has(tWhen, tStamp):
		return verdict{tag: None, weight: 800, why: "the header speaks of a time"}
	case h.has(tGeo):
		return pick(PersonGeo, CompanyAddress, t.accounts, 850, "position")
	case h.has(tPostcode):
		return pick(PersonAddressPostcode, CompanyAddress, place, 920, "postcode")
	case h.has(tStreet):
		return pick(PersonAddressStreet, CompanyAddress, place, 900, "street")
	case h.has(tFirst) && h.has(tLast):
		return pick(PersonNameFull, None, false, 900, "name")
	case h.has(tMiddle) && (h.has(tCompanyName) || firm && !h.has(tPerson)):
		return pick(None, CompanyName, true, 850, "further name")
	case h.has(tMiddle):
		return pick(PersonNameOther, None, false, 900, "further name")
	case h.has(tFirst):
		return pick(PersonNameFirst, None, false, 940, "given name")
	case h.has(tLast):
		return pick(PersonNameLast, None, false, 940, "family name")
	case h.has(tAffix):
		return pick(PersonNameAffix, None, false, 900, "form of address")
	case h.has(tCompanyID) && !postal && !h.has(tAddress):
		return pick(None, CompanyID, true, 900, "number")
	case h.has(tDomain):
		v := pick(None, CompanyDomain, true, 880, "website")
		v.open = true
		return v
	case h.has(tCompanyName) && h.head == tID:
		return pick(None, CompanyID, true, 850, "number")
	case h.has(tCompanyName):
		return pick(None, CompanyName, true, 920, "name")
	case h.has(tCity) && !h.has(tRegion, tCountry), h.has(tCity) && h.head == tCity:
		return pick(PersonAddressCity, CompanyAddress, place, 900, "town")
	case h.has(tRegion):
		return pick(PersonAddressRegion, CompanyAddress, place, 880, "region")
	case h.has(tCountry):
		return pick(PersonAddressCountry, CompanyCountry, place, 900, "country")
	case h.has(tAddress) && h.head == tCompany:
		return pick(None, CompanyName, true, 800, "name, among an address")
	case h.has(tAddress):
		return pick(PersonAddressStreet, CompanyAddress, place, 880, "address")
	case h.has(tImage) && !h.has(tObject):
		return pick(PersonImage, None, false, 850, "picture")
	case h.has(tTitle) && !h.has(tObject):
		return pick(PersonJobTitle, None, false, 900, "position")
	case h.has(tDetail):
		v := pick(PersonJobDetail, None, false, 850, "work")
		v.open = len(h.words) == 1
		return v
	case h.has(tProfile):
		return pick(None, CompanyProfile, true, 860, "data")
	}
	return t.sayWeak(i, h, firm)
}

// sayWeak reads words that mean much alone only with their neighbours.
func (t *table) sayWeak(i int, h *heading, firm bool) verdict {
	weak := func(tag Tag, weight int, why string) verdict {
		return verdict{tag: tag, weight: weight, why: why, open: true, validate: true}
	}
	switch {
	case h.has(tObject) && !h.has(tText):
		return verdict{tag: None, weight: 870, why: "the header names a thing or sum"}
	case h.has(tMemberID):
		if t.accounts {
			return weak(CompanyID, 750, "the header numbers the firms of the list")
		}
		return weak(PersonID, 850, "the header numbers the persons of the list")
	case h.has(tRole) && t.any(tUsername, tCredential):
		return weak(None, 600, "the header speaks of rights, beside logins")
	case h.has(tRole):
		return weak(PersonJobDetail, 600, "the header speaks of a role")
	case h.has(tAnyTitle) && h.has(tDescription):
		return weak(PersonJobDetail, 700, "the header describes a position")
	case h.has(tAccountNo):
		return t.sayAccountNumber(i)
	case t.people && t.any(tBirth, tNational) && t.any(tMemberID) && len(h.words) > 1 && h.words[0] == "id" && h.head == tID && h.has(tID):
		return weak(PersonNationalID, 700, "an identity number beside a number of the list's own")
	case h.has(tAnyTitle):
		return t.sayTitle(h)
	case h.has(tText):
		return weak(PersonFreeText, 850, "the header announces free text")
	case h.has(tDescription):
		switch {
		case firm || t.accounts:
			return weak(CompanyProfile, 650, "the header describes a firm")
		case t.things:
			return weak(None, 600, "the header describes a thing")
		}
		return weak(PersonFreeText, 650, "the header announces free text")
	case h.has(tName, tNom, tNombre, tNome):
		return t.sayName(i, h, firm)
	case h.has(tState):
		if t.people || t.accounts {
			if t.accounts {
				return weak(CompanyAddress, 500, "a state among a firm's data")
			}
			if t.any(tCity, tStreet, tPostcode, tAddress) && !t.any(tRegion) {
				return weak(PersonAddressRegion, 600, "a state beside other parts of an address")
			}
		}
		return weak(None, 500, "the header may mean a state of things")
	case h.has(tHash):
		return weak(None, 500, "the header speaks of a hash")
	case h.has(tID):
		switch {
		case h.has(tObject, tCategory):
			return weak(None, 700, "the header numbers things")
		case firm:
			return weak(CompanyID, 850, "the header numbers firms")
		case h.has(tPerson):
			return weak(PersonID, 850, "the header numbers persons")
		case h.unknown > 0 && h.unknown >= len(h.words)-1 && len(h.words) > 1 && t.things:
			return weak(None, 500, "the header numbers something")
		case h.unknown > 0 && t.cols[i].profile.few():
			return weak(None, 500, "a code of which there are few")
		case t.accounts:
			return weak(CompanyID, 650, "a number in a table of firms")
		case t.people:
			return weak(PersonID, 650, "a number in a table of persons")
		}
		return weak(None, 400, "the header numbers something")
	case h.has(tCategory):
		if t.accounts {
			return weak(CompanyProfile, 600, "a category in a table of firms")
		}
		return verdict{tag: None, weight: 800, why: "the header speaks of a group"}
	case h.has(tWhen) && t.people && t.any(tFinance, tNational) && len(h.words) > 1 && t.any(tTitle, tDetail, tFinance):
		return weak(PersonJobDetail, 600, "a time in a table of staff")
	case h.has(tWhen):
		return weak(None, 600, "the header speaks of a time")
	case h.has(tSeat):
		return weak(CompanyAddress, 750, "the header names a firm's seat")
	case firm:
		return weak(CompanyName, 800, "the header names a firm")
	case h.has(tPerson):
		return weak(PersonNameFull, 550, "the header names a person")
	case h.has(tWork):
		return weak(CompanyAddress, 500, "the header names an office")
	case h.has(tPrivate, tObject):
		return weak(None, 500, "the header names no data")
	}
	return verdict{}
}

// sayName reads "name" and its sisters, which hold a family name beside a given name, a
// whole name, a firm's, or a thing's.
func (t *table) sayName(i int, h *heading, firm bool) verdict {
	weak := func(tag Tag, weight int, why string) verdict {
		return verdict{tag: tag, weight: weight, why: why, open: true, validate: true}
	}
	first, last := t.any(tFirst), t.any(tLast)
	whole := len(h.words) > 1 && h.has(tName) // Full name, Nombre completo
	switch {
	case h.unknown > 0 && (first || last) && !firm && !h.has(tPerson):
		return weak(None, 450, "the name of something, beside names of persons")
	case firm:
		return weak(CompanyName, 900, "the header names a firm")
	case h.has(tPerson) && !h.has(tNom, tNombre, tNome):
		return weak(PersonNameFull, 850, "the header names a person")
	case h.has(tNom) && first && !last:
		return weak(PersonNameLast, 900, "a name beside a given name")
	case h.has(tNombre) && t.any(tLast, tMiddle), h.has(tNome) && last:
		return weak(PersonNameFirst, 900, "a name beside a family name")
	case h.has(tName) && first && !last && !whole:
		return weak(PersonNameLast, 700, "a name beside a given name")
	case whole && !t.accounts && !t.things:
		return weak(PersonNameFull, 850, "the header names a person")
	case t.accounts:
		return weak(CompanyName, 750, "a name in a table of firms")
	case t.things:
		return weak(None, 500, "a name in a table of things")
	case t.people && h.has(tNombre, tNome) && !t.any(tLast):
		return weak(PersonNameFull, 650, "a name in a table of persons")
	}
	return weak(PersonNameFull, 700, "a name in a table of persons")
}

// sayTitle reads "title", which is a position, a form of address or the title of a thing.
func (t *table) sayTitle(h *heading) verdict {
	v := verdict{open: true, validate: true}
	if h.has(tPerson) {
		v.tag, v.weight, v.why = PersonJobTitle, 800, "the header names a person's title"
		return v
	}
	english := h.words[len(h.words)-1] == "title" || h.words[len(h.words)-1] == "titles"
	switch {
	case t.things && !t.people:
		v.tag, v.weight, v.why = None, 550, "a title in a table of things"
	case t.any(tTitle) && !t.accounts:
		v.tag, v.weight, v.why = PersonNameAffix, 700, "a title beside a position"
	case english && !t.accounts || t.any(tAffix):
		v.tag, v.weight, v.why = PersonJobTitle, 750, "a title in a table of persons"
	case t.accounts && !t.people:
		v.tag, v.weight, v.why = CompanyName, 400, "a title in a table of firms"
	default:
		v.tag, v.weight, v.why = PersonNameAffix, 600, "a title in a table of persons"
	}
	return v
}

// sayAccountNumber reads "account number", which is a bank's, a ledger's or a firm's in a
// list of customers: what stands beside it tells.
func (t *table) sayAccountNumber(i int) verdict {
	v := verdict{open: true, validate: true, weight: 650}
	switch {
	case t.any(tBank), t.any(tFinance) && t.any(tNational, tBirth):
		v.tag, v.weight, v.why = FinancialAccount, 850, "an account's number beside a bank or pay"
	case t.accounts:
		v.tag, v.why = CompanyID, "an account's number in a table of firms"
	case t.things:
		v.tag, v.why = None, "an account's number in a table of things"
	case t.cols[i].profile.share(sInteger, 950) && t.cols[i].profile.lengths >= 7*t.cols[i].profile.filled && !t.cols[i].profile.running:
		v.tag, v.why = FinancialAccount, "an account's number, long, beside persons"
	default:
		v.tag, v.why = PersonID, "an account's number in a table of persons"
	}
	return v
}

// partOfAccount reports whether a header may name part of a bank account: a branch, or an
// account's type or name.
func partOfAccount(words []string) bool {
	account := false
	for _, w := range words {
		switch w {
		case "branch", "branchcode", "agencia", "conta", "sucursal", "filiale", "guichet", "digito":
			return true
		case "account", "acct", "cuenta", "konto", "conto", "compte":
			account = true
		}
	}
	last := words[len(words)-1]
	return account && (last == "type" || last == "name" || len(words) == 1)
}
