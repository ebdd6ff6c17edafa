// Command sluice screens business prospect lists: it keeps the rows that may be
// contacted and leaves a manifest that says what was done and why.
//
// One file holds one subcommand; root.go is their list. All that a batch job needs
// from inside another program is in the packages pipeline, screen and formats.
package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
)

func main() {
	// The heap is small beside the lists and the chunks in flight, and long runs let it
	// drift: with the default of 100, 10 million rows take 15 % more memory than one
	// million, with 50 they take 5 % more, at no cost that can be measured (make
	// bench-bar LONG=1). Who sets GOGC knows better.
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(50)
	}
	ctx, stop := interruptible(context.Background())
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

var (
	errInterrupted = errors.New("interrupted")
	errTerminated  = errors.New("terminated")
)

// interruptible returns a context that the first interrupt or termination signal
// cancels, with the cause; a second signal ends the process at once. A pipe that its
// reader closed becomes a write error instead of a signal, so that the run can end
// in order.
func interruptible(parent context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(parent)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	go func() {
		select {
		case s := <-signals:
			cause := errInterrupted
			if s == syscall.SIGTERM {
				cause = errTerminated
			}
			signal.Stop(signals)
			cancel(cause)
		case <-ctx.Done():
		}
	}()
	return ctx, func() { signal.Stop(signals); cancel(nil) }
}
