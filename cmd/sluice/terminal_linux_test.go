package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// openTerminal makes a pseudo-terminal: what a person would see comes out of screen.
func openTerminal(t *testing.T) (screen, terminal *os.File) {
	t.Helper()
	screen, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { screen.Close() })
	if err := unix.IoctlSetPointerInt(int(screen.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Skip(err)
	}
	n, err := unix.IoctlGetInt(int(screen.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Skip(err)
	}
	terminal, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { terminal.Close() })
	return screen, terminal
}

// onTerminal runs sluice with standard error, and if stdout is true standard output as
// well, on a terminal and returns what is to be seen there.
func onTerminal(t *testing.T, env string, code int, stdout bool, args ...string) string {
	t.Helper()
	screen, terminal := openTerminal(t)
	p := command(t, args...)
	p.write("leads.csv", []byte(processHeader+string(processRows(0, 3))+"Una,una@gmail.com,tarnworks-demo.com\n"))
	p.Env = append(p.Env, env)
	p.Cmd.Stderr = terminal
	var out bytes.Buffer
	if p.Stdout = &out; stdout {
		p.Stdout = terminal
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	terminal.Close()
	seen, err := io.ReadAll(screen)
	if err != nil && !errors.Is(err, syscall.EIO) { // EIO: the last writer is gone
		t.Fatal(err)
	}
	p.exit(code)
	if out.Len() > 0 {
		t.Errorf("standard output holds %q", &out)
	}
	return strings.ReplaceAll(string(seen), "\r\n", "\n")
}

// TestTerminal wants a progress bar and the funnel of counts on a terminal, in colour
// unless NO_COLOR says otherwise, and neither with -q.
func TestTerminal(t *testing.T) {
	run := []string{"screen", "leads.csv", "-o", "kept.csv"}
	seen := onTerminal(t, "NO_COLOR=", 0, false, run...)
	for _, want := range []string{"rows read", "% |", "rows/s", "\x1b[1mread  ", "rejected  ", "  freemail  ", "kept  ", "75.0 %"} {
		if !strings.Contains(seen, want) {
			t.Errorf("no %q on the terminal: %q", want, seen)
		}
	}
	seen = onTerminal(t, "NO_COLOR=1", 0, false, run...)
	if !strings.Contains(seen, "kept  ") || strings.Contains(seen, "\x1b[1") || strings.Contains(seen, "\x1b[2m") {
		t.Errorf("with NO_COLOR: %q", seen)
	}
	if seen = onTerminal(t, "NO_COLOR=", 0, false, append(run, "--progress", "off")...); strings.Contains(seen, "rows read") {
		t.Errorf("with --progress off: %q", seen)
	}
	if seen = onTerminal(t, "NO_COLOR=", 0, false, append(run, "-q")...); seen != "" {
		t.Errorf("with -q: %q", seen)
	}
}

// TestBinaryToTerminal wants Parquet and Arrow kept off the terminal.
func TestBinaryToTerminal(t *testing.T) {
	for _, format := range []string{"parquet", "arrow"} {
		seen := onTerminal(t, "NO_COLOR=", 64, true, "screen", "leads.csv", "-q", "-o", "-", "--to", format)
		if !strings.Contains(seen, "error[usage] will not write "+format+" to a terminal") || !strings.Contains(seen, "hint: ") {
			t.Errorf("%s: %q", format, seen)
		}
	}
}

// TestFullDisk fills a small disk of its own: the message names the output that did
// not fit, and nothing stays behind. It needs the right to mount one.
func TestFullDisk(t *testing.T) {
	dir := t.TempDir()
	disk := filepath.Join(dir, "disk")
	if err := os.Mkdir(disk, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mount("tmpfs", disk, "tmpfs", 0, "size=256k"); err != nil {
		t.Skipf("cannot mount a disk to fill: %v", err)
	}
	t.Cleanup(func() { unix.Unmount(disk, unix.MNT_DETACH) })
	p := commandIn(t, dir, "screen", "leads.csv", "-q", "-o", "disk/kept.csv", "-r", "disk/rejects.csv", "-m", "disk/m.json")
	p.write("leads.csv", []byte(processHeader+string(processRows(0, 20_000))))
	p.write("disk/kept.csv", []byte("what was there\n"))
	p.before = p.files()
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	p.exit(1, "disk/kept.csv: error[output] ", "no space left on device", "hint: make room there")
	p.unchanged("disk/m.failed.manifest.json")
}
