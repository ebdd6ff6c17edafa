package pipeline

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// stack is who may import whom among our packages: an importer, and a space-separated
// list of what it may import. A pattern ending in /... is a package and all below it.
// The first line that fits an importer holds.
var stack = []struct{ importer, may string }{
	{"cmd/...", "pipeline/... screen/... formats/... bench/corpus cmd/..."},
	{"bench/...", "pipeline/... screen/... formats/... bench/... cmd/..."},
	{"pipeline/manifest", "pipeline/merkle"},
	{"pipeline/merkle", ""},
	{"pipeline/htmlreport", "pipeline/manifest"},
	{"pipeline/policy", "screen/..."},
	{"pipeline/keyfile", "screen/suppress screen/address"},
	{"pipeline/shard", "pipeline"},
	{"pipeline", "pipeline/manifest pipeline/merkle pipeline/keyfile screen screen/suppress screen/address screen/ahead formats formats/column formats/treated"},
	{"screen/address", "screen/domain formats/column"},
	{"screen/domain/...", "screen/domain/... screen/ahead"},
	{"screen/suppress/...", "screen/address screen/ahead screen/domain screen/suppress/... formats/column"},
	{"screen", "screen/... formats/column"},
	{"screen/ahead", ""},
	{"screen/words", ""},
	{"screen/...", "screen/address screen/domain screen/suppress screen/words formats/column"},
	{"formats/column", ""},
	{"formats", "formats/column"},
	{"formats/...", "formats/..."},
}

// outside is what only the command may do: print, exit, read flags and the
// environment, look at the clock. Those arrive as arguments below it.
var outside = map[string]string{
	"fmt.Print": "", "fmt.Println": "", "fmt.Printf": "", "os.Exit": "", "os.Args": "", "os.Getenv": "", "os.LookupEnv": "",
	"time.Now": "", "os.Stdout": "", "os.Stderr": "",
}

func fits(pattern, pkg string) bool {
	if tree, ok := strings.CutSuffix(pattern, "/..."); ok {
		return pkg == tree || strings.HasPrefix(pkg, tree+"/")
	}
	return pkg == pattern
}

// TestLayers reads the import lines of the whole repository and refuses those that
// point up or across.
func TestLayers(t *testing.T) {
	root := ".."
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() && path != root && (strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") || name == "testdata") {
			return fs.SkipDir
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		pkg, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		if file.Name.Name != "main" || strings.HasPrefix(pkg, "cmd") {
			checkFile(t, filepath.ToSlash(pkg), path, file)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func checkFile(t *testing.T, pkg, path string, file *ast.File) {
	for _, line := range file.Imports {
		imported, _ := strconv.Unquote(line.Path.Value)
		ours, ok := strings.CutPrefix(imported, "sluice/")
		if ok && !allowed(pkg, ours) {
			t.Errorf("%s: package %s must not import %s", path, pkg, ours)
		}
		if imported == "log" || imported == "flag" {
			if !fits("cmd/...", pkg) {
				t.Errorf("%s: only cmd uses package %s", path, imported)
			}
		}
	}
	if fits("cmd/...", pkg) || fits("bench/...", pkg) {
		return
	}
	ast.Inspect(file, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		x, ok := sel.X.(*ast.Ident)
		if !ok {
			return true
		}
		if _, no := outside[x.Name+"."+sel.Sel.Name]; no {
			t.Errorf("%s: only cmd uses %s.%s", path, x.Name, sel.Sel.Name)
		}
		return true
	})
}

func allowed(pkg, imported string) bool {
	for _, s := range stack {
		if !fits(s.importer, pkg) {
			continue
		}
		for pattern := range strings.FieldsSeq(s.may) {
			if fits(pattern, imported) {
				return true
			}
		}
		return false
	}
	return false
}
