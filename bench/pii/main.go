// Pii scores the tagging of columns on labelled tables: headers of well-known exports in
// several languages, values invented by gen.go.
//
//	go run ./bench/pii [-v] testdata/pii/dev
//
// A column counts as right when its tag is one of those accepted for it, in the strict
// figure only when it is the first of them. Each set is scored three times: with twenty
// rows, with five, and with headers alone.
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	verbose := flag.Bool("v", false, "list the columns that are wrong")
	rows := flag.Int("rows", -1, "rows to make; -1: twenty, five and none")
	flag.Parse()
	for _, dir := range flag.Args() {
		tables, err := readTables(dir)
		if err != nil {
			fmt.Fprintln(os.Stderr, "pii:", err)
			os.Exit(1)
		}
		sizes := []int{20, 5, 0}
		if *rows >= 0 {
			sizes = []int{*rows}
		}
		for i, n := range sizes {
			s, err := scoreTables(tables, n)
			if err != nil {
				fmt.Fprintln(os.Stderr, "pii:", err)
				os.Exit(1)
			}
			fmt.Printf("%s, %d rows: %s\n", dir, n, s.summary())
			if i == 0 {
				s.confusion(os.Stdout)
			}
			if *verbose && i == 0 {
				s.wrong(os.Stdout)
			}
		}
	}
}
