package main

// A locale is what invented people of a country are made of. Names and towns are common
// ones, put together by chance.
type locale struct {
	country, code, calling string
	first, last            []string
	streets                []string // with %d for the number
	places                 []place
	depts, titles          []string
	legal                  []string
	industries             []string
	free                   []string // mailbox providers
}

type place struct{ city, zip, region string }

var locales = map[string]*locale{
	"en": {"United Kingdom", "GB", "44",
		[]string{"James", "Olivia", "Harry", "Emma", "Jack", "Sophie", "Thomas", "Grace", "Oliver", "Chloe", "Daniel", "Priya", "Liam", "Fatima"},
		[]string{"Smith", "Jones", "Taylor", "Brown", "Walker", "Patel", "Wright", "Hughes", "Okafor", "Clarke", "Bennett", "O'Neill"},
		[]string{"%d High Street", "%d Station Road", "%d Church Lane", "%d King's Avenue", "%d Mill Court"},
		[]place{{"Leeds", "LS1 4DY", "West Yorkshire"}, {"Bristol", "BS1 5TR", "Avon"}, {"Austin", "73301", "Texas"}, {"London", "EC2A 4NE", "Greater London"}, {"Cardiff", "CF10 1EP", "Wales"}, {"Boston", "02108", "Massachusetts"}},
		[]string{"Sales", "Marketing", "Finance", "Engineering", "Human Resources", "Operations"},
		[]string{"Sales Director", "CTO", "Marketing Manager", "Head of Procurement", "Managing Director", "Software Engineer", "VP Operations", "Account Executive"},
		[]string{"Ltd", "Inc.", "LLC", "PLC"},
		[]string{"Information Technology", "Construction", "Retail", "Financial Services", "Logistics", "Healthcare"},
		[]string{"gmail.com", "yahoo.co.uk", "hotmail.com", "outlook.com"}},
	"de": {"Deutschland", "DE", "49",
		[]string{"Anna", "Lukas", "Jürgen", "Sabine", "Maximilian", "Katrin", "Stefan", "Ursula", "Felix", "Heike", "Tobias", "Lena"},
		[]string{"Müller", "Schmidt", "Schneider", "Weber", "Hoffmann", "Krüger", "Vogel", "Schäfer", "Lehmann", "Brandt"},
		[]string{"Hauptstraße %d", "Bahnhofstr. %d", "Lindenweg %d", "Am Markt %d", "Goethestraße %da"},
		[]place{{"München", "80331", "Bayern"}, {"Köln", "50667", "Nordrhein-Westfalen"}, {"Hamburg", "20095", "Hamburg"}, {"Leipzig", "04109", "Sachsen"}, {"Stuttgart", "70173", "Baden-Württemberg"}},
		[]string{"Vertrieb", "Einkauf", "Personal", "Buchhaltung", "IT"},
		[]string{"Geschäftsführer", "Vertriebsleiter", "Einkäuferin", "Leiter IT", "Assistentin der Geschäftsleitung", "Projektmanager"},
		[]string{"GmbH", "AG", "GmbH & Co. KG", "e.K."},
		[]string{"Maschinenbau", "Handel", "Bauwesen", "Informationstechnik", "Gesundheitswesen"},
		[]string{"gmx.de", "web.de", "t-online.de", "gmail.com"}},
	"fr": {"France", "FR", "33",
		[]string{"Camille", "Julien", "Élodie", "Nicolas", "Chloé", "Antoine", "Sandrine", "Mathieu", "Aurélie", "Pierre"},
		[]string{"Martin", "Bernard", "Dubois", "Moreau", "Lefèvre", "Girard", "Rousseau", "Mercier", "Le Gall", "Fontaine"},
		[]string{"%d rue de la République", "%d avenue Victor Hugo", "%d bd Voltaire", "%d place du Marché", "%d chemin des Vignes"},
		[]place{{"Lyon", "69002", "Auvergne-Rhône-Alpes"}, {"Nantes", "44000", "Pays de la Loire"}, {"Lille", "59800", "Hauts-de-France"}, {"Paris", "75011", "Île-de-France"}},
		[]string{"Commercial", "Achats", "Ressources humaines", "Comptabilité", "Informatique"},
		[]string{"Directeur commercial", "Responsable achats", "Gérant", "Chef de projet", "Ingénieure", "Directrice marketing"},
		[]string{"SARL", "SAS", "SA"},
		[]string{"Informatique", "Bâtiment", "Commerce de détail", "Transport", "Santé"},
		[]string{"gmail.com", "orange.fr", "free.fr", "wanadoo.fr"}},
	"es": {"España", "ES", "34",
		[]string{"María", "José", "Carmen", "Javier", "Lucía", "Antonio", "Pilar", "Sergio", "Elena", "Raúl"},
		[]string{"García", "Fernández", "López", "Martínez", "Sánchez", "Romero", "Navarro", "Ortega", "Molina"},
		[]string{"Calle Mayor, %d", "Avda. de la Constitución %d", "Plaza España %d", "C/ Alcalá, %d", "Paseo del Prado %d"},
		[]place{{"Madrid", "28013", "Madrid"}, {"Sevilla", "41001", "Andalucía"}, {"Valencia", "46002", "Comunidad Valenciana"}, {"Bilbao", "48001", "Vizcaya"}},
		[]string{"Ventas", "Compras", "Recursos humanos", "Contabilidad"},
		[]string{"Director comercial", "Jefa de ventas", "Gerente", "Responsable de compras", "Ingeniero", "Consultora"},
		[]string{"S.L.", "S.A.", "S.L.U."},
		[]string{"Construcción", "Hostelería", "Comercio", "Tecnología"},
		[]string{"gmail.com", "hotmail.es", "yahoo.es"}},
	"it": {"Italia", "IT", "39",
		[]string{"Giulia", "Marco", "Francesca", "Luca", "Chiara", "Matteo", "Alessandra", "Davide", "Paola", "Giovanni"},
		[]string{"Rossi", "Bianchi", "Ferrari", "Esposito", "Ricci", "Colombo", "Conti", "De Luca", "Galli"},
		[]string{"Via Roma %d", "Corso Garibaldi, %d", "Piazza Duomo %d", "Viale Europa %d", "Via G. Verdi %d/A"},
		[]place{{"Milano", "20121", "Lombardia"}, {"Torino", "10121", "Piemonte"}, {"Roma", "00184", "Lazio"}, {"Bologna", "40121", "Emilia-Romagna"}},
		[]string{"Vendite", "Acquisti", "Risorse umane", "Amministrazione"},
		[]string{"Direttore commerciale", "Responsabile acquisti", "Amministratore delegato", "Impiegata", "Ingegnere"},
		[]string{"S.r.l.", "S.p.A.", "S.n.c."},
		[]string{"Edilizia", "Commercio", "Meccanica", "Informatica"},
		[]string{"libero.it", "gmail.com", "virgilio.it"}},
	"nl": {"Nederland", "NL", "31",
		[]string{"Sanne", "Daan", "Femke", "Jeroen", "Marieke", "Bram", "Anouk", "Thijs", "Lotte", "Pieter"},
		[]string{"de Jong", "Jansen", "van den Berg", "Bakker", "Visser", "Smit", "Mulder", "Dekker"},
		[]string{"Dorpsstraat %d", "Keizersgracht %d", "Stationsweg %d", "Kerklaan %d"},
		[]place{{"Amsterdam", "1012 JS", "Noord-Holland"}, {"Utrecht", "3511 AB", "Utrecht"}, {"Rotterdam", "3011 AA", "Zuid-Holland"}, {"Eindhoven", "5611 AZ", "Noord-Brabant"}},
		[]string{"Verkoop", "Inkoop", "Personeelszaken", "Administratie"},
		[]string{"Directeur", "Verkoopmanager", "Inkoper", "Projectleider", "Adviseur"},
		[]string{"B.V.", "N.V.", "V.O.F."},
		[]string{"Bouw", "Groothandel", "Zorg", "ICT"},
		[]string{"gmail.com", "hotmail.nl", "ziggo.nl", "kpnmail.nl"}},
	"pl": {"Polska", "PL", "48",
		[]string{"Anna", "Piotr", "Katarzyna", "Tomasz", "Agnieszka", "Paweł", "Magdalena", "Krzysztof"},
		[]string{"Kowalski", "Nowak", "Wiśniewska", "Wójcik", "Kamiński", "Lewandowska", "Zieliński"},
		[]string{"ul. Długa %d", "ul. Marszałkowska %d", "al. Jerozolimskie %d", "os. Słoneczne %d"},
		[]place{{"Warszawa", "00-001", "Mazowieckie"}, {"Kraków", "31-042", "Małopolskie"}, {"Gdańsk", "80-831", "Pomorskie"}},
		[]string{"Sprzedaż", "Zakupy", "Kadry"},
		[]string{"Dyrektor handlowy", "Kierownik sprzedaży", "Specjalista", "Prezes zarządu"},
		[]string{"sp. z o.o.", "S.A."},
		[]string{"Budownictwo", "Handel", "Informatyka"},
		[]string{"wp.pl", "onet.pl", "gmail.com"}},
	"pt": {"Portugal", "PT", "351",
		[]string{"João", "Mariana", "Tiago", "Beatriz", "Rui", "Inês", "Gonçalo", "Sofia"},
		[]string{"Silva", "Santos", "Ferreira", "Pereira", "Oliveira", "Costa", "Carvalho"},
		[]string{"Rua Augusta, %d", "Avenida da Liberdade %d", "Travessa do Carmo %d", "Largo do Rato %d"},
		[]place{{"Lisboa", "1100-048", "Lisboa"}, {"Porto", "4000-322", "Porto"}, {"Braga", "4700-030", "Minho"}},
		[]string{"Vendas", "Compras", "Financeiro"},
		[]string{"Diretor comercial", "Gestora de projetos", "Engenheiro", "Gerente de vendas"},
		[]string{"Lda.", "S.A."},
		[]string{"Construção", "Comércio", "Tecnologia"},
		[]string{"gmail.com", "sapo.pt", "hotmail.com"}},
	"sv": {"Sverige", "SE", "46",
		[]string{"Erik", "Anna", "Lars", "Karin", "Johan", "Elin", "Björn", "Åsa"},
		[]string{"Andersson", "Johansson", "Lindberg", "Nilsson", "Bergström", "Sjögren"},
		[]string{"Storgatan %d", "Kungsvägen %d", "Ringvägen %d"},
		[]place{{"Stockholm", "111 20", "Stockholm"}, {"Göteborg", "411 05", "Västra Götaland"}, {"Malmö", "211 22", "Skåne"}},
		[]string{"Försäljning", "Inköp", "Ekonomi"},
		[]string{"Försäljningschef", "VD", "Projektledare", "Inköpare"},
		[]string{"AB"},
		[]string{"Bygg", "Handel", "IT"},
		[]string{"gmail.com", "telia.com", "hotmail.se"}},
	"da": {"Danmark", "DK", "45",
		[]string{"Mette", "Lars", "Søren", "Camilla", "Jens", "Ida", "Mikkel", "Pernille"},
		[]string{"Jensen", "Nielsen", "Hansen", "Pedersen", "Sørensen", "Kjær"},
		[]string{"Vestergade %d", "Strandvejen %d", "Nørregade %d", "Skolevej %d"},
		[]place{{"København", "1550", "Hovedstaden"}, {"Aarhus", "8000", "Midtjylland"}, {"Odense", "5000", "Syddanmark"}},
		[]string{"Salg", "Indkøb", "Økonomi"},
		[]string{"Salgschef", "Direktør", "Projektleder", "Konsulent"},
		[]string{"ApS", "A/S"},
		[]string{"Byggeri", "Handel", "IT"},
		[]string{"gmail.com", "hotmail.dk", "mail.dk"}},
}

var (
	firmWords  = []string{"Kelp", "Tarn", "Quill", "Otter", "Bramble", "Slate", "Larch", "Copper", "Harbor", "Meadow", "Pixel", "Granite", "Nimbus", "Cobalt", "Falcon", "Orchid"}
	firmWords2 = []string{"works", " Foods", " Systems", " Logistics", " Partners", "soft", " Textiles", " Solar", " Consulting", " Media"}
	tlds       = []string{"example", "com", "io", "eu"}
	notes      = []string{
		"Called twice, wants a quote after the summer.", "Met at the fair; interested in the annual plan, follow up in May",
		"Prefers to be reached in the morning. Has two dogs.", "Budget is being discussed with the board", "Left a voicemail on Monday, no answer yet",
		"Very friendly, asked for references and a demo", "Moving office in autumn - send the brochure there",
	}
	firmTexts = []string{"A family business that makes equipment for bakeries.", "Provider of cloud software for small retailers", "Regional haulier with forty lorries and two depots",
		"Consultancy for energy and buildings", "We build payment terminals for events."}
	products = []string{"Blue Chair 40 cm", "Desk Lamp XL", "USB-C Cable 2 m", "Oak Table", "Coffee Mug, red", "Notebook A5 ruled", "Garden Hose 20m"}
	zones    = []string{"Europe/Berlin", "America/New_York", "Europe/London", "Asia/Tokyo", "Europe/Madrid"}
	agents   = []string{"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36", "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15", "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0"}
	states   = []string{"TX", "California", "NY", "Ohio", "MA", "Florida"}
)
