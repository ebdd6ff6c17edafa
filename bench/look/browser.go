package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"time"
)

// A browser is a Chromium without a window that is steered by the DevTools protocol over
// two pipes: messages are JSON, each followed by a zero byte.
type browser struct {
	cmd     *exec.Cmd
	in      *os.File
	out     *bufio.Reader
	profile string
	session string
	id      int
	events  []event // that came since they were last taken
}

// An event is something that happened in the page.
type event struct {
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
}

// names are what the browser is called on various systems.
var names = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"}

// findBrowser returns path, or the first browser of a known name.
func findBrowser(path string) (string, error) {
	if path != "" {
		return path, nil
	}
	for _, name := range names {
		if found, err := exec.LookPath(name); err == nil {
			return found, nil
		}
	}
	return "", errors.New("no Chromium found: install one (Debian: apt-get install chromium), or name it in CHROMIUM")
}

// start starts the browser at path with an empty profile and opens one page.
func start(path string) (*browser, error) {
	profile, err := os.MkdirTemp("", "look")
	if err != nil {
		return nil, err
	}
	commands, in, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	out, answers, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	b := &browser{in: in, out: bufio.NewReaderSize(out, 1<<20), profile: profile}
	b.cmd = exec.Command(path, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run", "--disable-background-networking",
		"--disable-dev-shm-usage", "--user-data-dir="+profile, "--remote-debugging-pipe", "about:blank")
	b.cmd.ExtraFiles = []*os.File{commands, answers}
	if err := b.cmd.Start(); err != nil {
		return nil, err
	}
	commands.Close()
	answers.Close()
	time.AfterFunc(15*time.Minute, func() { b.cmd.Process.Kill() }) // a browser that hangs fails the run
	var target struct{ TargetID string }
	if err := b.call("Target.createTarget", map[string]any{"url": "about:blank"}, &target); err != nil {
		return nil, err
	}
	var session struct{ SessionID string }
	if err := b.call("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &session); err != nil {
		return nil, err
	}
	b.session = session.SessionID
	for _, domain := range []string{"Page", "Network", "Runtime", "Log"} {
		if err := b.call(domain+".enable", nil, nil); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// close ends the browser.
func (b *browser) close() {
	b.session = ""
	b.call("Browser.close", nil, nil)
	b.cmd.Wait()
	os.RemoveAll(b.profile)
}

// call sends a command and waits for its answer, which it decodes into result.
func (b *browser) call(method string, params map[string]any, result any) error {
	b.id++
	message := map[string]any{"id": b.id, "method": method}
	if params != nil {
		message["params"] = params
	}
	if b.session != "" {
		message["sessionId"] = b.session
	}
	data, err := json.Marshal(message)
	if err != nil {
		return err
	}
	if _, err := b.in.Write(append(data, 0)); err != nil {
		return err
	}
	for {
		answer, err := b.next()
		if err != nil {
			return fmt.Errorf("%s: %w", method, err)
		}
		if answer.ID != b.id {
			continue
		}
		if answer.Error != nil {
			return fmt.Errorf("%s: %s", method, answer.Error.Message)
		}
		if result == nil {
			return nil
		}
		return json.Unmarshal(answer.Result, result)
	}
}

type answer struct {
	event
	ID     int             `json:"id"`
	Result json.RawMessage `json:"result"`
	Error  *struct {
		Message string `json:"message"`
	} `json:"error"`
}

// next reads one message; events are kept.
func (b *browser) next() (answer, error) {
	var a answer
	data, err := b.out.ReadBytes(0)
	if err != nil {
		return a, err
	}
	err = json.Unmarshal(bytes.TrimSuffix(data, []byte{0}), &a)
	if a.Method != "" {
		b.events = append(b.events, a.event)
	}
	return a, err
}

// open loads a page and waits until all of it is there.
func (b *browser) open(url string) error {
	b.events = nil
	if err := b.call("Page.navigate", map[string]any{"url": url}, nil); err != nil {
		return err
	}
	for {
		for _, e := range b.events {
			if e.Method == "Page.loadEventFired" {
				return nil
			}
		}
		if _, err := b.next(); err != nil {
			return err
		}
	}
}

// evaluate runs an expression in the page and decodes what it comes to.
func (b *browser) evaluate(expression string, result any) error {
	var r struct {
		Result    struct{ Value json.RawMessage }
		Exception *struct{ Text string } `json:"exceptionDetails"`
	}
	err := b.call("Runtime.evaluate", map[string]any{"expression": expression, "returnByValue": true, "awaitPromise": true}, &r)
	if err != nil {
		return err
	}
	if r.Exception != nil {
		return errors.New(r.Exception.Text)
	}
	return json.Unmarshal(r.Result.Value, result)
}
