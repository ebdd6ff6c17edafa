package suppress

import (
	"archive/zip"
	"bufio"
	"errors"
	"fmt"
	"io"
	"iter"
	"path"
	"strings"
)

// California's Delete Request and Opt-out Platform (DROP) gives data brokers a ZIP
// archive with a file of columns for each kind of identifier: ID, which names the
// request, and Hash, the SHA-256 of the standardised identifier in base64. A broker
// answers with a file of the columns Id and Status under the same name. Source:
// https://privacy.ca.gov/drop-for-data-brokers/technical-specifications/ (1.2.0).
//
// Of the kinds, only Email can be compared with prospect lists: their standardisation,
// without white space and in lower case, gives our canonical form or one of its
// alternates.

// A DROPStatus is the outcome of a request, as the platform numbers it.
type DROPStatus uint8

// The outcomes.
const (
	DROPExempted DROPStatus = 2 // found; the law exempts what is held of the person
	DROPDeleted  DROPStatus = 3 // found, and deleted
	DROPOptedOut DROPStatus = 4 // found for several persons, all of whom were opted out
	DROPNotFound DROPStatus = 5 // not found
)

// A DROPRequest is one request in an archive of the platform.
type DROPRequest struct {
	File    string // that it stands in, and that the answer must be named after
	Type    string // Email, Phone, NDZ, MAID, NameVIN or CTVID
	ID      string // twelve letters and digits
	Key     Key    // of the digest
	Removed bool   // taken back: needs no answer
}

var dropTypes = []string{"Email", "Phone", "NDZ", "MAID", "NameVIN", "CTVID", "Removed"}

// dropType returns the kind of identifiers in a file of the platform, named
// DATE_BROKER_TYPE.csv or DATE_BROKER_TYPE_SUFFIX.csv, or nothing.
func dropType(name string) string {
	stem, ok := strings.CutSuffix(name, ".csv")
	parts := strings.Split(stem, "_")
	if !ok || len(parts) < 3 || len(parts) > 4 || len(parts[0]) != 8 ||
		strings.Trim(parts[0]+parts[1], "0123456789") != "" || parts[1] == "" {
		return ""
	}
	for _, t := range dropTypes {
		if strings.EqualFold(parts[2], t) {
			return t
		}
	}
	return ""
}

// maxDROPHeader is the size of a file of the platform without a request in it.
const maxDROPHeader = uint64(len("\ufeff\"ID\",\"Hash\"\r\n"))

func isDROPName(name string) bool { return dropType(name) != "" }

// dropSkips returns why the entries of a file of the platform do not count.
func dropSkips(name string) string {
	switch t := dropType(name); t {
	case "Email", "":
		return ""
	case "Removed":
		return "requests that were taken back"
	case "Phone":
		return "digests of telephone numbers, which rows are not compared with"
	default:
		return "digests of " + t + " identifiers, which prospect lists do not hold"
	}
}

// isDROPID reports whether s is the platform's identifier of a request.
func isDROPID(s string) bool {
	for i := range len(s) {
		if c := s[i]; c-'0' > 9 && c|0x20-'a' >= 26 {
			return false
		}
	}
	return len(s) == 12
}

// ReadDROP calls each for every request in an archive of the platform, in its order,
// until that returns an error, which it then returns. Other errors name the file and
// the line, and never a digest.
func ReadDROP(r io.ReaderAt, size int64, each func(DROPRequest) error) error {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return fmt.Errorf("not a ZIP archive: %w", err)
	}
	if len(z.File) > maxMembers {
		return fmt.Errorf("more than %d files", maxMembers)
	}
	left := expansion(size, 0)
	seen := 0
	for _, f := range z.File {
		name := path.Base(f.Name)
		if t := dropType(name); t != "" {
			seen++
			if err := readDROPFile(f, t, &left, each); err != nil {
				return err
			}
		}
	}
	if seen == 0 {
		return errors.New("no file of the Delete Request and Opt-out Platform in it")
	}
	return nil
}

func readDROPFile(f *zip.File, kind string, left *int64, each func(DROPRequest) error) error {
	name := shown(path.Base(f.Name))
	body, err := f.Open()
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	defer body.Close()
	lines := bufio.NewScanner(&bounded{r: body, left: left})
	var r reader
	var v value
	for line := 1; lines.Scan(); line++ {
		cells := strings.Split(strings.TrimRight(lines.Text(), "\r"), ",")
		for i := range cells {
			cells[i] = strings.Trim(strings.TrimPrefix(cells[i], "\ufeff"), `" `)
		}
		if line == 1 {
			if want := "id,hash"; !strings.HasPrefix(strings.ToLower(strings.Join(cells, ",")), want) {
				return fmt.Errorf("%s:1: the columns are not ID and Hash", name)
			}
			continue
		}
		if len(cells) == 1 && cells[0] == "" {
			continue
		}
		q := DROPRequest{File: name, Type: kind, Removed: kind == "Removed"}
		if q.Removed && len(cells) > 2 {
			q.Type = dropTypeNamed(cells[2])
		}
		if len(cells) < 2 || !isDROPID(cells[0]) {
			return fmt.Errorf("%s:%d: no identifier of a request", name, line)
		}
		q.ID = cells[0]
		if !r.readDigest([]byte(cells[1]), &v) || v.verdict != keyed && v.verdict != trap || v.alg != SHA256 {
			return fmt.Errorf("%s:%d: no SHA-256 digest", name, line)
		}
		if v.verdict == keyed {
			q.Key = v.key
		}
		if err := each(q); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// dropTypeNamed returns the platform's spelling of a kind of identifier.
func dropTypeNamed(s string) string {
	for _, t := range dropTypes {
		if strings.EqualFold(s, t) {
			return t
		}
	}
	return ""
}

// WriteDROPStatus writes the answer to the requests of one file: the columns Id and
// Status. It stops at an identifier or a status that the platform would refuse.
func WriteDROPStatus(w io.Writer, answers iter.Seq2[string, DROPStatus]) error {
	b := bufio.NewWriter(w)
	b.WriteString("Id,Status\n")
	n := 0
	for id, status := range answers {
		n++
		if !isDROPID(id) {
			return fmt.Errorf("answer %d: no identifier of a request", n)
		}
		if status < DROPExempted || status > DROPNotFound {
			return fmt.Errorf("answer %d: status %d is not one of 2, 3, 4 and 5", n, status)
		}
		fmt.Fprintf(b, "%s,%d\n", id, status)
	}
	return b.Flush()
}
