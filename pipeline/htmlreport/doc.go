// Package htmlreport lays manifests out as one HTML page for people: for a run what
// became of its rows and why, which lists it was checked against, what was not checked,
// what its columns hold; for a chain of runs also how that went from night to night, and
// which nights are missing or were altered.
//
// A page is whole in itself. It asks nothing of a network, runs no script, and says so to
// the browser (Content-Security-Policy). It is made to be read on a telephone, on a
// screen, on paper and by ear: charts are SVG with a title and a description, every
// figure in a chart is also in a table, and nothing is said by colour alone.
//
// A page is a function of the reports and the options: the same bytes from the same
// manifests. What stands in a manifest is not trusted: html/template escapes it, and no
// control character or direction mark of it reaches the page.
package htmlreport
