// Package keyfile keeps, beside a list that was delivered, what it takes to tell where in
// the list a suppression entry may have to be applied, without reading the list.
//
// A key file holds a short print of every key that a row of the list can be looked up by:
// the SHA-1 of its address in all forms, of other addresses in its cells, of its telephone
// numbers and profiles, and of the domains of its addresses and website. With each print it
// says in which stretch of the list the row is. There is no address in it and no whole
// digest. It is about nine bytes a row, so that ten thousand new entries are compared with
// a hundred lists of a million rows in the time that it takes to screen one of them.
//
// The answer is never too short: every row that a list of SHA-1 keys, addresses, numbers,
// profiles or domains would hit is in one of the stretches found. It may be too long: a
// stretch holds other rows, and of two million entries that are nowhere in a list about one is
// taken for one that is. So rows that were found are screened before
// anything is done to them; rows that were not found need not be looked at.
//
// # Writing
//
// A Writer is told of the rows of the list in their order, each with its keys. NewWriter
// makes the key file of a new list. NewRenewal makes that of a list of which rows were taken
// out, from its old key file: of rows outside the stretches found nothing but their number
// must be known, and no print of a row that went stays.
//
// # Reading
//
// Open maps a key file in a moment, whatever its size. Find asks for a few keys, FindAll for
// all entries of an index; both compare the pages that they read with their checksums. Rows
// are numbered from 0 as they are in the list now.
//
// FORMAT.md describes the file byte by byte.
package keyfile
