package screen

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// aliases are the header names that give a column its role, folded by foldHeader,
// best first: the first column that matches the earliest alias is the main one.
// The names are those that common CRMs, senders and list vendors export, in English,
// German, French, Spanish, Italian and Dutch; collected by hand.
var aliases = [NumRoles][]string{
	Email: {
		"business email", "business email address", "work email", "work email address", "company email", "corporate email",
		"professional email", "contact email", "primary email",
		"email", "email address", "mail", "e mail", "e mail address", "mail address", "emailaddress", "email addr",
		"person email", "lead email", "prospect email", "contact email address", "user email", "recipient", "recipient email",
		"geschaftliche email", "firmen email", "email adresse", "e mail adresse", "mailadresse", "mail adresse", "emailadresse",
		"email professionnel", "e mail professionnel", "adresse email", "adresse e mail", "adresse mail", "courriel",
		"adresse electronique", "adresse de courriel", "mel",
		"correo", "correo electronico", "email corporativo", "email profesional", "correo profesional",
		"direccion de correo", "direccion de correo electronico", "correo e",
		"posta elettronica", "indirizzo email", "indirizzo e mail", "email aziendale",
		"mailadres", "e mailadres", "emailadres", "zakelijk emailadres",
	},
	Website: {
		"company domain", "company website", "company domain name", "company url", "company web site", "organization website",
		"organisation website", "account website", "employer website", "corporate website", "company homepage",
		"website", "web site", "domain", "domain name", "website url", "web", "url", "homepage", "home page", "site", "www",
		"firmenwebsite", "firmenwebseite", "webseite", "firmendomain", "internetadresse", "internetseite", "internet", "webadresse",
		"site web", "site internet", "site de l entreprise", "domaine", "domaine de l entreprise", "site entreprise",
		"sitio web", "pagina web", "sitio web de la empresa", "web de la empresa", "dominio", "dominio de la empresa",
		"sito web", "sito", "sito aziendale", "dominio aziendale",
		"bedrijfswebsite", "webpagina", "domein",
	},
	Country: {
		"country", "country code", "person country", "contact country", "country region", "country name", "iso country", "nation",
		"mailing country", "billing country", "country iso",
		"land", "staat", "landercode", "laendercode",
		"pays", "code pays", "pais", "codigo de pais", "codigo pais", "paese", "nazione", "landcode",
		"company country", "hq country",
	},
	Phone: {
		"phone", "phone number", "mobile", "mobile phone", "mobile number", "direct phone", "direct dial", "work phone", "business phone",
		"telephone", "telephone number", "tel", "cell", "cell phone", "contact phone", "person phone", "work direct phone",
		"corporate phone", "company phone", "home phone", "other phone", "phone 1", "phone 2", "phone1", "phone2",
		"telefon", "telefonnummer", "mobil", "mobiltelefon", "mobilnummer", "handy", "handynummer", "rufnummer", "durchwahl",
		"telefon geschaftlich", "telephone portable", "portable", "numero de telephone", "tel portable",
		"telefono", "movil", "telefono movil", "numero de telefono", "cellulare", "numero di telefono",
		"telefoonnummer", "telefoon", "mobiel",
	},
	Social: {
		"linkedin", "linkedin url", "linkedin profile", "linkedin profile url", "person linkedin url", "person linkedin",
		"linked in", "contact linkedin", "linkedin profil", "profil linkedin", "perfil linkedin", "perfil de linkedin", "profilo linkedin",
		"xing", "xing url", "xing profil", "twitter", "twitter url", "facebook", "facebook url", "social", "social url",
		"profile url", "social profile", "social profile url", "company linkedin url", "company linkedin", "linkedin company url",
	},
	Company: {
		"company", "company name", "organization", "organisation", "organization name", "organisation name", "account name", "account",
		"employer", "business name", "firm",
		"firma", "firmenname", "unternehmen", "unternehmensname",
		"societe", "entreprise", "nom de l entreprise", "raison sociale", "empresa", "nombre de la empresa", "razon social", "compania",
		"azienda", "nome azienda", "ragione sociale", "bedrijf", "bedrijfsnaam",
	},
	State: {
		"state", "state province", "state region", "province", "state code", "region", "county", "us state", "person state", "contact state",
		"mailing state", "mailing state province", "billing state", "billing state province", "company state",
		"bundesland", "kanton", "canton", "departement", "comunidad autonoma", "provincia", "estado", "regione", "provincie",
	},
	City: {
		"city", "town", "locality", "person city", "contact city", "mailing city", "billing city", "company city", "location",
		"ort", "stadt", "wohnort", "ville", "commune", "ciudad", "localidad", "poblacion", "citta", "comune", "localita", "stad", "plaats", "woonplaats",
	},
	Postcode: {
		"postcode", "post code", "postal code", "zip", "zip code", "zipcode", "zip postal code", "mailing zip", "mailing zip postal code",
		"billing zip", "billing zip postal code", "mailing postal code", "company zip", "company postal code",
		"plz", "postleitzahl", "code postal", "codigo postal", "cp", "cap", "codice postale", "codice di avviamento postale",
	},
	CompanyNumber: {
		"company number", "company registration number", "company reg number", "company reg no", "company registration no", "company no",
		"registered number", "registration number", "registered company number", "companies house number", "companies house no",
		"company house number", "crn", "uk company number",
		"handelsregisternummer", "hrb nummer", "registernummer", "numero d immatriculation", "numero rcs", "siren", "siret",
		"numero de registro", "numero de registro mercantil", "numero di registro", "numero rea", "kvk nummer", "kvk",
	},
	LegalForm: {
		"legal form", "legal entity type", "legal status", "legal type", "company type", "entity type", "business type", "subscriber type",
		"type of company", "company legal form", "company status type", "business structure", "pecr status",
		"rechtsform", "gesellschaftsform", "forme juridique", "statut juridique", "forma juridica", "tipo de sociedad",
		"forma giuridica", "natura giuridica", "rechtsvorm",
	},
	Collected: {
		"date collected", "collection date", "collected", "collected at", "collected on", "capture date", "captured at", "date captured",
		"date added", "added date", "added on", "added at", "date of entry", "entry date", "record date",
		"created", "created at", "created on", "created date", "create date", "date created", "creation date", "record created",
		"sign up date", "signup date", "date of collection",
		"erfasst am", "erfassungsdatum", "erhoben am", "erhebungsdatum", "erstellt am", "erstellungsdatum", "angelegt am", "anlagedatum",
		"date de collecte", "date de creation", "cree le", "date d ajout", "ajoute le", "date de saisie",
		"fecha de recogida", "fecha de recopilacion", "fecha de creacion", "creado el", "fecha de alta", "fecha de registro",
		"data di raccolta", "data di creazione", "creato il", "data inserimento", "data di inserimento", "data creazione",
		"verzameld op", "datum verzameld", "aangemaakt op", "aanmaakdatum", "datum aangemaakt", "datum toegevoegd",
	},
	Inactive: {
		"inactive since", "client inactive since", "customer inactive since", "client until", "customer until", "client end date", "churn date",
		"contract end", "contract end date", "end of contract", "relationship end", "end of relationship", "last order", "last order date",
		"last purchase", "last purchase date", "date of last order",
		"inaktiv seit", "kunde bis", "vertragsende", "letzte bestellung", "letzter auftrag",
		"inactif depuis", "client jusqu au", "fin de contrat", "date de fin de contrat", "derniere commande", "date de derniere commande",
		"inactivo desde", "cliente hasta", "fin de contrato", "ultimo pedido", "ultima compra",
		"inattivo dal", "cliente fino al", "fine contratto", "ultimo ordine", "ultimo acquisto",
		"inactief sinds", "klant tot", "einde contract", "laatste bestelling",
	},
	Source: {
		"source", "data source", "source of data", "lead source", "original source", "contact source", "record source", "list source", "origin",
		"quelle", "datenquelle", "herkunft", "leadquelle", "lead quelle", "origine", "source des donnees", "provenance",
		"fuente", "origen", "fuente de datos", "origen del lead", "fonte", "fonte dati", "provenienza", "bron", "herkomst", "gegevensbron",
	},
	Basis: {
		"legal basis", "lawful basis", "gdpr legal basis", "gdpr lawful basis", "legal basis for processing", "lawful basis for processing",
		"legal basis for processing contact s data", "processing basis", "basis", "legal ground", "legal grounds",
		"rechtsgrundlage", "rechtsgrund", "base legale", "base juridique", "fondement juridique", "fondement legal",
		"base legal", "base juridica", "base giuridica", "rechtsgrond", "grondslag", "rechtsgrondslag",
	},
	Consent: {
		"consent", "email consent", "marketing consent", "consent given", "gdpr consent", "consent status", "has consented",
		"opt in", "optin", "email opt in", "email optin", "marketing opt in", "opted in", "double opt in", "opt in status",
		"einwilligung", "einwilligung e mail", "zustimmung", "werbeeinwilligung", "consentement", "consentement marketing",
		"consentimiento", "consentimiento marketing", "consenso", "consenso marketing", "toestemming",
	},
	Supplier: {
		"supplier", "data supplier", "list supplier", "vendor", "data vendor", "list vendor", "data provider", "list provider", "broker", "data broker",
		"list broker", "supplied by", "purchased from", "bought from",
		"lieferant", "datenlieferant", "adresslieferant", "adresshandler", "fournisseur", "fournisseur de donnees",
		"proveedor", "proveedor de datos", "fornitore", "fornitore dati", "leverancier", "dataleverancier",
	},
	Title: {
		"job title", "title", "position", "job position", "job role", "role", "occupation", "function", "jobtitle", "current title", "person title",
		"berufsbezeichnung", "stellenbezeichnung", "jobtitel", "funktion", "beruf", "titel",
		"fonction", "poste", "intitule de poste", "intitule du poste", "titre", "cargo", "puesto", "puesto de trabajo",
		"ruolo", "qualifica", "mansione", "posizione", "functie", "functietitel", "functieomschrijving",
	},
	Department: {
		"department", "departments", "dept", "business unit", "job department", "team", "job function",
		"abteilung", "fachbereich", "bereich", "service", "departement de l entreprise", "direction",
		"departamento", "area", "reparto", "dipartimento", "afdeling",
	},
	Seniority: {
		"seniority", "seniority level", "job seniority", "level", "management level", "job level",
		"hierarchieebene", "karrierestufe", "niveau hierarchique", "nivel jerarquico", "seniorita", "livello", "niveau",
	},
}

// foldHeader reduces a header to lower-case words: accents and byte order marks
// dropped, camelCase and every separator a single space.
func foldHeader(name string) string {
	var b strings.Builder
	var prev rune
	space := false
	for _, r := range norm.NFKD.String(name) {
		switch {
		case unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cf, r):
			continue
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if unicode.IsUpper(r) && unicode.IsLower(prev) {
				space = true
			}
			if space && b.Len() > 0 {
				b.WriteByte(' ')
			}
			space = false
			b.WriteRune(unicode.ToLower(r))
		default:
			space = true
		}
		prev = r
	}
	return strings.ReplaceAll(b.String(), "linked in", "linkedin")
}

// Named columns given by a user override what headers say. A value is a column's
// name (compared exactly, then ignoring case) or its number from 1.
type Named map[Role]string

// A RoleError is a list whose columns cannot be given their roles.
type RoleError struct {
	Role Role
	What string
	Hint string
}

func (e *RoleError) Error() string { return e.What }

// FindRoles gives columns their roles, by the names a user gave and by header
// aliases. For each role the main column comes first. An e-mail column must be
// found, and be the only one that fits best. Of the roles behind Company only those
// that a user named, and those in also, are looked for.
func FindRoles(names []string, named Named, also ...Role) (map[Role][]int, error) {
	folded := make([]string, len(names))
	for i, n := range names {
		folded[i] = foldHeader(n)
	}
	roles := make(map[Role][]int)
	for role := range NumRoles {
		if want := named[role]; want != "" {
			c, err := columnNamed(names, want)
			if err != nil {
				return nil, &RoleError{role, err.Error(), "the columns are: " + listed(names)}
			}
			roles[role] = []int{c}
			if role == Email {
				continue // the others are searched as stray text
			}
		}
		if role > lastPlain && !slices.Contains(also, role) {
			continue
		}
		for _, alias := range aliases[role] {
			for c, f := range folded {
				if f == alias && !slices.Contains(roles[role], c) {
					roles[role] = append(roles[role], c)
				}
			}
			if role == Email && len(roles[role]) > 0 {
				break
			}
		}
	}
	switch mails := roles[Email]; {
	case len(mails) == 0:
		return nil, &RoleError{Email, "no e-mail column found in the header",
			"name it with --email-column NAME or NUMBER; the columns are: " + listed(names)}
	case len(mails) > 1:
		return nil, &RoleError{Email, fmt.Sprintf("two e-mail columns of the same name: %d and %d", mails[0]+1, mails[1]+1),
			"say which one holds the business address with --email-column NUMBER"}
	}
	return roles, nil
}

// LooksLikeHeader reports whether a column's name may stand in a message. One that looks
// like data may be some: of a list without a header, the first row.
func LooksLikeHeader(name string) bool {
	const longest = 40
	return len(name) <= longest && !strings.ContainsAny(name, "@＠0123456789") && strings.TrimSpace(name) != ""
}

// listed names columns for a hint.
func listed(names []string) string {
	const most = 24
	var b strings.Builder
	for i, name := range names {
		if i > 0 {
			b.WriteString(", ")
		}
		if i == most {
			fmt.Fprintf(&b, "and %d more", len(names)-most)
			break
		}
		if !LooksLikeHeader(name) {
			fmt.Fprintf(&b, "(column %d)", i+1)
			continue
		}
		b.WriteString(name)
	}
	return b.String()
}

func columnNamed(names []string, want string) (int, error) {
	found := -1
	for _, same := range []func(a, b string) bool{func(a, b string) bool { return a == b }, strings.EqualFold} {
		for i, n := range names {
			if !same(n, want) {
				continue
			}
			if found >= 0 {
				return 0, fmt.Errorf("two columns are named %q", want)
			}
			found = i
		}
		if found >= 0 {
			return found, nil
		}
	}
	if n, err := strconv.Atoi(want); err == nil && n >= 1 && n <= len(names) {
		return n - 1, nil
	}
	if n, err := strconv.Atoi(want); err == nil {
		return 0, fmt.Errorf("no column has the number %d: there are %d", n, len(names))
	}
	return 0, fmt.Errorf("no column is named %q", want)
}
