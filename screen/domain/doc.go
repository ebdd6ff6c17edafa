// Package domain knows names on the internet: the canonical form of a host, the
// domain one can register, who runs a mailbox domain (free mail, internet providers,
// relays, disposable mail), and whether a mail host and a website belong to one
// company.
//
// Everything is decided from tables inside the program; nothing is asked of the
// network. The tables are text files under data, embedded as they are: what a review
// sees is what runs. Beside them is an index of their names, which a test holds to them:
// made when a run needs it, it would take ten milliseconds (BenchmarkNames).
//
// Functions that take a host want the canonical form that Canon makes: lower-case
// ASCII, IDN labels as A-labels, no trailing dot.
package domain
