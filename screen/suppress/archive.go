package suppress

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"unicode"

	"github.com/klauspost/compress/zstd"
)

// Limits of archives. A list of a thousand million digests as text fits; text of
// addresses compresses to about a third, of the same few words to a twentieth.
const (
	maxMembers   = 10_000
	maxExpanded  = 64 << 30 // bytes of all members together
	maxRatio     = 200      // how many times its size an archive may expand to …
	freeExpanded = 64 << 20 // … beyond this many bytes
	maxInMemory  = 256 << 20
)

var errBomb = errors.New("expands to far more than a list would")

// readArchive reads the members of a ZIP archive as one list.
func (b *Builder) readArchive(ctx context.Context, in *input, src *source, spec *ListSpec, must *canaries, info *ListInfo) ([]*chunk, error) {
	if in.at == nil {
		data, err := io.ReadAll(io.LimitReader(src.raw, maxInMemory+1))
		if err != nil {
			return nil, spec.fail(src.sourceError(err))
		}
		if len(data) > maxInMemory {
			return nil, spec.fail(&ListError{Code: TooLarge, What: "is an archive of more than 256 MiB that is not a file",
				Hint: "give it as a file"})
		}
		in.at, in.size = bytes.NewReader(data), int64(len(data))
	}
	z, err := zip.NewReader(in.at, in.size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) { // names are shown, never written to
		return nil, spec.fail(&ListError{Code: Damaged, What: "its ZIP directory is damaged or missing", Err: err, Hint: "fetch the list again"})
	}
	z.RegisterDecompressor(zstd.ZipMethodWinZip, zstd.ZipDecompressor())
	if len(z.File) > maxMembers {
		return nil, spec.fail(&ListError{Code: TooLarge, What: fmt.Sprintf("is an archive of more than %d files", maxMembers),
			Hint: "unpack it, and join the lists in it"})
	}
	if err := spec.settle(&header{}, in.modified, info); err != nil {
		return nil, err
	}
	a := &archive{b: b, spec: spec, must: must, info: info, left: expansion(in.size, b.unpack)}
	a.kind = archiveKind(z)
	info.Layout = Layout{Format: a.kind, Compression: "zip"}
	if a.kind == "spreadsheet" {
		return nil, spec.fail(src.sourceError(errFormat{"a spreadsheet"}))
	}
	var chunks []*chunk
	for _, f := range z.File {
		if strings.HasSuffix(f.Name, "/") {
			continue
		}
		c, err := a.member(ctx, f)
		if err != nil {
			return nil, err
		}
		chunks = append(chunks, c...)
	}
	for _, m := range info.Members {
		switch is := m.Layout.Encoding; {
		case is == "" || is == info.Layout.Encoding:
		case info.Layout.Encoding == "":
			info.Layout.Encoding = is
		default:
			info.Layout.Encoding = "mixed"
		}
	}
	h := sha256.New()
	n, err := io.Copy(h, io.NewSectionReader(in.at, 0, in.size))
	if err != nil {
		return nil, spec.fail(&ListError{Code: Unreadable, What: fmt.Sprintf("cannot be read: %v", err), Err: err})
	}
	info.SHA256, info.Bytes = hex.EncodeToString(h.Sum(nil)), n
	return chunks, nil
}

// expansion returns how many bytes an archive of that size may expand to, at least
// free, or freeExpanded if that is zero.
func expansion(size, free int64) int64 {
	if free == 0 {
		free = freeExpanded
	}
	if size > maxExpanded/maxRatio {
		return maxExpanded
	}
	return max(free, maxRatio*size)
}

// An archive is a ZIP archive that is being read.
type archive struct {
	b    *Builder
	spec *ListSpec
	must *canaries
	info *ListInfo
	kind string
	left int64 // how much may still be unpacked
}

// archiveKind tells by the names of its members what an archive is: the export of a
// sender, a spreadsheet, or just zip.
func archiveKind(z *zip.Reader) string {
	mailchimp, drop, others := 0, 0, 0
	for _, f := range z.File {
		switch name := path.Base(f.Name); {
		case strings.HasSuffix(f.Name, "/") || isSystemFile(f.Name):
		case f.Name == "[Content_Types].xml" || f.Name == "mimetype":
			return "spreadsheet"
		case mailchimpSection(name) != "":
			mailchimp++
		case isDROPName(name):
			drop++
		default:
			others++
		}
	}
	switch {
	case drop > 0 && mailchimp == 0 && others == 0:
		return "drop-zip"
	case mailchimp > 0 && drop == 0:
		return "mailchimp-zip"
	}
	return "zip"
}

// isSystemFile reports whether a member is one that systems add to archives.
func isSystemFile(name string) bool {
	return strings.HasPrefix(name, "__MACOSX/") || strings.HasPrefix(path.Base(name), ".") || path.Base(name) == "Thumbs.db"
}

// mailchimpSection returns the section of an audience that a member of Mailchimp's
// export holds, or nothing: they are named unsubscribed_members_export_0a1b2c.csv, or
// with _email_audience_export_.
func mailchimpSection(name string) string {
	name = strings.ToLower(name)
	if !strings.Contains(name, "_export_") || !strings.HasSuffix(name, ".csv") {
		return ""
	}
	for _, s := range []string{"unsubscribed", "nonsubscribed", "subscribed", "cleaned"} {
		if strings.HasPrefix(name, s+"_") {
			return s
		}
	}
	return ""
}

// skips returns why a member's entries do not count, or nothing if they do. What we do
// not know counts.
func (a *archive) skips(name string) string {
	base := path.Base(name)
	switch {
	case isSystemFile(name):
		return "added by the system that made the archive"
	case a.kind == "mailchimp-zip":
		switch mailchimpSection(base) {
		case "subscribed":
			return "subscribers, who may be contacted"
		case "nonsubscribed":
			return "contacts who have neither subscribed nor unsubscribed"
		}
	case a.kind == "drop-zip":
		return dropSkips(base)
	}
	return ""
}

// member reads one file of the archive.
func (a *archive) member(ctx context.Context, f *zip.File) ([]*chunk, error) {
	m := Member{Name: shown(f.Name), Skipped: a.skips(f.Name)}
	spec := *a.spec
	spec.Name, spec.Path = a.spec.name(), path.Join(a.spec.Path, m.Name)
	if m.Skipped != "" {
		if a.kind == "drop-zip" && dropType(path.Base(f.Name)) != "Removed" && f.UncompressedSize64 > maxDROPHeader {
			a.info.Warnings = append(a.info.Warnings, Warning{0, m.Name + ": not compared: " + m.Skipped})
		}
		a.info.Members = append(a.info.Members, m)
		return nil, nil
	}
	if f.Flags&1 != 0 {
		return nil, spec.fail(&ListError{Code: Unreadable, What: "is encrypted", Hint: "decrypt the archive, or unpack it"})
	}
	body, err := f.Open()
	if err != nil {
		e := &ListError{Code: Damaged, What: "its ZIP entry is damaged", Err: err, Hint: "fetch the list again"}
		if errors.Is(err, zip.ErrAlgorithm) {
			e.Code, e.What, e.Hint = Unreadable, "is compressed by a method that is not known", "unpack the archive"
		}
		return nil, spec.fail(e)
	}
	defer body.Close()
	r := &bounded{r: body, left: &a.left}
	src, err := openSource(r, spec.Packed)
	src.member = true
	defer src.close()
	switch {
	case err != nil && err != io.EOF:
		return nil, spec.fail(src.sourceError(err))
	case src.archive:
		return nil, spec.fail(&ListError{Code: Unreadable, What: "is an archive within an archive", Hint: "unpack the outer one"})
	case src.Reader == nil: // empty
		a.info.Members = append(a.info.Members, m)
		return nil, nil
	}
	part := ListInfo{Overrides: a.info.Overrides}
	chunks, err := a.b.readText(ctx, src, &spec, a.must, &part, func(h *header) error { return nil })
	if err != nil {
		return nil, err
	}
	m.Layout, m.Lines, m.Entries, m.Refused = part.Layout, part.Lines, part.Total(), part.Refused
	a.info.Members = append(a.info.Members, m)
	a.info.addPart(&part, m.Name)
	return chunks, nil
}

// addPart adds what was found in a member.
func (l *ListInfo) addPart(p *ListInfo, name string) {
	l.Lines += p.Lines
	for k, n := range p.Entries {
		l.Entries[k] += n
	}
	l.Algorithms |= p.Algorithms
	l.Traps += p.Traps
	l.Skipped += p.Skipped
	l.Comments += p.Comments
	l.Blanks += p.Blanks
	l.Canaries += p.Canaries
	l.Refused.append(p.Refused)
	l.Overrides = p.Overrides
	for _, w := range p.Warnings {
		l.Warnings = append(l.Warnings, Warning{w.Line, name + ": " + w.What})
	}
	for _, c := range p.Causes {
		l.Causes = append(l.Causes, Cause{name + ": " + c.What, c.Lines})
	}
}

// shown returns a member's name as it may stand in a message.
func shown(name string) string {
	name = strings.Map(func(c rune) rune {
		if !unicode.IsPrint(c) || c == '\\' {
			return '_'
		}
		return c
	}, strings.ToValidUTF8(name, "_"))
	if r := []rune(name); len(r) > 200 {
		name = string(r[:200])
	}
	return strings.TrimPrefix(path.Clean("/"+name), "/")
}

// bounded reads no more than what is left for all members.
type bounded struct {
	r    io.Reader
	left *int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if *b.left <= 0 {
		return 0, errBomb
	}
	p = p[:min(int64(len(p)), *b.left)]
	n, err := b.r.Read(p)
	*b.left -= int64(n)
	return n, err
}
