package address

import (
	"strings"
	"sync"
	"unicode/utf8"
)

// countries lists, for each ISO 3166-1 alpha-2 code (and AC, TA, UK, XK, which are in
// use), the calling code and the names that lists give the country: in English, in its
// own languages, and for those met most in German and French. Source of the codes:
// ITU-T, List of ITU-T Recommendation E.164 assigned country codes. The countries of
// the North American Numbering Plan all have 1.
const countries = `
BV 47;GS 500;HM 672;PN 64;TF 262;UM 1
AC 247;AD 376 Andorra;AE 971 United Arab Emirates,UAE,Emirates;AF 93 Afghanistan;AG 1 Antigua and Barbuda;AI 1 Anguilla;AL 355 Albania;AM 374 Armenia
AO 244 Angola;AQ 672;AR 54 Argentina;AS 1 American Samoa;AT 43 Austria,Österreich,Oesterreich,Autriche;AU 61 Australia;AW 297 Aruba
AX 358 Åland Islands,Aland;AZ 994 Azerbaijan;BA 387 Bosnia and Herzegovina,Bosnia;BB 1 Barbados;BD 880 Bangladesh;BE 32 Belgium,België,Belgique,Belgien
BF 226 Burkina Faso;BG 359 Bulgaria,Bulgarien;BH 973 Bahrain;BI 257 Burundi;BJ 229 Benin;BL 590;BM 1 Bermuda;BN 673 Brunei,Brunei Darussalam
BO 591 Bolivia;BQ 599;BR 55 Brazil,Brasil,Brasilien;BS 1 Bahamas,The Bahamas;BT 975 Bhutan;BW 267 Botswana;BY 375 Belarus;BZ 501 Belize
CA 1 Canada,Kanada;CC 61;CD 243 Democratic Republic of the Congo,DR Congo,DRC,Congo-Kinshasa;CF 236 Central African Republic
CG 242 Congo,Republic of the Congo,Congo-Brazzaville;CH 41 Switzerland,Schweiz,Suisse,Svizzera;CI 225 Côte d'Ivoire,Cote d'Ivoire,Ivory Coast
CK 682 Cook Islands;CL 56 Chile;CM 237 Cameroon;CN 86 China,People's Republic of China,PRC;CO 57 Colombia;CR 506 Costa Rica;CU 53 Cuba
CV 238 Cape Verde,Cabo Verde;CW 599 Curaçao,Curacao;CX 61;CY 357 Cyprus,Zypern;CZ 420 Czech Republic,Czechia,Tschechien,Česko
DE 49 Germany,Deutschland,Allemagne,Alemania,Germania,Duitsland,Federal Republic of Germany;DJ 253 Djibouti;DK 45 Denmark,Danmark,Dänemark
DM 1 Dominica;DO 1 Dominican Republic;DZ 213 Algeria;EC 593 Ecuador;EE 372 Estonia,Estland;EG 20 Egypt;EH 212;ER 291 Eritrea
ES 34 Spain,España,Spanien,Espagne;ET 251 Ethiopia;FI 358 Finland,Suomi,Finnland;FJ 679 Fiji;FK 500 Falkland Islands;FM 691 Micronesia
FO 298 Faroe Islands;FR 33 France,Frankreich,Francia;GA 241 Gabon
GB 44 United Kingdom,Great Britain,Britain,England,Scotland,Wales,Northern Ireland,Vereinigtes Königreich,Großbritannien,Royaume-Uni,United Kingdom of Great Britain and Northern Ireland
GD 1 Grenada;GE 995 Georgia;GF 594 French Guiana;GG 44 Guernsey;GH 233 Ghana;GI 350 Gibraltar;GL 299 Greenland;GM 220 Gambia,The Gambia;GN 224 Guinea
GP 590 Guadeloupe;GQ 240 Equatorial Guinea;GR 30 Greece,Griechenland,Hellas;GT 502 Guatemala;GU 1 Guam;GW 245 Guinea-Bissau;GY 592 Guyana
HK 852 Hong Kong,Hong Kong SAR;HN 504 Honduras;HR 385 Croatia,Hrvatska,Kroatien;HT 509 Haiti;HU 36 Hungary,Magyarország,Ungarn;ID 62 Indonesia
IE 353 Ireland,Republic of Ireland,Irland,Éire;IL 972 Israel;IM 44 Isle of Man;IN 91 India,Indien;IO 246;IQ 964 Iraq
IR 98 Iran,Islamic Republic of Iran;IS 354 Iceland,Island;IT 39 Italy,Italia,Italien,Italie;JE 44 Jersey;JM 1 Jamaica;JO 962 Jordan;JP 81 Japan
KE 254 Kenya;KG 996 Kyrgyzstan;KH 855 Cambodia;KI 686 Kiribati;KM 269 Comoros;KN 1 Saint Kitts and Nevis;KP 850 North Korea
KR 82 South Korea,Korea,Republic of Korea;KW 965 Kuwait;KY 1 Cayman Islands;KZ 7 Kazakhstan;LA 856 Laos;LB 961 Lebanon;LC 1 Saint Lucia
LI 423 Liechtenstein;LK 94 Sri Lanka;LR 231 Liberia;LS 266 Lesotho;LT 370 Lithuania,Litauen;LU 352 Luxembourg,Luxemburg;LV 371 Latvia,Lettland
LY 218 Libya;MA 212 Morocco,Marokko,Maroc;MC 377 Monaco;MD 373 Moldova,Republic of Moldova;ME 382 Montenegro;MF 590;MG 261 Madagascar
MH 692 Marshall Islands;MK 389 North Macedonia,Macedonia;ML 223 Mali;MM 95 Myanmar,Burma;MN 976 Mongolia;MO 853 Macao,Macau
MP 1 Northern Mariana Islands;MQ 596 Martinique;MR 222 Mauritania;MS 1 Montserrat;MT 356 Malta;MU 230 Mauritius;MV 960 Maldives;MW 265 Malawi
MX 52 Mexico,México,Mexiko;MY 60 Malaysia;MZ 258 Mozambique;NA 264 Namibia;NC 687 New Caledonia;NE 227 Niger;NF 672;NG 234 Nigeria;NI 505 Nicaragua
NL 31 Netherlands,The Netherlands,Holland,Nederland,Niederlande,Pays-Bas;NO 47 Norway,Norge,Norwegen;NP 977 Nepal;NR 674 Nauru;NU 683 Niue
NZ 64 New Zealand,Neuseeland;OM 968 Oman;PA 507 Panama;PE 51 Peru,Perú;PF 689 French Polynesia;PG 675 Papua New Guinea
PH 63 Philippines,The Philippines;PK 92 Pakistan;PL 48 Poland,Polska,Polen;PM 508 Saint Pierre and Miquelon;PR 1 Puerto Rico;PS 970 Palestine
PT 351 Portugal;PW 680 Palau;PY 595 Paraguay;QA 974 Qatar;RE 262 Réunion,Reunion;RO 40 Romania,România,Rumänien;RS 381 Serbia,Srbija,Serbien
RU 7 Russia,Russian Federation,Russland;RW 250 Rwanda;SA 966 Saudi Arabia,KSA;SB 677 Solomon Islands;SC 248 Seychelles;SD 249 Sudan
SE 46 Sweden,Sverige,Schweden;SG 65 Singapore,Singapur;SH 290 Saint Helena;SI 386 Slovenia,Slovenija,Slowenien;SJ 47
SK 421 Slovakia,Slovensko,Slowakei,Slovak Republic;SL 232 Sierra Leone;SM 378 San Marino;SN 221 Senegal;SO 252 Somalia;SR 597 Suriname
SS 211 South Sudan;ST 239 São Tomé and Príncipe,Sao Tome and Principe;SV 503 El Salvador;SX 1 Sint Maarten;SY 963 Syria,Syrian Arab Republic
SZ 268 Eswatini,Swaziland;TA 290;TC 1 Turks and Caicos Islands;TD 235 Chad;TG 228 Togo;TH 66 Thailand;TJ 992 Tajikistan;TK 690 Tokelau
TL 670 Timor-Leste,East Timor;TM 993 Turkmenistan;TN 216 Tunisia;TO 676 Tonga;TR 90 Turkey,Türkiye,Turkiye,Türkei;TT 1 Trinidad and Tobago
TV 688 Tuvalu;TW 886 Taiwan;TZ 255 Tanzania;UA 380 Ukraine;UG 256 Uganda;UK 44
US 1 United States,United States of America,USA,America,Vereinigte Staaten,États-Unis,Estados Unidos;UY 598 Uruguay;UZ 998 Uzbekistan
VA 39 Vatican City,Holy See;VC 1 Saint Vincent and the Grenadines;VE 58 Venezuela;VG 1 British Virgin Islands
VI 1 U.S. Virgin Islands,US Virgin Islands;VN 84 Vietnam,Viet Nam;VU 678 Vanuatu;WF 681 Wallis and Futuna;WS 685 Samoa;XK 383 Kosovo;YE 967 Yemen
YT 262 Mayotte;ZA 27 South Africa,Südafrika;ZM 260 Zambia;ZW 263 Zimbabwe
`

// shared are the codes of E.164 that belong to services and networks instead of countries.
const shared = "800 808 870 878 881 882 883 888 979"

// callingCodes are the countries by lower-case code and name, and the codes in use.
var callingCodes = sync.OnceValue(func() (t struct {
	byCountry map[string]string
	assigned  map[string]string
}) {
	t.byCountry, t.assigned = map[string]string{}, map[string]string{}
	for entry := range strings.FieldsFuncSeq(countries, func(r rune) bool { return r == ';' || r == '\n' }) {
		iso, rest, _ := strings.Cut(entry, " ")
		code, names, _ := strings.Cut(rest, " ")
		t.byCountry[countryKey(iso)] = code
		t.assigned[code] = code
		for name := range strings.SplitSeq(names, ",") {
			if name != "" {
				t.byCountry[countryKey(name)] = code
			}
		}
	}
	for code := range strings.FieldsSeq(shared) {
		t.assigned[code] = code
	}
	return t
})

// CallingCode returns the calling code, without plus, of a country given by its ISO
// 3166-1 alpha-2 code or by a common name, in any case; "" if it is not known.
func CallingCode(country string) string {
	if len(country) > 96 {
		return "" // longer than any name
	}
	if len(country) == 2 {
		// Nearly all lists hold codes; this does without allocating.
		key := [2]byte{lowerASCII(country[0]), lowerASCII(country[1])}
		return callingCodes().byCountry[string(key[:])]
	}
	return callingCodes().byCountry[countryKey(country)]
}

// countryKey is s in lower case without full stops, hyphens and repeated blanks.
func countryKey(s string) string {
	s = strings.Map(func(r rune) rune {
		switch r {
		case '.', utf8.RuneError:
			return -1
		case '-':
			return ' '
		case '’':
			return '\''
		}
		return r
	}, strings.ToLower(s))
	return strings.Join(strings.Fields(s), " ")
}

// codeOf returns the calling code that digits begin with, or "". No code is the
// beginning of another.
func codeOf(digits []byte) string {
	for n := 1; n <= 3 && n <= len(digits); n++ {
		if code, ok := callingCodes().assigned[string(digits[:n])]; ok {
			return code
		}
	}
	return ""
}
