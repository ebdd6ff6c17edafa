package corpus

// Invented building blocks. Combined they give some sixty thousand company names
// before numbers have to tell them apart; none is meant to be a real company.
var (
	firstNames = []string{"Ada", "Aisha", "Alan", "Amélie", "Anna", "Antoine", "Beatriz", "Bjørn", "Camille", "Carlos", "Chiara",
		"Clara", "Dario", "David", "Elena", "Emil", "Emma", "Erik", "Fatima", "Felix", "Fiona", "Gabriel", "Giulia", "Grace", "Hannah",
		"Henrik", "Ines", "Ivan", "Jan", "Jane", "João", "John", "Jürgen", "Karin", "Katarzyna", "Lars", "Laura", "Léa", "Liam", "Lucía",
		"Maja", "Marc", "María", "Matteo", "Mei", "Michael", "Mohammed", "Nadia", "Nina", "Noah", "Olga", "Oscar", "Paul", "Petra",
		"Priya", "Rafael", "Robert", "Rosa", "Sanne", "Sarah", "Sofia", "Stefan", "Tariq", "Thomas", "Ursula", "Victor", "Wei", "Yara", "Zoë"}
	lastNames = []string{"Adler", "Almeida", "Andersson", "Bakker", "Bauer", "Becker", "Bernard", "Bianchi", "Brown", "Castillo", "Chen",
		"Clark", "Conti", "Costa", "Davies", "de Vries", "Dubois", "Dupont", "Eriksen", "Evans", "Ferrari", "Fischer", "Fontaine", "García",
		"Girard", "Gomez", "Green", "Hansen", "Hoffmann", "Hughes", "Ivanov", "Jansen", "Johnson", "Jones", "Kaya", "Keller", "Khan",
		"Kowalski", "Krüger", "Lambert", "Larsen", "Lefèvre", "Lopez", "Maier", "Martin", "Meyer", "Moreau", "Müller", "Nielsen", "Novak",
		"O'Brien", "Okafor", "Olsen", "Patel", "Pereira", "Petrov", "Ricci", "Rossi", "Roux", "Santos", "Schmidt", "Schneider", "Silva",
		"Singh", "Smith", "Svensson", "Taylor", "van den Berg", "Vogel", "Wagner", "Walker", "Weber", "White", "Wilson", "Wright", "Zimmermann"}
	companyHeads = []string{"Abend", "Alder", "Amber", "Anker", "Arbor", "Atlas", "Aurel", "Basalt", "Birch", "Blau", "Boreal", "Brook",
		"Cedar", "Cinder", "Clover", "Cobalt", "Copper", "Coral", "Crest", "Delta", "Dune", "Eiche", "Ember", "Falcon", "Fels", "Fern",
		"Fjord", "Flint", "Forst", "Garnet", "Glen", "Granit", "Hafen", "Harbor", "Hazel", "Heron", "Indigo", "Iris", "Ivory", "Jade",
		"Juniper", "Kelp", "Kiefer", "Krone", "Lark", "Linden", "Lumen", "Maple", "Marble", "Meadow", "Mistral", "Moor", "Nebel", "Nord",
		"Oak", "Onyx", "Opal", "Orchid", "Osprey", "Pebble", "Pine", "Quarz", "Quill", "Raven", "Reed", "Ridge", "River", "Rowan", "Sable",
		"Sage", "Salz", "Silber", "Slate", "Sol", "Spruce", "Stein", "Stern", "Storm", "Tal", "Terra", "Thorn", "Tide", "Topas", "Ulm",
		"Umbra", "Vale", "Velvet", "Violet", "Wald", "Weiden", "Willow", "Winter", "Yarrow", "Zephyr", "Zinn"}
	companyTails = []string{"analytics", "antriebe", "apparel", "audit", "automation", "bau", "beratung", "biotech", "brands", "cargo",
		"ceramics", "chemie", "components", "consult", "controls", "data", "dental", "design", "devices", "digital", "dynamics", "electric",
		"elektronik", "energie", "engineering", "export", "farms", "filter", "foods", "foundry", "freight", "glas", "handel", "health",
		"holz", "hydraulik", "immobilien", "industries", "instruments", "interiors", "kabel", "kunststoff", "labs", "lighting", "logistik",
		"machinery", "marine", "media", "medical", "metall", "mobility", "motors", "networks", "optics", "packaging", "papier", "partners",
		"pharma", "plastics", "precision", "print", "pumps", "robotics", "security", "sensors", "services", "signal", "software", "solar",
		"stahl", "studio", "supply", "systems", "technik", "telecom", "textil", "tools", "trade", "transport", "valves", "ventures", "verlag",
		"water", "werkzeuge", "wind", "works"}
	legalForms = []string{"Ltd", "GmbH", "Inc", "SARL", "SL", "BV", "SpA", "AB", "Group", "plc", "LLC", "AG"}
	titles     = []string{"Head of Sales", "Marketing Manager", "CEO", "Chief Financial Officer", "Buyer", "Operations Director",
		"Purchasing Manager", "IT Administrator", "Geschäftsführer", "Directeur commercial", "Responsable de compras", "Product Owner",
		"HR Business Partner", "Plant Manager", "VP, Engineering", "Director, Strategy & Growth", "Office Manager", "Account Executive"}
	places = []struct {
		country, city, dial, tld string
		share                    int // of 100
	}{
		{"United Kingdom", "Leeds", "+44 113 496 0", "co.uk", 16}, {"Germany", "Köln", "+49 221 5550", "de", 16},
		{"United States", "Columbus, OH", "+1 614 555 0", "com", 28}, {"France", "Lyon", "+33 4 65 71 0", "fr", 9},
		{"Spain", "Valencia", "+34 960 55 0", "es", 7}, {"Netherlands", "Utrecht", "+31 30 555 0", "nl", 6},
		{"Italy", "Torino", "+39 011 555 0", "it", 5}, {"Sweden", "Malmö", "+46 40 628 0", "se", 4},
		{"Switzerland", "Zürich", "+41 44 555 0", "ch", 4}, {"Poland", "Gdańsk", "+48 58 555 0", "pl", 3}, {"Ireland", "Cork", "+353 21 555 0", "ie", 2},
	}
	freeDomains = []string{"gmail.com", "gmail.com", "gmail.com", "yahoo.com", "hotmail.com", "outlook.com", "gmx.de", "web.de", "icloud.com",
		"yahoo.co.uk", "hotmail.fr", "aol.com", "mail.ru", "proton.me"}
	ispDomains   = []string{"comcast.net", "btinternet.com", "orange.fr", "t-online.de", "wanadoo.fr", "verizon.net", "libero.it", "cox.net"}
	relayDomains = []string{"duck.com", "mozmail.com", "privaterelay.appleid.com", "simplelogin.com"}
	trashDomains = []string{"mailinator.com", "guerrillamail.com", "10minutemail.com", "yopmail.com", "trashmail.com"}
	sharedSites  = []string{"https://www.facebook.com/", "https://www.linkedin.com/company/", "https://sites.google.com/view/", "https://linktr.ee/"}
	slips        = []string{".cmo", ".local1", ".zzz"} // no top-level domains
	roleLocals   = []string{"info", "sales", "office", "contact", "kontakt", "hello", "support"}
)
