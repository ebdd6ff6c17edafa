package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"
	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// scriptCommands are the commands that scripts have beyond those of testscript.
var scriptCommands = map[string]func(ts *testscript.TestScript, neg bool, args []string){
	"exits":    cmdExits,
	"encode":   cmdEncode,
	"cut":      cmdCut,
	"flip":     cmdFlip,
	"bytes":    cmdBytes,
	"json":     cmdJSON,
	"replace":  cmdReplace,
	"age-key":  cmdAgeKey,
	"unage":    cmdUnage,
	"mode":     cmdMode,
	"touch-at": cmdTouchAt,
	"same":     cmdSame,
}

// exits CODE PROGRAM ARG...: the program ends with just this code.
func cmdExits(ts *testscript.TestScript, neg bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		got = exit.ExitCode()
	case err != nil:
		ts.Check(err)
	}
	if got != want || neg {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// encode HOW FROM TO: HOW is a compression, an encoding or a kind of line end.
func cmdEncode(ts *testscript.TestScript, _ bool, args []string) {
	text := []byte(ts.ReadFile(args[1]))
	var out bytes.Buffer
	var err error
	switch args[0] {
	case "gzip":
		w := gzip.NewWriter(&out)
		w.Write(text)
		err = w.Close()
	case "zstd":
		var w *zstd.Encoder
		if w, err = zstd.NewWriter(&out, zstd.WithEncoderCRC(true)); err == nil {
			w.Write(text)
			err = w.Close()
		}
	case "utf-8-bom":
		out.WriteString("\ufeff")
		out.Write(text)
	case "utf-16le", "utf-16be":
		order := unicode.LittleEndian
		if args[0] == "utf-16be" {
			order = unicode.BigEndian
		}
		text, err = unicode.UTF16(order, unicode.UseBOM).NewEncoder().Bytes(text)
		out.Write(text)
	case "windows-1252":
		text, err = charmap.Windows1252.NewEncoder().Bytes(text)
		out.Write(text)
	case "crlf":
		out.Write(bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n")))
	case "cr":
		out.Write(bytes.ReplaceAll(text, []byte("\n"), []byte("\r")))
	case "no-final-newline":
		out.Write(bytes.TrimSuffix(text, []byte("\n")))
	default:
		ts.Fatalf("encode: no %s", args[0])
	}
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), out.Bytes(), 0o666))
}

// cut FILE N: takes the last N bytes away.
func cmdCut(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	info, err := os.Stat(ts.MkAbs(args[0]))
	ts.Check(err)
	ts.Check(os.Truncate(ts.MkAbs(args[0]), info.Size()-n))
}

// flip FILE OFFSET: turns one bit over. A negative offset counts from the end.
func cmdFlip(ts *testscript.TestScript, _ bool, args []string) {
	text := []byte(ts.ReadFile(args[0]))
	at, err := strconv.Atoi(args[1])
	ts.Check(err)
	if at < 0 {
		at += len(text)
	}
	text[at] ^= 0x10
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), text, 0o666))
}

// bytes FILE GOSTRING [COUNT]: writes what a quoted Go string stands for, COUNT times.
func cmdBytes(ts *testscript.TestScript, _ bool, args []string) {
	text, err := strconv.Unquote(`"` + args[1] + `"`)
	ts.Check(err)
	n := 1
	if len(args) > 2 {
		n, err = strconv.Atoi(args[2])
		ts.Check(err)
	}
	f, err := os.OpenFile(ts.MkAbs(args[0]), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	ts.Check(err)
	_, err = f.WriteString(strings.Repeat(text, n))
	ts.Check(errors.Join(err, f.Close()))
}

// json FILE PATH: prints a part of a JSON file, one value a line if it is a list.
func cmdJSON(ts *testscript.TestScript, _ bool, args []string) {
	var v any
	d := json.NewDecoder(strings.NewReader(ts.ReadFile(args[0])))
	d.UseNumber()
	ts.Check(d.Decode(&v))
	for _, key := range strings.Split(args[1], ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[key]
		case []any:
			i, err := strconv.Atoi(key)
			ts.Check(err)
			v = x[i]
		default:
			ts.Fatalf("%s: nothing at %s", args[0], key)
		}
	}
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	e := json.NewEncoder(ts.Stdout())
	e.SetEscapeHTML(false)
	for _, x := range list {
		ts.Check(e.Encode(x))
	}
}

// replace FILE OLD NEW: edits a file in place; OLD must be in it.
func cmdReplace(ts *testscript.TestScript, _ bool, args []string) {
	text := ts.ReadFile(args[0])
	if !strings.Contains(text, args[1]) {
		ts.Fatalf("%s does not hold what is to be replaced", args[0])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Replace(text, args[1], args[2], 1)), 0o666))
}

// age-key FILE: makes an age key, kept in FILE; $AGE is its recipient.
func cmdAgeKey(ts *testscript.TestScript, _ bool, args []string) {
	key, err := age.GenerateX25519Identity()
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(key.String()), 0o600))
	ts.Setenv("AGE", key.Recipient().String())
}

// unage KEYFILE FROM TO: decrypts.
func cmdUnage(ts *testscript.TestScript, _ bool, args []string) {
	key, err := age.ParseX25519Identity(ts.ReadFile(args[0]))
	ts.Check(err)
	r, err := age.Decrypt(strings.NewReader(ts.ReadFile(args[1])), key)
	ts.Check(err)
	text, err := io.ReadAll(r)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), text, 0o600))
}

// mode OCTAL FILE...: the files have these permissions.
func cmdMode(ts *testscript.TestScript, _ bool, args []string) {
	for _, name := range args[1:] {
		info, err := os.Stat(ts.MkAbs(name))
		ts.Check(err)
		if got := strconv.FormatUint(uint64(info.Mode().Perm()), 8); got != args[0] {
			ts.Fatalf("%s has mode %s, want %s", name, got, args[0])
		}
	}
}

// touch-at FILE TIME: sets when a file was changed.
func cmdTouchAt(ts *testscript.TestScript, _ bool, args []string) {
	at, err := time.Parse(time.RFC3339, args[1])
	ts.Check(err)
	ts.Check(os.Chtimes(ts.MkAbs(args[0]), at, at))
}

// same FILE FILE: like cmp, for files that are not text.
func cmdSame(ts *testscript.TestScript, neg bool, args []string) {
	if same := ts.ReadFile(args[0]) == ts.ReadFile(args[1]); same == neg {
		ts.Fatalf("%s and %s: same bytes %v, want %v", args[0], args[1], same, !neg)
	}
}
