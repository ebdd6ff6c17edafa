package main

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
)

// fragments are what random cells are made of: pieces of addresses, of what stands
// around them, and of what breaks records.
var fragments = []string{
	"gone@kelpfoods.com", "objector@kelpfoods.com", "jane@kelpfoods.com", "x@objected-company.com", "jane", "gone", "info", "@", "@kelpfoods.com", "@mail.kelpfoods.com",
	"@silberdata.com", "@gmail.com", "@kelpdata.com", "+tag", ".", "..", " ", "  ", "\t", ",", ";", "; ", "<", ">", "(", ")", "'", "\"\"", "mailto:", "Jane ", "\u00a0", "\u200b",
	"＠", "é", "ü", "İ", "Σ", "/", ":", "=", "-", "_", "\r\n", "\n", "www.", "https://", "kelpfoods.com", "kelpfoods.de", "K", "%40", "!", "?", "|",
}

// randomList is a list of n rows of random cells, with random damage.
func randomList(seed uint64, n int) string {
	r := rand.New(rand.NewPCG(seed, 7))
	pick := func(from ...string) string { return from[r.IntN(len(from))] }
	some := func(most int) string {
		var b strings.Builder
		for range r.IntN(most + 1) {
			b.WriteString(pick(fragments...))
		}
		return b.String()
	}
	var b strings.Builder
	b.WriteString(tortureHeader)
	for i := range n {
		row := []string{"", fmt.Sprintf("p%d@kelpfoods.com", i), "", tortureSite, "", "", "", ""}
		row[1] = pick(row[1], some(1), some(2), some(4), pick(tortured...))
		row[3] = pick(row[3], row[3], some(2), some(3))
		row[7] = pick("", "", "", some(3), some(5))
		for k, cell := range row {
			if strings.ContainsAny(cell, ",\"\n") || r.IntN(20) == 0 {
				row[k] = `"` + strings.ReplaceAll(strings.ReplaceAll(cell, `""`, `"`), `"`, `""`) + `"`
			}
		}
		line := strings.Join(row, ",") + pick("\n", "\n", "\r\n")
		for r.IntN(10) == 0 { // a stray byte somewhere
			at := r.IntN(len(line))
			line = line[:at] + pick(`"`, ",", "\n", "\xff", "\x00", `""`) + line[at:]
		}
		b.WriteString(line)
	}
	return b.String()
}

// oracleRandomSeeds is how many random lists are compared.
func oracleRandomSeeds(t *testing.T) uint64 {
	n, err := strconv.ParseUint(cmp.Or(os.Getenv("SLUICE_ORACLE_SEEDS"), "3"), 10, 64)
	if err != nil {
		t.Fatal("SLUICE_ORACLE_SEEDS: ", err)
	}
	return n
}

// TestRandom: the command and the oracle agree on lists nobody would write. With
// SLUICE_ORACLE_SEEDS set, on that many.
func TestRandom(t *testing.T) {
	t.Parallel()
	for seed := range oracleRandomSeeds(t) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			c := &oracleCase{list: randomList(seed, 500), comma: ',', lists: tortureLists, aliases: tortureAliases, args: []string{"--delimiter", ","}}
			c.check(t)
		})
	}
}
