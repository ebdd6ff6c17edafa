package main

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// usage is what a process took.
type usage struct {
	wall, cpu float64 // seconds
	peak      float64 // MiB resident at most, mapped files included
	anonymous float64 // MiB at most of its own memory, if that was watched
}

// measure runs a command to its end. Watching its own memory takes a look at
// /proc every few milliseconds, so runs that count are not watched.
//
// This process must stay small: Linux hands the peak of whoever starts a process on
// to it, so a large one would be billed to all.
func measure(cmd *exec.Cmd, watch bool) (usage, error) {
	cmd.Stderr = os.Stderr
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return usage{}, err
	}
	done, own := make(chan struct{}), make(chan float64)
	if watch {
		go func() { own <- watchOwn(cmd.Process.Pid, done) }()
	}
	err := cmd.Wait()
	u := usage{wall: time.Since(start).Seconds()}
	if watch {
		close(done)
		u.anonymous = <-own
	}
	if err != nil {
		return usage{}, fmt.Errorf("%s: %w", strings.Join(cmd.Args, " "), err)
	}
	u.cpu = (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()
	if r, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		u.peak = float64(r.Maxrss) / 1024
	}
	return u, nil
}

// watchOwn returns the most anonymous memory that a process was seen to hold, in MiB;
// 0 where the system does not tell.
func watchOwn(pid int, done <-chan struct{}) float64 {
	most := 0.0
	tick := time.NewTicker(4 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-done:
			return most
		case <-tick.C:
		}
		data, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
		if err != nil {
			continue
		}
		_, rest, _ := strings.Cut(string(data), "RssAnon:")
		if fields := strings.Fields(rest); len(fields) > 0 {
			kib, _ := strconv.ParseFloat(fields[0], 64)
			most = max(most, kib/1024)
		}
	}
}

func median(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	if len(v)%2 == 0 {
		return (v[len(v)/2-1] + v[len(v)/2]) / 2
	}
	return v[len(v)/2]
}

// spread is the median with the least and the most beside it.
func spread(v []float64, digits int) string {
	f := func(x float64) string { return strconv.FormatFloat(x, 'f', digits, 64) }
	return fmt.Sprintf("%s (%s–%s)", f(median(v)), f(slices.Min(v)), f(slices.Max(v)))
}
