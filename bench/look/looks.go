package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// A look is a way in which somebody sees the page.
type look struct {
	name   string
	width  int
	scheme string // light or dark
	media  string // screen or print
}

var looks = []look{
	{"phone", 360, "light", "screen"},
	{"phone-dark", 360, "dark", "screen"},
	{"desktop", 1280, "light", "screen"},
	{"desktop-dark", 1280, "dark", "screen"},
}

// maxPages is how many sheets a page may fill: of a run, and of a chain of a year.
const (
	maxPages     = 14
	maxPagesYear = 40
)

// at looks at the page in one way, leaves a picture, and returns what is wrong.
func (b *browser) at(l look, page, picture string) (wrong []string, err error) {
	if err := b.call("Emulation.setDeviceMetricsOverride", map[string]any{"width": l.width, "height": 800, "deviceScaleFactor": 1, "mobile": l.width < 500}, nil); err != nil {
		return nil, err
	}
	features := []map[string]string{{"name": "prefers-color-scheme", "value": l.scheme}}
	if err := b.call("Emulation.setEmulatedMedia", map[string]any{"media": l.media, "features": features}, nil); err != nil {
		return nil, err
	}
	url := "file://" + page
	if err := b.open(url); err != nil {
		return nil, err
	}
	wrong = b.noise(url)
	var found []string
	if err := b.evaluate(inspection, &found); err != nil {
		return nil, err
	}
	wrong = append(wrong, found...)
	var shot struct{ Data string }
	var size struct {
		CSSContentSize struct{ Width, Height float64 }
	}
	if err := b.call("Page.getLayoutMetrics", nil, &size); err != nil {
		return nil, err
	}
	clip := map[string]any{"x": 0, "y": 0, "width": l.width, "height": size.CSSContentSize.Height, "scale": 1}
	if err := b.call("Page.captureScreenshot", map[string]any{"format": "png", "captureBeyondViewport": true, "clip": clip}, &shot); err != nil {
		return nil, err
	}
	return wrong, save(picture, shot.Data)
}

// noise returns what the page asked for and what the browser complained of.
func (b *browser) noise(url string) (wrong []string) {
	for _, e := range b.events {
		var p struct {
			Request struct{ URL string }
			Entry   struct{ Level, Text string }
			Type    string
		}
		json.Unmarshal(e.Params, &p)
		switch e.Method {
		case "Network.requestWillBeSent":
			if p.Request.URL != url && !strings.HasPrefix(p.Request.URL, "data:") {
				wrong = append(wrong, "asks for "+p.Request.URL)
			}
		case "Log.entryAdded":
			wrong = append(wrong, p.Entry.Level+": "+p.Entry.Text)
		case "Runtime.exceptionThrown", "Runtime.consoleAPICalled":
			wrong = append(wrong, "a script ran: "+e.Method+" "+p.Type)
		}
	}
	return wrong
}

var pdfPage = regexp.MustCompile(`/Type\s*/Page\b`)

// paper prints the page and returns how many sheets it fills.
func (b *browser) paper(page, file string) (sheets int, err error) {
	if err := b.call("Emulation.clearDeviceMetricsOverride", nil, nil); err != nil {
		return 0, err
	}
	if err := b.call("Emulation.setEmulatedMedia", map[string]any{"media": "", "features": []any{}}, nil); err != nil {
		return 0, err
	}
	if err := b.open("file://" + page); err != nil {
		return 0, err
	}
	var pdf struct{ Data string }
	if err := b.call("Page.printToPDF", map[string]any{"preferCSSPageSize": true, "printBackground": false}, &pdf); err != nil {
		return 0, err
	}
	data, err := base64.StdEncoding.DecodeString(pdf.Data)
	if err != nil {
		return 0, err
	}
	return len(pdfPage.FindAll(data, -1)), os.WriteFile(file, data, 0o644)
}

func save(path, data string) error {
	b, err := base64.StdEncoding.DecodeString(data)
	if err != nil {
		return err
	}
	return os.WriteFile(path, b, 0o644)
}

// lookAt looks at one page in every way, and prints it.
func (b *browser) lookAt(page string, most int) (wrong []string, err error) {
	name := strings.TrimSuffix(page, filepath.Ext(page))
	for _, l := range looks {
		found, err := b.at(l, page, name+"-"+l.name+".png")
		if err != nil {
			return nil, err
		}
		for _, w := range slices.Compact(found) {
			wrong = append(wrong, l.name+": "+w)
		}
	}
	sheets, err := b.paper(page, name+".pdf")
	if err != nil {
		return nil, err
	}
	if sheets < 1 || sheets > most {
		wrong = append(wrong, fmt.Sprintf("print: %d sheets, want 1 to %d", sheets, most))
	}
	fmt.Printf("%s: %d sheets of paper\n", filepath.Base(page), sheets)
	return wrong, nil
}

// inspection finds, in the page, what is too wide, too faint, or has no name.
const inspection = `(() => {
  const wrong = new Set();
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > width) wrong.add('scrolls sideways: ' + document.documentElement.scrollWidth + ' > ' + width);
  const rgb = s => { const m = s.match(/[\d.]+/g).map(Number); return {c: m.slice(0, 3), a: m.length > 3 ? m[3] : 1}; };
  const lum = c => { const f = c.map(v => { v /= 255; return v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; }); return .2126*f[0] + .7152*f[1] + .0722*f[2]; };
  const ratio = (a, b) => { const x = lum(a), y = lum(b); return (Math.max(x, y) + .05) / (Math.min(x, y) + .05); };
  const ground = e => { for (; e; e = e.parentElement) { const b = rgb(getComputedStyle(e).backgroundColor); if (b.a === 1) return b.c; } return [255, 255, 255]; };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let t; t = texts.nextNode();) {
    const e = t.parentElement;
    if (!t.data.trim() || e.closest('title, desc, style')) continue;
    const s = getComputedStyle(e), r = document.createRange();
    r.selectNodeContents(t);
    const box = r.getBoundingClientRect();
    const svg = e.closest('svg');
    const ink = rgb(svg ? s.fill : s.color).c, got = ratio(ink, ground(svg ? svg.parentElement : e));
    if (got < 4.5) wrong.add('contrast ' + got.toFixed(2) + ': ' + t.data.trim().slice(0, 40));
    if (!e.closest('.skip') && !e.closest('thead') && box.width && (box.right > width + 1 || box.left < -1)) wrong.add('cut off: ' + t.data.trim().slice(0, 40));
    if (parseFloat(s.fontSize) < 11) wrong.add('text of ' + s.fontSize + ': ' + t.data.trim().slice(0, 40));
    const cell = e.closest('td, th, dd, dt, figcaption');
    if (cell && !e.closest('thead') && cell.scrollWidth > cell.clientWidth + 1 && getComputedStyle(cell).display !== 'inline') wrong.add('wider than its cell: ' + t.data.trim().slice(0, 40));
  }
  for (const rect of document.querySelectorAll('rect.kept, rect.rejected, rect.sealed, rect.of-reject, rect.of-sealed')) {
    const got = ratio(rgb(getComputedStyle(rect).fill).c, ground(rect.closest('svg').parentElement));
    if (got < 3) wrong.add('contrast of a bar ' + got.toFixed(2) + ': ' + rect.getAttribute('class'));
  }
  const plots = [...document.querySelectorAll('svg.plot')].map(s => [...s.querySelectorAll('text')]);
  for (const all of plots) for (const a of all) for (const b of all) {
    const p = a.getBoundingClientRect(), q = b.getBoundingClientRect();
    if (a.compareDocumentPosition(b) & 4 && a.textContent.length > 1 && b.textContent.length > 1 && p.left < q.right && q.left < p.right && p.top < q.bottom - 1 && q.top < p.bottom - 1) wrong.add('labels overlap: ' + a.textContent + ' / ' + b.textContent);
  }
  for (const a of document.querySelectorAll('a[href]')) {
    const h = a.getAttribute('href');
    if (!h.startsWith('#') || !document.getElementById(h.slice(1))) wrong.add('leads nowhere: ' + h);
  }
  const targets = document.querySelectorAll('nav a');
  for (const a of targets) if (a.getBoundingClientRect().height < 24) wrong.add('too small to touch: ' + a.textContent);
  return [...wrong];
})()`
