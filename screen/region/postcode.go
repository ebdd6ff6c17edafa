package region

import "bytes"

// Scottish says whether a postcode of the United Kingdom is in Scotland, by its area: the
// letters it starts with. TD and, at places, CA and NE lie on both sides of the border:
// Maybe, as for what is no postcode. Source: Royal Mail, Postcode Address File, areas.
func Scottish(postcode []byte) Answer {
	s := bytes.TrimSpace(postcode)
	var area [2]byte
	n := 0
	for n < len(s) && n < 2 && (s[n]|0x20)-'a' < 26 {
		area[n] = s[n] &^ 0x20
		n++
	}
	if n == 0 || n == len(s) || s[n]-'0' > 9 || len(s) > 8 {
		return Maybe
	}
	switch string(area[:n]) {
	case "AB", "DD", "DG", "EH", "FK", "G", "HS", "IV", "KA", "KW", "KY", "ML", "PA", "PH", "ZE":
		return Yes
	case "TD", "CA", "NE":
		return Maybe
	case "AL", "B", "BA", "BB", "BD", "BH", "BL", "BN", "BR", "BS", "BT", "CB", "CF", "CH", "CM", "CO", "CR", "CT", "CV", "CW", "DA", "DE", "DH", "DL",
		"DN", "DT", "DY", "E", "EC", "EN", "EX", "FY", "GL", "GU", "HA", "HD", "HG", "HP", "HR", "HU", "HX", "IG", "IP", "KT", "L", "LA", "LD", "LE", "LL",
		"LN", "LS", "LU", "M", "ME", "MK", "N", "NG", "NN", "NP", "NR", "NW", "OL", "OX", "PE", "PL", "PO", "PR", "RG", "RH", "RM", "S", "SA", "SE", "SG",
		"SK", "SL", "SM", "SN", "SO", "SP", "SR", "SS", "ST", "SW", "SY", "TA", "TF", "TN", "TQ", "TR", "TS", "TW", "UB", "W", "WA", "WC", "WD", "WF", "WN",
		"WR", "WS", "WV", "YO":
		return No
	}
	return Maybe
}
