package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"

	"filippo.io/age"

	"sluice/formats"
	"sluice/formats/anyio"
	"sluice/formats/treated"
	"sluice/pipeline"
	"sluice/pipeline/keyfile"
	"sluice/pipeline/manifest"
)

// openOutputs opens the files of the run and gives job its sinks.
func (s *screening) openOutputs(job *pipeline.Job) error {
	recipients, err := parseRecipients(s.recipients)
	if err != nil {
		return err
	}
	main := manifest.RoleKept
	if s.annotate {
		main = manifest.RoleAnnotated
	}
	var targets []pipeline.Target
	if !s.dryRun {
		for _, t := range []pipeline.Target{{Role: main, Path: s.output}, {Role: manifest.RoleRejects, Path: s.rejects},
			{Role: manifest.RoleQuarantine, Path: s.quarantine}, {Role: manifest.RoleRestricted, Path: s.restricted}, {Role: manifest.RoleDecisions, Path: s.decisions}, {Role: manifest.RoleKeys, Path: s.keysPath()}} {
			if t.Path != "" {
				if t.Role != manifest.RoleKeys {
					t.Recipients = recipients
				}
				if t.Role == main {
					t.Size = s.expected(t.Path)
				}
				targets = append(targets, t)
			}
		}
	}
	sidecars := s.sidecars()
	for _, c := range sidecars {
		targets = append(targets, pipeline.Target{Role: c.role, Path: c.path})
	}
	if s.secretIsNew {
		targets = append(targets, pipeline.Target{Role: roleLedgerKey, Path: s.ledgerKey})
	}
	opt := pipeline.OutputOptions{Manifest: s.manifest, Inputs: s.filesRead(), Stdout: s.p.stdout, Digest: s.digest, Signed: s.signKey != nil}
	if s.dryRun {
		opt.Manifest, opt.Signed = "", false
	}
	if s.outputs, err = pipeline.OpenOutputs(targets, opt); err != nil {
		return err
	}
	sinks := &job.Sinks
	for _, sink := range []struct {
		role, path string
		writer     *formats.Writer
		extra      []string
	}{
		{manifest.RoleKept, s.output, &sinks.Kept, nil},
		{manifest.RoleAnnotated, s.output, &sinks.Annotated, pipeline.AnnotateColumns()},
		{manifest.RoleQuarantine, s.quarantine, &sinks.Quarantine, pipeline.QuarantineColumns()},
		{manifest.RoleRestricted, s.restricted, &sinks.Restricted, nil},
	} {
		out := s.outputs.Writer(sink.role)
		if out == nil {
			continue
		}
		if *sink.writer, err = s.writer(out, sink.path, sink.extra, job.Columns); err != nil {
			s.outputs.Abort()
			return err
		}
	}
	if out := s.outputs.Writer(manifest.RoleRejects); out != nil {
		job.Rejects, job.RejectsContent = out, s.rejectsContent
	}
	if out := s.outputs.Writer(manifest.RoleDecisions); out != nil {
		if job.Decisions, err = anyio.NewListWriter(out, ledgerFormat(s.decisions), pipeline.LedgerSchema(), anyio.WriterOptions{Path: s.decisions}); err != nil {
			s.outputs.Abort()
			return err
		}
		if err := s.commitLedger(job); err != nil {
			s.outputs.Abort()
			return err
		}
	}
	if out := s.outputs.Writer(manifest.RoleKeys); out != nil {
		job.Keys = keyfile.NewWriter(out, keyfile.About{Vocabulary: keyfile.Vocabulary, Forms: s.screener.Forms()})
	}
	for _, c := range sidecars {
		data, err := c.describe(s, job.Columns)
		if err == nil {
			_, err = s.outputs.Writer(c.role).Write(data)
		}
		if err != nil {
			s.outputs.Abort()
			return err
		}
	}
	return nil
}

// keysPath returns where the key file of the list goes, "" if there is to be none.
func (s *screening) keysPath() string {
	if !s.keys || s.output == "" {
		return ""
	}
	return s.output + manifest.KeysSuffix
}

// ledgerFormat returns the format of the ledger at path: CSV unless its name says more.
func ledgerFormat(path string) string {
	if format, _ := anyio.FormatOf(path); format != "" {
		return format
	}
	return anyio.CSV
}

// expected returns about how many bytes the list at path will have, for room to be
// set aside: as many as the inputs, if it is uncompressed text, else 0 for unknown.
func (s *screening) expected(path string) int64 {
	_, compression := anyio.FormatOf(path)
	if format := s.format(path); format != anyio.CSV && format != anyio.TSV || compression != "" {
		return 0
	}
	return s.source.TotalBytes()
}

// filesRead names all files that the run reads, none of which an output may replace.
func (s *screening) filesRead() []string {
	files := []string{s.aliases, s.targets, s.allow, s.deny}
	for _, info := range s.source.Infos() {
		files = append(files, info.Name)
	}
	if s.secret != nil && !s.secretIsNew {
		files = append(files, s.ledgerKey)
	}
	if s.p.stdin == os.Stdin {
		files = append(files, "/dev/stdin") // it may be a file
	}
	for i, l := range s.lists.lists {
		files = append(files, cmp.Or(s.lists.from[i], l.Path))
	}
	return files
}

// writer makes the writer of one output, in the format its name or --to asks for.
func (s *screening) writer(w io.Writer, path string, extra []string, columns []treated.Column) (formats.Writer, error) {
	format := s.format(path)
	if path == "-" && isTerminal(s.p.stdout) && (format == "parquet" || format == "arrow") {
		return nil, usage(errors.New("will not write "+format+" to a terminal"), "name a file with -o, or pipe the output")
	}
	codec := s.codec
	if path != s.output && format != anyio.Parquet && format != anyio.Arrow {
		codec = "" // it is for the list
	}
	if err := anyio.CheckCodec(format, codec); err != nil {
		hint := ""
		if format == anyio.CSV || format == anyio.TSV {
			hint = "leave --codec out, and name the file .gz or .zst to compress it"
		}
		return nil, usage(fmt.Errorf("--codec: %w", err), hint)
	}
	o := anyio.WriterOptions{Path: path, Extra: extra, Columns: columns, Codec: codec}
	if err := s.describeOutput(&o); err != nil {
		return nil, err
	}
	return anyio.NewWriter(w, format, s.source, o)
}

// format returns the format of the list at path.
func (s *screening) format(path string) string {
	if s.to != "" {
		return s.to
	}
	if format, _ := anyio.FormatOf(path); format != "" {
		return format
	}
	return s.source.Format()
}

func parseRecipients(keys []string) ([]age.Recipient, error) {
	var all []age.Recipient
	for _, key := range keys {
		r, err := age.ParseX25519Recipient(key)
		if err != nil {
			return nil, usage(errors.New("--encrypt-to takes an age recipient (age1…)"), "make a key pair with age-keygen")
		}
		all = append(all, r)
	}
	return all, nil
}
