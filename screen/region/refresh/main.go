// Command refresh writes ../data/names.txt: the names of countries in the languages of
// CLDR that golang.org/x/text carries, folded as package region compares them. A name
// that means two countries in two languages is left out, unless aliases.txt says which.
//
//	go run ./screen/region/refresh
package main

import (
	"fmt"
	"log"
	"maps"
	"os"
	"slices"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"sluice/screen/region"
)

// languages are those of Europe, and those in which business lists elsewhere are written.
const languages = "en de fr es it nl pt sv da nb fi et lv lt pl cs sk hu sl hr sr sr-Latn ro bg el is sq mk bs tr ru uk be ca eu gl af " +
	"ar fa he hi id ms vi th ja ko zh zh-Hant"

func main() {
	log.SetFlags(0)
	byName := map[string]map[string]bool{}
	put := func(name, code string) {
		if name = region.Fold(name); len(name) < 3 {
			return
		}
		if _, taken := region.Parse(name); taken {
			return // Nga is Russia in Vietnamese, and NGA the code of Nigeria
		}
		if byName[name] == nil {
			byName[name] = map[string]bool{}
		}
		byName[name][code] = true
	}
	german := strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "Ä", "Ae", "Ö", "Oe", "Ü", "Ue")
	nordic := strings.NewReplacer("ø", "oe", "Ø", "Oe", "å", "aa", "Å", "Aa", "ä", "ae", "ö", "oe")
	for tag := range strings.FieldsSeq(languages) {
		namer := display.Regions(language.MustParse(tag))
		if namer == nil {
			log.Fatalf("no names in %s", tag)
		}
		for _, code := range region.Countries() {
			name := namer.Name(language.MustParseRegion(code))
			if name == "" || strings.EqualFold(name, code) {
				continue
			}
			put(name, code)
			switch tag {
			case "de":
				put(german.Replace(name), code)
			case "da", "nb", "sv", "fi":
				put(nordic.Replace(name), code)
			}
		}
	}
	byCode := map[string][]string{}
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		codes := slices.Sorted(maps.Keys(byName[name]))
		if region.HandNamed(name) {
			continue
		}
		if len(codes) > 1 {
			log.Printf("left out: %q is %v", name, codes)
			continue
		}
		byCode[codes[0]] = append(byCode[codes[0]], name)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# version: %s\n# Names of countries in many languages, folded. Written by refresh from CLDR %s; see README.md.\n", region.Version(), display.CLDRVersion)
	for _, code := range slices.Sorted(maps.Keys(byCode)) {
		fmt.Fprintf(&b, "%s: %s\n", code, strings.Join(byCode[code], "|"))
	}
	if err := os.WriteFile("screen/region/data/names.txt", []byte(b.String()), 0o644); err != nil {
		log.Fatal(err)
	}
}
