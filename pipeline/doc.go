// Package pipeline moves the rows of a list through the screening rules and into
// outputs. It is the only code that knows both formats and rules, and it knows of
// each only its contract.
//
//	list ──Next──▶ screen ──▶ settle ──▶ encode ──▶ commit
//	      1 reader  N workers  1, in order  N workers  1, in order
//
// One goroutine reads chunks. N workers decode the columns that rules look at and
// decide for every row. One goroutine, in input order, gives rows their numbers,
// drops repeats and counts. The same N workers render the rows that go to each
// output. One goroutine, in input order, writes them. Chunks in flight are a fixed
// number of batches that go round, so memory is bounded whatever the list's size.
//
// What always holds: the outputs, the counts and the error a run ends with are the
// same for any number of workers and any size of chunk; every row read is accounted
// for; of a sealed row nothing but its number and the reason leaves this package.
//
// Outputs keeps the files of a run invisible until the whole run has succeeded.
package pipeline
