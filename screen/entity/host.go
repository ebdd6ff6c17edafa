package entity

import "bytes"

// public are the domains that only public bodies and chartered or statutory institutions
// get, which are bodies corporate or the Crown: GOV.UK's and the devolved governments'
// (parish councils too: Local Government Act 1972, section 14), police, defence,
// Parliament, the health service, and ac.uk, which Jisc gives to institutions of further
// and higher education and to research councils. Not among them: nhs.net, whose addresses
// general practices use, which are mostly partnerships; sch.uk, because a school may belong
// to a person; org.uk and net.uk, which anybody gets.
var public = [...]string{
	"gov.uk", "police.uk", "mod.uk", "parliament.uk", "nhs.uk", "ac.uk",
	"gov.scot", "parliament.scot", "nhs.scot", "gov.wales", "llyw.cymru", "senedd.wales", "senedd.cymru",
}

// OfHost tells what has a canonical host of mail.
func OfHost(host []byte) Subscriber {
	switch n := len(host); {
	case n < len("ac.uk"):
		return Unknown
	case string(host[n-3:]) == ".uk":
		// Nearly all mail hosts there are under co.uk, which is none.
		if n > 5 && string(host[n-6:]) == ".co.uk" {
			return Unknown
		}
	case host[n-1] != 't' && host[n-1] != 's' && host[n-1] != 'u': // scot, wales, cymru
		return Unknown
	}
	for _, p := range public {
		if rest, ok := bytes.CutSuffix(host, []byte(p)); ok && (len(rest) == 0 || rest[len(rest)-1] == '.') {
			return Corporate
		}
	}
	return Unknown
}
