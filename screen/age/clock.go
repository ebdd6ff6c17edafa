package age

import "bytes"

// clockTime reads what stands behind a date, nothing or a time of day, and returns the
// date that it was in UTC then.
func clockTime(d Date, s []byte) (Date, bool) {
	if len(s) == 0 {
		return d, true
	}
	if s[0] == 'T' || s[0] == 't' {
		s = s[1:]
	} else if t := skip(s, " ,"); len(t) < len(s) {
		s = t
		if len(s) > 3 && string(s[:3]) == "at " {
			s = s[3:]
		}
	} else {
		return 0, false
	}
	if len(s) == 0 {
		return d, true
	}
	minute, s, ok := timeOfDay(s)
	if !ok {
		return 0, false
	}
	offset, ok := zone(skip(s, " "))
	if !ok {
		return 0, false
	}
	switch minute -= offset; {
	case minute < 0:
		d--
	case minute >= 24*60:
		d++
	}
	return d, true
}

// timeOfDay reads 12:30, 12:30:59.999, 123059 and 12:30 pm, and returns the minute of the
// day and what is behind.
func timeOfDay(s []byte) (minute int, rest []byte, ok bool) {
	two := func() int {
		if len(s) < 2 {
			return -1
		}
		v := digits(s[:2])
		s = s[2:]
		return v
	}
	var hour int
	if len(s) > 1 && s[1] == ':' {
		hour = digits(s[:1])
		s = s[1:]
	} else {
		hour = two()
	}
	colon := len(s) > 0 && s[0] == ':'
	if colon {
		s = s[1:]
	}
	minute = two()
	if hour < 0 || minute < 0 || minute > 59 {
		return 0, nil, false
	}
	if colon && len(s) > 0 && s[0] == ':' || !colon && len(s) > 1 && s[0]-'0' <= 9 {
		if colon {
			s = s[1:]
		}
		if sec := two(); sec < 0 || sec > 60 { // 60 is a leap second
			return 0, nil, false
		}
		if len(s) > 1 && (s[0] == '.' || s[0] == ',') && s[1]-'0' <= 9 {
			s = skip(s[1:], "0123456789")
		}
	}
	if t := skip(s, " "); len(t) >= 2 {
		half := t[0] | 0x20
		size := 0
		switch {
		case t[1]|0x20 == 'm':
			size = 2
		case len(t) >= 4 && t[1] == '.' && t[2]|0x20 == 'm' && t[3] == '.':
			size = 4
		}
		if size > 0 && (half == 'a' || half == 'p') {
			if hour < 1 || hour > 12 {
				return 0, nil, false
			}
			hour %= 12
			if half == 'p' {
				hour += 12
			}
			s = t[size:]
		}
	}
	return hour*60 + minute, s, hour <= 23
}

// zones are the abbreviations that are read, in minutes east of Greenwich: those of RFC
// 822, section 5, and the European ones. Others mean different things in different places.
var zones = [...]struct {
	name   string
	offset int
}{
	{"Z", 0}, {"UTC", 0}, {"GMT", 0}, {"UT", 0}, {"WET", 0}, {"WEST", 60}, {"BST", 60}, {"CET", 60}, {"CEST", 120}, {"EET", 120}, {"EEST", 180},
	{"EST", -300}, {"EDT", -240}, {"CST", -360}, {"CDT", -300}, {"MST", -420}, {"MDT", -360}, {"PST", -480}, {"PDT", -420},
}

// zone reads what stands behind a time, and returns it in minutes east of Greenwich.
func zone(s []byte) (offset int, ok bool) {
	if len(s) == 0 || len(s) == 1 && s[0]|0x20 == 'z' {
		return 0, true
	}
	if n := bytes.IndexByte(s, '('); n >= 0 && bytes.HasSuffix(s, []byte(")")) {
		s = bytes.TrimRight(s[:n], " ") // its name, once more
	}
	if n := bytes.IndexByte(s, '['); n >= 0 && bytes.HasSuffix(s, []byte("]")) {
		s = s[:n] // RFC 9557
	}
	n := 0
	for n < len(s) && (s[n]|0x20)-'a' < 26 {
		n++
	}
	name, s := s[:n], skip(s[n:], " ")
	if n > 0 {
		found := false
		for _, z := range zones {
			if len(z.name) == n && bytes.EqualFold(name, []byte(z.name)) {
				offset, found = z.offset, true
			}
		}
		if !found {
			return 0, false
		}
	}
	if len(s) == 0 {
		return offset, true
	}
	if offset != 0 || s[0] != '+' && s[0] != '-' && !bytes.HasPrefix(s, []byte("−")) {
		return 0, false
	}
	sign := 1
	switch {
	case s[0] == '+':
		s = s[1:]
	case s[0] == '-':
		s, sign = s[1:], -1
	default:
		s, sign = s[len("−"):], -1
	}
	var h, m int
	switch {
	case len(s) == 2:
		h = digits(s)
	case len(s) == 4:
		h, m = digits(s[:2]), digits(s[2:])
	case len(s) == 5 && s[2] == ':':
		h, m = digits(s[:2]), digits(s[3:])
	default:
		return 0, false
	}
	if h < 0 || m < 0 || h > 15 || m > 59 {
		return 0, false
	}
	return sign * (h*60 + m), true
}
