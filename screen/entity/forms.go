package entity

import "strings"

// A form is one way to write a legal form: words as Reader cuts them.
type form struct {
	words []string
	is    func(Nation) Subscriber
	// capital is set for forms of two letters that are words or initials too: they must be
	// written with full stops, or in capitals behind a name that is not.
	capital bool
}

// company and person are what most forms are.
func company(Nation) Subscriber { return Corporate }
func person(Nation) Subscriber  { return Individual }

// open is for forms whose standing is disputed, so that no shorter form behind them counts.
func open(Nation) Subscriber { return Unknown }

// forms are the legal forms that stand at the end of a name, by last word. Sources: Companies
// Act 2006, sections 58 to 60 and 1 to 6; Limited Liability Partnerships Act 2000, Schedule,
// paragraph 2; Companies (Audit, Investigations and Community Enterprise) Act 2004, section
// 33; Charities Act 2011, section 212; for those abroad the ISO 20275 list of entity legal
// forms. What is not a legal person where it is from is left out, or open.
var forms = index(
	// United Kingdom, in English and Welsh
	all(company, "ltd", "limited", "plc", "public limited company", "llp", "limited liability partnership",
		"cic", "community interest company", "community interest plc", "cio", "charitable incorporated organisation", "scio",
		"cyf", "cyfyngedig", "ccc", "cwmni cyfyngedig cyhoeddus", "cbc", "cwmni buddiant cymunedol", "pac",
		"partneriaeth atebolrwydd cyfyngedig", "company limited by guarantee", "unlimited company", "royal charter company"),
	all(limitedPartnership, "lp", "limited partnership", "partneriaeth cyfyngedig"),
	all(partnership, "partnership", "general partnership", "partneriaeth"),
	// Ireland, America, the Commonwealth
	all(company, "dac", "designated activity company", "clg", "teo", "teoranta", "cpt", "incorporated", "inc", "corp", "corporation", "llc",
		"pllc", "limited liability company", "ulc", "sdn bhd", "bhd", "pty", "pte", "pvt"),
	// Germany, Austria, Switzerland
	all(company, "gmbh", "ggmbh", "mbh", "aktiengesellschaft", "kgaa", "ug haftungsbeschrankt", "ug haftungsbeschraenkt", "haftungsbeschrankt",
		"haftungsbeschraenkt", "sagl"),
	all(open, "co kg", "kg", "ohg", "co ohg", "kommanditgesellschaft"),
	all(person, "gbr", "ek", "ekfr", "ekfm", "einzelunternehmen", "einzelfirma", "eingetragener kaufmann"),
	// France, Belgium, Luxembourg
	all(company, "sas", "sasu", "sarl", "sa rl", "eurl", "selarl", "scop", "bvba", "sprl", "asbl", "vzw", "societe anonyme"),
	all(person, "entreprise individuelle", "auto entrepreneur", "micro entreprise"),
	// Spain, Portugal, Italy, Romania, Latin America
	all(company, "slu", "sau", "sll", "lda", "ltda", "sgps", "spa", "srl", "srls", "sapa", "scarl", "sapi de cv", "sa de cv", "eireli",
		"sociedad anonima", "sociedad limitada", "societa per azioni", "societa a responsabilita limitata"),
	all(person, "ditta individuale", "autonomo"),
	// the Netherlands and the north
	all(company, "oy", "oy ab", "aps", "a/s", "asa", "oyj", "ehf", "besloten vennootschap", "naamloze vennootschap", "aktiebolag", "osakeyhtio", "aktieselskab", "aksjeselskap"),
	all(person, "eenmanszaak", "vof", "enkeltmandsvirksomhed", "enkeltpersonforetak"),
	// the east
	all(company, "sp z oo", "spolka z oo", "spolka z ograniczona odpowiedzialnoscia", "sro", "spol sro", "kft", "zrt", "nyrt", "doo", "eood", "ead",
		"uab", "sia", "ooo", "zao", "oao", "pao", "tov", "co ltd", "kabushiki kaisha", "gk"),
	// two letters
	capitals(company, "sa", "se", "ag", "ug", "nv", "bv", "ab", "as", "hf", "sl", "eg", "ev", "ou", "kk", "dd", "ad", "ood", "ae"),
)

// An ending is what a last word can be: that of forms, or one behind them.
type ending struct {
	forms  []form
	behind bool
}

// endings is forms and behind in one, since every name's last word is looked up in both.
var endings = func() map[string]ending {
	m := map[string]ending{}
	for word, of := range forms {
		m[word] = ending{forms: of}
	}
	for word := range behind {
		e := m[word]
		e.behind = true
		m[word] = e
	}
	return m
}()

func all(is func(Nation) Subscriber, names ...string) (f []form) {
	for _, n := range names {
		f = append(f, form{words: strings.Fields(n), is: is})
	}
	return f
}

func capitals(is func(Nation) Subscriber, names ...string) []form {
	f := all(is, names...)
	for i := range f {
		f[i].capital = true
	}
	return f
}

// index puts forms under their last word, longest first.
func index(lists ...[]form) map[string][]form {
	m := map[string][]form{}
	for _, list := range lists {
		for _, f := range list {
			last := f.words[len(f.words)-1]
			of := append(m[last], f)
			for i := len(of) - 1; i > 0 && len(of[i].words) > len(of[i-1].words); i-- {
				of[i], of[i-1] = of[i-1], of[i]
			}
			m[last] = of
		}
	}
	return m
}

// behind are words that may follow a legal form and say no more of it: see endings.
var behind = set("uk", "gb", "england", "scotland", "wales", "ni", "kingdom", "britain", "ireland", "europe", "international",
	"group", "dissolved", "liquidation", "administration")

// columnForms are values of a legal form or subscriber column beside the forms that names
// end with: the categories of Companies House's bulk data and its API, of CRMs, and the
// regulations' own words.
var columnForms = func() map[string]func(Nation) Subscriber {
	m := map[string]func(Nation) Subscriber{}
	put := func(is func(Nation) Subscriber, names ...string) {
		for _, n := range names {
			m[n] = is
		}
	}
	put(company, "corporate", "corporate subscriber", "company", "companies", "incorporated", "body corporate", "corporate body", "business entity",
		"private company", "public company", "private limited", "private limited company", "limited company", "limited by shares", "limited by guarantee",
		"private limited guarant nsc", "private limited guarant nsc limited exemption", "private limited shares section 30 exemption",
		"pri ltd by guar nsc private limited by guarantee no share capital", "pri lbg nsc private limited by guarantee no share capital use of limited exemption",
		"private unlimited", "private unlimited nsc", "private unlimited company", "unlimited", "old public company", "public listed", "publicly held", "publicly traded", "listed company",
		"scottish partnership", "scottish limited partnership", "scottish qualifying partnership", "registered society", "registered society non jurisdictional",
		"industrial and provident society", "industrial and provident", "co operative", "cooperative", "royal charter", "assurance company",
		"charitable incorporated organisation", "scottish charitable incorporated organisation", "overseas company", "oversea company", "overseas entity", "registered overseas entity",
		"uk establishment", "european public limited liability company se", "ukeig", "eeig", "united kingdom economic interest grouping", "protected cell company",
		"investment company with variable capital", "icvc securities", "icvc warrant", "icvc umbrella", "further education or sixth form college corporation",
		"government", "government agency", "government body", "public body", "public sector", "local authority", "council", "university", "nhs trust", "nhs foundation trust",
		"corporation sole", "kapitalgesellschaft", "juristische person", "personne morale", "persona juridica", "persona giuridica", "rechtspersoon")
	put(person, "individual", "individual subscriber", "sole trader", "sole tradership", "sole proprietor", "sole proprietorship", "self employed", "self owned", "freelancer", "freelance",
		"consumer", "private individual", "person", "natural person", "unincorporated", "unincorporated association", "unincorporated body", "st",
		"einzelunternehmer", "naturliche person", "freiberufler", "personne physique", "persona fisica", "persona natural", "natuurlijk persoon", "zzp", "zzp er")
	put(partnership, "ordinary partnership", "other partnership", "unlimited partnership")
	return m
}()

func set(words ...string) map[string]bool {
	m := map[string]bool{}
	for _, w := range words {
		m[w] = true
	}
	return m
}
