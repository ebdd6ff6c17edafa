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
	"syscall"
)

func main() {
	collectLate()
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
