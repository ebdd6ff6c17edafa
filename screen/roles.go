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
// found, and be the only one that fits best.
func FindRoles(names []string, named Named) (map[Role][]int, error) {
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

// listed names columns for a hint. A header that looks like data may be some: of a list
// without a header, the first row.
func listed(names []string) string {
	const most, longest = 24, 40
	var b strings.Builder
	for i, name := range names {
		if i > 0 {
			b.WriteString(", ")
		}
		if i == most {
			fmt.Fprintf(&b, "and %d more", len(names)-most)
			break
		}
		if len(name) > longest || strings.ContainsAny(name, "@＠0123456789") || strings.TrimSpace(name) == "" {
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
