package main

import (
	"encoding/hex"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// hashed is a list of the digests of addresses.
func hashed(addresses ...string) string {
	var b strings.Builder
	for _, a := range addresses {
		b.WriteString(hex.EncodeToString([]byte(oracleSHA1(a))) + "\n")
	}
	return b.String()
}

// tortureLists hold somebody for each class and each form.
var tortureLists = []oracleFile{
	{"opt_out", "optout@kelpfoods.com\n\n# a comment\nkelpdata.com\n*@sub.silberdata.com\n+442079460000\nhttps://www.linkedin.com/in/jane-doe\nboth@kelpfoods.com\n" +
		"MÜLLER@Kelpfoods.com\n@müller-kelp.de\nodd..dots@kelpfoods.com\n"},
	{"erasure", hashed("gone@kelpfoods.com", "Raw.Case@kelpfoods.com", "both@kelpfoods.com", "jürgen@kelpfoods.com", "anna@bücher-kelp.com", "anna@xn--bcher-kelp-9db.com",
		"uid@xn--kelp-0ra.com", "janedoe@gmail.com", "tagged@kelpfoods.com", "o'neil@kelpfoods.com", "LOWER@kelpfoods.com", "no-tld@kelpfoods", "straße@kelpfoods.com")},
	{"erasure_state", hashed("state@kelpfoods.com")},
	{"objection", "objector@kelpfoods.com\nobjected-company.com\n"},
	{"consent_withdrawn", "withdrew@kelpfoods.com\n"},
	{"do_not_sell", "nosell@kelpfoods.com\n"},
	{"restriction", "restricted@kelpfoods.com\n"},
	{"automated_objection", "auto@kelpfoods.com\n"},
	{"bounce", "bounced@kelpfoods.com\nbouncing.kelpfoods.com\n"},
}

const tortureAliases = "kelpfoods.com: kelp-mail.net silberpost.org\n"

const tortureHeader = "name,email,company,website,phone,linkedin_url,second_email,notes\n"

// site is the website of most people on the torture list.
const tortureSite = "https://www.kelpfoods.com/about"

// tortured are e-mail cells, each to stand beside tortureSite.
var tortured = []string{
	// Spellings of one address.
	"jane@kelpfoods.com", "JANE@KELPFOODS.COM", "Jane Doe <jane2@kelpfoods.com>", `"Doe, Jane" <jane3@kelpfoods.com>`, "mailto:jane4@kelpfoods.com",
	"mailto:jane5@kelpfoods.com?subject=hi", "<jane6@kelpfoods.com>", "'jane7@kelpfoods.com'", "jane8@kelpfoods.com;", "jane9@kelpfoods.com.", " jane10@kelpfoods.com\u00a0",
	"jane11＠kelpfoods．com", "ja\u200bne12@kelp\u00adfoods.com", "\ufeffjane13@kelpfoods.com", "jane14@kelpfoods.com\u202c", "jane15@KELPfoods。com", "(jane16@kelpfoods.com)",
	"„jane17@kelpfoods.com“", "mailto:jane18%40kelpfoods.com", "jane19@kelpfoods.com.", "jane20@kelpfoods.com..", "jane21@kelpfoods.com <jane21@kelpfoods.com>",
	"ＪＡＮＥ22@kelpfoods.com", "ja\tne23@kelpfoods.com", "jane 24@kelpfoods.com", "jane25 @kelpfoods.com", "[jane26@kelpfoods.com]",
	// Missing and broken ones.
	"", " ", "\u00a0", "-", "n/a", "none", "@", "jane", "jane@", "@kelpfoods.com", "jane@kelpfoods", "jane..doe@kelpfoods.com", ".jane@kelpfoods.com", "jane.@kelpfoods.com",
	"ja(ne@kelpfoods.com", `"jane doe"@kelpfoods.com`, `"a@b"@kelpfoods.com`, "jane@kelp_foods.com", "jane@-kelpfoods.com", "jane@kelpfoods-.com", "jane@kelp..foods.com",
	"jane@kelpfoods.com/x", "jane at kelpfoods.com", "jane@@kelpfoods.com", "jane.kelpfoods.com", "jane@[192.0.2.1]", "jane@192.0.2.1", "jane@[IPv6:2001:db8::1]", "jane@localhost",
	"jane@" + strings.Repeat("a", 64) + ".com", "jane@" + strings.Repeat("a.", 130) + "com", strings.Repeat("j", 65) + "@kelpfoods.com", strings.Repeat("j", 64) + "@kelpfoods.com",
	"a@kelpfoods.com, b@kelpfoods.com", "a@kelpfoods.com;b@kelpfoods.com", "a@kelpfoods.com / b@kelpfoods.com", "a@kelpfoods.com b@silberdata.com", "Ann <a@kelpfoods.com>, Bob <b@kelpfoods.com>",
	// Domains.
	"jane@mail.kelpfoods.com", "jane@kelp-mail.net", "jane@eu.kelp-mail.net", "jane@silberpost.org", "jane@kelpfoods.de", "jane@kelpfods.com", "jane@kelp-foods.com", "jane@keplfoods.com",
	"jane@kelpfoodz.com", "jane@ke1pf00ds.com", "jane@silberdata.com", "jane@gmail.com", "jane@googlemail.com", "jane@yahoo.co.uk", "jane@yahoo.com.vn", "jane@hotmail.fr", "jane@comcast.net", "jane@duck.com", "jane@mailinator.com",
	"jane@privaterelay.appleid.com", "jane@corp.mail.ru", "jane@x.web.de", "jane@gmx.io", "jane@gmx.ch", "jane@co.uk", "jane@github.io", "jane@kelp.github.io", "jane@nhs.uk", "jane@kelpfoods.zzz", "jane@kelpfoods.local",
	"jane@example.com", "jane@www.example.org", "jane@kelpfoods.test", "jane@kelpfoods.invalid", "jane@www.kelpfoods.com", "jane@xn--0.com", "jane@kelpfoods.xn--p1ai",
	"jane@bücher-kelp.com", "jane@BÜCHER-kelp.com", "jane@xn--bcher-kelp-9db.com", "jane@faß-kelp.de", "jane@кelpfoods.com", "jane@kelpfoods.рф", "jane@日本語.jp",
	// Tags, roles.
	"jane+crm@kelpfoods.com", "+jane@kelpfoods.com", "info@kelpfoods.com", "INFO+x@kelpfoods.com", "vertrieb@kelpfoods.com", "no-reply@kelpfoods.com", "büro@kelpfoods.com", "infos@kelpfoods.com",
	"=cmd@kelpfoods.com", "-jane@kelpfoods.com", "'jane@kelpfoods.com", "jan\u030ce@kelpfoods.com", "JAN\u030cE@kelpfoods.com", "İpek@kelpfoods.com", "ΣΑΣ@kelpfoods.com", "straße2@kelpfoods.com",
	// People who want to be left alone.
	"gone@kelpfoods.com", "GONE@KelpFoods.com", "gone+x@kelpfoods.com", "Gone <gone@kelpfoods.com>", "mailto:gone@kelpfoods.com", "go\u200bne@kelpfoods.com", "gone＠kelpfoods。com", "'gone@kelpfoods.com", "=gone@kelpfoods.com", "-gone@kelpfoods.com", "*gone@kelpfoods.com", "email=gone@kelpfoods.com", "_gone_@kelpfoods.com", "mailto:gone%40kelpfoods.com", "gone@kelpfoods.com.",
	"a@kelpfoods.com, gone@kelpfoods.com", "gone@kelpfoods.com; a@kelpfoods.com", "a@kelpfoods.com/gone@kelpfoods.com", "x gone@kelpfoods.com", "Raw.Case@kelpfoods.com", "raw.case@kelpfoods.com",
	"JÜRGEN@kelpfoods.com", "ju\u0308rgen@kelpfoods.com", "anna@bücher-kelp.com", "anna@xn--bcher-kelp-9db.com", "jane.doe@gmail.com", "j.a.n.e.doe+news@gmail.com", "tagged+a+b@kelpfoods.com", "O'Neil@kelpfoods.com", "LOWER@kelpfoods.com", "lower@kelpfoods.com",
	"no-tld@kelpfoods", "STRASSE@kelpfoods.com", "straße@kelpfoods.com", "both@kelpfoods.com", "state@kelpfoods.com", "objector@kelpfoods.com", "Objector+1@kelpfoods.com", "x@objected-company.com", "x@mail.objected-company.com", "withdrew@kelpfoods.com",
	"nosell@kelpfoods.com", "restricted@kelpfoods.com", "auto@kelpfoods.com", "bounced@kelpfoods.com", "x@bouncing.kelpfoods.com", "x@y.bouncing.kelpfoods.com", "optout@kelpfoods.com", "OptOut <optout@kelpfoods.com>",
	"x@kelpdata.com", "x@mail.kelpdata.com", "x@silberdata.com", "x@sub.silberdata.com", "müller@kelpfoods.com", "x@müller-kelp.de", "x@mail.müller-kelp.de", "odd..dots@kelpfoods.com",
	// Repeats of kept and of other rows.
	"jane@kelpfoods.com", "Jane@Kelpfoods.com", "jane2@kelpfoods.com", "info@kelpfoods.com", "jane@gmail.com", "jane+crm@kelpfoods.com",
}

// tortureRows are whole rows: name, email, company, website, phone, profile, second
// address, notes.
var tortureRows = [][]string{
	{"", "w1@kelpfoods.com", "", "", "", "", "", ""},
	{"", "w2@kelpfoods.com", "", "n/a", "", "", "", ""},
	{"", "w3@kelpfoods.com", "", "kelpfoods.com", "", "", "", ""},
	{"", "w4@kelpfoods.com", "", "WWW.KELPFOODS.COM", "", "", "", ""},
	{"", "w5@kelpfoods.com", "", "http://user:pw@kelpfoods.com:8080/x?y#z", "", "", "", ""},
	{"", "w6@kelpfoods.com", "", "shop.kelpfoods.com", "", "", "", ""},
	{"", "w7@kelpfoods.com", "", "facebook.com/kelpfoods", "", "", "", ""},
	{"", "w8@kelpfoods.com", "", "https://kelpfoods.wordpress.com", "", "", "", ""},
	{"", "w9@kelpfoods.com", "", "gmail.com", "", "", "", ""},
	{"", "w10@kelpfoods.com", "", "http://192.0.2.7/", "", "", "", ""},
	{"", "w11@kelpfoods.com", "", "kelpfoods", "", "", "", ""},
	{"", "w12@kelpfoods.com", "", "kelpfoods.com, silberdata.com", "", "", "", ""},
	{"", "w13@bücher-kelp.com", "", "https://www.bücher-kelp.com/", "", "", "", ""},
	{"", "w14@xn--bcher-kelp-9db.com", "", "BÜCHER-KELP.com", "", "", "", ""},
	{"", "w15@nhs.uk", "", "www.nhs.uk", "", "", "", ""},
	{"", "w16@kelp.github.io", "", "kelp.github.io", "", "", "", ""},
	{"", "w17@facebook.com", "", "facebook.com", "", "", "", ""},
	{"", "w18@123box.net", "", "123box.net", "", "", "", ""},
	{"", "w19@kelpfoods.com", "", "kelpdata.com", "", "", "", ""},
	{"", "w20@kelpfoods.com", "", "https://mail.objected-company.com/x", "", "", "", ""},
	{"", "w21@kelpfoods.com", "", "jane@kelpfoods.com", "", "", "", ""},
	{"", "w22@kelpfoods.com", "", "gone@kelpfoods.com", "", "", "", ""},
	{"", "w23@@objected-company.com", "", "objected-company.com", "", "", "", ""},
	{"", "w24@@kelpdata.com", "", "kelpdata.com", "", "", "", ""},
	{"", "w25@kelpdata.com, w25@kelpfoods.com", "", tortureSite, "", "", "", ""},
	{"", "p1@kelpfoods.com", "", tortureSite, "+44 20 7946 0000", "", "", ""},
	{"", "p2@kelpfoods.com", "", tortureSite, "+44 (0)20 7946-0000", "", "", ""},
	{"", "p3@kelpfoods.com", "", tortureSite, "+44 20 7946 0001", "", "", ""},
	{"", "p4@kelpfoods.com", "", tortureSite, "", "linkedin.com/in/Jane-Doe/", "", ""},
	{"", "p5@kelpfoods.com", "", tortureSite, "", "https://uk.linkedin.com/in/jane-doe?trk=x", "", ""},
	{"", "p6@kelpfoods.com", "", tortureSite, "", "https://www.linkedin.com/in/jane-doe2", "", ""},
	{"", "n1@kelpfoods.com", "", tortureSite, "", "", "gone@kelpfoods.com", ""},
	{"", "n2@kelpfoods.com", "", tortureSite, "", "", "GONE+2@kelpfoods.com", ""},
	{"", "n3@kelpfoods.com", "", tortureSite, "", "", "", "write to gone@kelpfoods.com, please"},
	{"", "n4@kelpfoods.com", "", tortureSite, "", "", "", "email:gone@kelpfoods.com."},
	{"", "n5@kelpfoods.com", "", tortureSite, "", "", "", "<a href=\"mailto:gone@kelpfoods.com\">x</a>"},
	{"", "n6@kelpfoods.com", "", tortureSite, "", "", "", "(gone@kelpfoods.com)"},
	{"", "n7@kelpfoods.com", "", tortureSite, "", "", "", "'gone@kelpfoods.com'"},
	{"", "n8@kelpfoods.com", "", tortureSite, "", "", "", "a@kelpfoods.com/gone@kelpfoods.com"},
	{"", "n9@kelpfoods.com", "", tortureSite, "", "", "", "email=gone@kelpfoods.com&x=y"},
	{"", "n10@kelpfoods.com", "", tortureSite, "", "", "", "»gone@kelpfoods.com«"},
	{"", "n11@kelpfoods.com", "", tortureSite, "", "", "", "gone＠kelpfoods.com"},
	{"", "n12@kelpfoods.com", "", tortureSite, "", "", "", "two\r\nlines gone@kelpfoods.com\r\nthree"},
	{"", "n13@kelpfoods.com", "", tortureSite, "", "", "", "a \"quoted\" gone@kelpfoods.com word"},
	{"", "n14@kelpfoods.com", "", tortureSite, "", "", "", "x@kelpdata.com is gone"},
	{"", "n15@kelpfoods.com", "", tortureSite, "", "", "", "objector@kelpfoods.comma"},
	{"", "n16@kelpfoods.com", "", tortureSite, "", "", "", "notgone@kelpfoods.com"},
	{"", "n17@kelpfoods.com", "", tortureSite, "", "", "", "also optout@kelpfoods.com and auto@kelpfoods.com"},
	{"", "n18@kelpfoods.com", "", tortureSite, "", "", "", "=gone@kelpfoods.com"},
	{"gone@kelpfoods.com", "n19@kelpfoods.com", "", tortureSite, "", "", "", ""},
	{"=1+1", "n20@kelpfoods.com", "@handle", tortureSite, "-5", "", "", "\ttab"},
	{"", "", "", tortureSite, "", "", "gone@kelpfoods.com", ""},
	{"", "", "", tortureSite, "", "", "optout@kelpfoods.com", ""},
	{"", "jane@gmail.com", "", tortureSite, "", "", "", "gone@kelpfoods.com"},
	{"", "z1@bücher-kelp.com", "", tortureSite, "", "", "", "anna@bücher-kelp.com"},
	{"", "z2@kelpfoods.com", "", tortureSite, "", "", "Jürgen <JÜRGEN@kelpfoods.com>", ""},
	{"", "z3@kelpfoods.com", "", tortureSite, "", "", "j.ane.doe@gmail.com", ""},
}

// tortureRaw are records as they stand in the file, most of them broken.
var tortureRaw = []string{
	"Max,\"gone@kelpfoods.com,x,y,z,,,\n",
	"Max,q1@kelpfoods.com,\"Kelp\" Foods,kelpfoods.com,,,,\n",
	"Max,q2@kelpfoods.com,Kelp \"Foods\",kelpfoods.com,,,,\n",
	"Max,q3@kelpfoods.com,\"Kelp\n Foods\"x,kelpfoods.com,,,,gone@kelpfoods.com\n",
	"Max,q4@kelpfoods.com,\"Kelp\nFoods\",kelpfoods.com,,,,6\" pipe\n",
	"Max,q5@kelpfoods.com,short,kelpfoods.com\n",
	"Max,gone@kelpfoods.com,short\n",
	"Max,q6@kelpfoods.com,long,kelpfoods.com,,,,,,\n",
	"Max,q7@kelpfoods.com,long,kelpfoods.com,,,,,optout@kelpfoods.com\n",
	"Max,q8@kelpfoods.com,long,kelpfoods.com,,,,,auto@kelpfoods.com\n",
	"\n", "\r\n", "\n",
	"Max,q9@kelpfoods.com,caf\xe9,kelpfoods.com,,,,\n",
	"Max,GONE@kelpfoods.com,caf\xe9,kelpfoods.com,,,,\n",
	"Max,gone@kelpfoods.com\xff,x,kelpfoods.com,,,,\n",
	"Max,q10@kelpfoods.com,nul\x00,kelpfoods.com,,,,\n",
	"Max,q11@kelpfoods.com,nul\x00,kelpfoods.com,,,,objector@kelpfoods.com\n",
	"\"Max\",\"q12@kelpfoods.com\",\"\",\"kelpfoods.com\",\"\",\"\",\"\",\"\"\r\n",
	"Max,q13@kelpfoods.com,,kelpfoods.com,,,,crlf\r\n",
	"Max,q14@kelpfoods.com,,kelpfoods.com,,,,\"\"\"all\"\" quoted\"\r\n",
	"Max,q15@kelpfoods.com,,kelpfoods.com,,,,a\rb\n",
	"Max,q16@kelpfoods.com,,kelpfoods.com,,,,\"a\r\nb\"\n",
	"Max,q17@kelpfoods.com,,kelpfoods.com,,,,\"x\"\ry\n",
	"Max,q18@kelpfoods.com,,kelpfoods.com,,,,\"\n",
	"Max,\"\"q19@kelpfoods.com,,kelpfoods.com,,,,\n",
	"Max, \"q20@kelpfoods.com\",,kelpfoods.com,,,,\n",
	",,,,,,,\n",
	"x\n",
	"\"\n\",q21@kelpfoods.com,,kelpfoods.com,,,,\n",
	"Max,q22@kelpfoods.com,,kelpfoods.com,,,,ok\n",
}

// tortureList is all of it: rows, raw records, and one more that lacks its line end.
func tortureList(end string) string {
	var b strings.Builder
	b.WriteString(tortureHeader)
	cells := func(row []string) {
		for i, c := range row {
			if i > 0 {
				b.WriteByte(',')
			}
			if strings.ContainsAny(c, ",\"\r\n") {
				c = `"` + strings.ReplaceAll(c, `"`, `""`) + `"`
			}
			b.WriteString(c)
		}
		b.WriteString(end)
	}
	for _, mail := range tortured {
		cells([]string{"", mail, "", tortureSite, "", "", "", ""})
	}
	for _, row := range tortureRows {
		cells(row)
	}
	for _, raw := range tortureRaw {
		b.WriteString(raw)
	}
	b.WriteString("Last,last@kelpfoods.com,,kelpfoods.com,,,,no line end")
	return b.String()
}

// TestTorture: the command and the oracle agree on a list of every kind of trouble.
func TestTorture(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]*oracleCase{
		"lf":            {list: tortureList("\n")},
		"crlf":          {list: tortureList("\r\n")},
		"mark":          {list: "\ufeff" + tortureList("\n")},
		"one worker":    {list: tortureList("\n"), args: []string{"-j", "1"}},
		"open quote":    {list: tortureList("\n") + "\n\"never,gone@kelpfoods.com,closed\nMax,r1@kelpfoods.com,,kelpfoods.com,,,,\n"},
		"open at end":   {list: tortureList("\n") + "\nMax,r2@kelpfoods.com,,kelpfoods.com,,,,\"gone@kelpfoods.com"},
		"closed at end": {list: tortureList("\n") + "\nMax,r3@kelpfoods.com,,kelpfoods.com,,,,\"x\""},
		"CR at end":     {list: tortureList("\n") + "\nMax,r4@kelpfoods.com,,kelpfoods.com,,,,x\r"},
		"blank end":     {list: tortureList("\n") + "\n\n\n\r\n"},
		"header alone":  {list: tortureHeader},
	} {
		t.Run(name, func(t *testing.T) {
			c.comma, c.lists, c.aliases = ',', tortureLists, tortureAliases
			c.check(t)
		})
	}
}

// TestTortureEncodings: so they do if the list is written in another way.
func TestTortureEncodings(t *testing.T) {
	t.Parallel()
	utf16 := func(e unicode.Endianness, b unicode.BOMPolicy) encoding.Encoding { return unicode.UTF16(e, b) }
	for name, c := range map[string]*oracleCase{
		"windows-1252": {encoding: charmap.Windows1252, comma: ','},
		"utf-16le":     {encoding: utf16(unicode.LittleEndian, unicode.UseBOM), comma: ','},
		"utf-16be":     {encoding: utf16(unicode.BigEndian, unicode.UseBOM), comma: ','},
		"unmarked":     {encoding: utf16(unicode.LittleEndian, unicode.IgnoreBOM), comma: ','},
		"semicolon":    {comma: ';'},
		"tab":          {comma: '\t'},
		"bar":          {comma: '|'},
	} {
		t.Run(name, func(t *testing.T) {
			var b strings.Builder
			for _, r := range oracleSplit(tortureList("\r\n"), ',') {
				if c.encoding != nil && !utf8.ValidString(r.raw) {
					continue
				}
				if _, err := charmap.Windows1252.NewEncoder().String(r.raw); err == nil || c.encoding != charmap.Windows1252 {
					b.WriteString(strings.ReplaceAll(r.raw, ",", string(c.comma)))
				}
			}
			c.list, c.lists, c.aliases = b.String(), tortureLists, tortureAliases
			if c.comma != ',' {
				c.args = []string{"--delimiter", string(c.comma)}
			}
			if c.comma == '\t' {
				c.args = append(c.args, "--to", "tsv") // the outputs are called .csv
			}
			c.check(t)
		})
	}
}
