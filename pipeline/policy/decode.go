package policy

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// A Problem is one thing that is wrong with a policy file.
type Problem struct {
	File         string
	Line, Column int    // from 1; 0 if it is no place in the file
	At           string // the setting, such as lists[2].class
	What, Hint   string
}

func (p *Problem) Error() string {
	place := p.File
	if p.Line > 0 {
		place = fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
	}
	if p.At != "" {
		return fmt.Sprintf("%s: %s: %s", place, p.At, p.What)
	}
	return place + ": " + p.What
}

// A decoder brings YAML into the types of this package. Settings that the file does not
// name stay as they are, so that a file decodes over its base.
type decoder struct {
	file, dir string
	anchors   map[string]ast.Node
	depth     int // of aliases that are being followed
	places    map[string]ast.Node
	problems  []*Problem
}

// bad notes that node, the setting at, is wrong.
func (d *decoder) bad(node ast.Node, at, hint, format string, args ...any) {
	p := &Problem{File: d.file, At: at, What: fmt.Sprintf(format, args...), Hint: hint}
	p.Line, p.Column = start(node)
	d.problems = append(d.problems, p)
}

// start returns where node starts, or zeros.
func start(node ast.Node) (line, column int) {
	switch n := node.(type) {
	case *ast.MappingValueNode:
		return start(n.Key)
	case *ast.MappingNode:
		if len(n.Values) > 0 && !n.IsFlowStyle {
			return start(n.Values[0])
		}
	}
	if token := node.GetToken(); token != nil && token.Position != nil {
		return token.Position.Line, token.Position.Column
	}
	return 0, 0
}

// value returns node without anchors and behind aliases.
func (d *decoder) value(node ast.Node, at string) ast.Node {
	switch n := node.(type) {
	case *ast.AnchorNode:
		d.anchors[n.Name.GetToken().Value] = n.Value
		return d.value(n.Value, at)
	case *ast.AliasNode:
		target, ok := d.anchors[n.Value.GetToken().Value]
		if d.depth++; !ok || d.depth > 1000 {
			d.bad(node, at, "", "no anchor of this name stands before it")
			return nil
		}
		return d.value(target, at)
	case *ast.TagNode:
		d.bad(node, at, "leave it out", "YAML tags mean nothing here")
		return nil
	}
	return node
}

// decode stores node in v, which is the setting at.
func (d *decoder) decode(node ast.Node, at string, v reflect.Value, tag reflect.StructTag) {
	if node = d.value(node, at); node == nil {
		return
	}
	d.places[at] = node
	if _, null := node.(*ast.NullNode); null {
		return // a setting without a value is one that was not made
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.decode(node, at, v.Elem(), tag)
	case reflect.Struct:
		if v.Type() == pathType {
			if given, ok := d.scalar(node, at); ok {
				v.Set(reflect.ValueOf(Path{given, d.dir}))
			}
			return
		}
		d.fields(node, at, v)
	case reflect.Map:
		d.entries(node, at, v, tag)
	case reflect.Slice:
		d.items(node, at, v, tag)
	case reflect.Bool:
		if b, ok := node.(*ast.BoolNode); ok {
			v.SetBool(b.Value)
		} else {
			d.bad(node, at, "", "takes true or false")
		}
	case reflect.Int:
		d.number(node, at, v, tag)
	case reflect.String:
		d.text(node, at, v, tag)
	}
}

var pathType = reflect.TypeFor[Path]()

// pairs returns the entries of a mapping.
func (d *decoder) pairs(node ast.Node, at string) []*ast.MappingValueNode {
	switch n := node.(type) {
	case *ast.MappingNode:
		return n.Values
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}
	}
	d.bad(node, at, "", "takes settings of its own, one a line: name: value")
	return nil
}

// key returns the name of an entry.
func (d *decoder) key(pair *ast.MappingValueNode, at string) (string, bool) {
	if pair.Key.IsMergeKey() {
		d.bad(pair.Key, at, "share settings with base: FILE", "merge keys mean nothing here")
		return "", false
	}
	if token := pair.Key.GetToken(); token != nil {
		return token.Value, true
	}
	return "", false
}

func (d *decoder) fields(node ast.Node, at string, v reflect.Value) {
	t := v.Type()
	byName, names := map[string]int{}, []string{}
	for i := range t.NumField() {
		name := settingName(t.Field(i))
		byName[name] = i
		names = append(names, name)
	}
	seen := map[string]bool{}
	for _, pair := range d.pairs(node, at) {
		name, ok := d.key(pair, at)
		if !ok {
			continue
		}
		i, known := byName[name]
		if !known {
			d.bad(pair.Key, at, nearest(name, names), "there is no setting %q", name)
			continue
		}
		d.decode(pair.Value, join(at, name), v.Field(i), t.Field(i).Tag)
		_, null := d.places[join(at, name)].(*ast.NullNode)
		seen[name] = !null
	}
	for i := range t.NumField() {
		if name := settingName(t.Field(i)); t.Field(i).Tag.Get("need") != "" && !seen[name] && v.Field(i).IsZero() {
			d.bad(node, at, t.Field(i).Tag.Get("doc"), "has no %s", name)
		}
	}
}

func (d *decoder) entries(node ast.Node, at string, v reflect.Value, tag reflect.StructTag) {
	keys := choices(tag.Get("keys"))
	if v.IsNil() {
		v.Set(reflect.MakeMap(v.Type()))
	}
	for _, pair := range d.pairs(node, at) {
		name, ok := d.key(pair, at)
		if !ok {
			continue
		}
		if keys != nil && !contains(keys, name) {
			d.bad(pair.Key, at, nearest(name, keys), "there is no %q", name)
			continue
		}
		value := reflect.New(v.Type().Elem()).Elem()
		d.decode(pair.Value, join(at, name), value, tag)
		if !value.IsZero() {
			v.SetMapIndex(reflect.ValueOf(name), value)
		}
	}
}

// items decodes a sequence, or the one item that stands in its place. Lists that hold in
// any case follow on those of the base; others take their place.
func (d *decoder) items(node ast.Node, at string, v reflect.Value, tag reflect.StructTag) {
	nodes := []ast.Node{node}
	if seq, ok := node.(*ast.SequenceNode); ok {
		nodes = seq.Values
	} else if v.Type().Elem().Kind() == reflect.Struct && v.Type().Elem() != pathType {
		d.bad(node, at, "", "takes a list: each item on a line of its own, after a dash")
		return
	}
	all := reflect.MakeSlice(v.Type(), 0, len(nodes))
	from := 0
	if cumulative[at] {
		all, from = reflect.AppendSlice(all, v), v.Len()
	}
	for i, n := range nodes {
		item := reflect.New(v.Type().Elem()).Elem()
		d.decode(n, fmt.Sprintf("%s[%d]", at, from+i+1), item, tag)
		all = reflect.Append(all, item)
	}
	v.Set(all)
}

// cumulative are the lists of a base that a campaign can only add to.
var cumulative = map[string]bool{"lists": true, "lia": true, "suppliers": true}

func (d *decoder) number(node ast.Node, at string, v reflect.Value, tag reflect.StructTag) {
	lo, _ := strconv.Atoi(tag.Get("min"))
	hi, _ := strconv.Atoi(tag.Get("max"))
	n, ok := node.(*ast.IntegerNode)
	if ok {
		if k, err := strconv.Atoi(n.GetToken().Value); err == nil && k >= lo && k <= hi {
			v.SetInt(int64(k))
			return
		}
	}
	if lo == hi {
		d.bad(node, at, "", "takes %d", lo)
		return
	}
	d.bad(node, at, "", "takes a whole number from %d to %d", lo, hi)
}

// scalar returns what a single value is written as.
func (d *decoder) scalar(node ast.Node, at string) (string, bool) {
	switch n := node.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return n.Value.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return node.GetToken().Value, true
	}
	d.bad(node, at, "", "takes a single value")
	return "", false
}

func (d *decoder) text(node ast.Node, at string, v reflect.Value, tag reflect.StructTag) {
	s, ok := d.scalar(node, at)
	if !ok {
		return
	}
	if all := choices(tag.Get("enum")); all != nil && !contains(all, s) {
		hint := nearest(s, all)
		if hint == "" && len(all) <= 12 {
			hint = "one of " + strings.Join(all, ", ")
		}
		d.bad(node, at, hint, "takes no %q", s)
		return
	}
	v.SetString(s)
	if f, is := v.Interface().(text); is {
		if form, what := f.form(); !form.MatchString(s) {
			d.bad(node, at, "", "takes %s", what)
			v.SetString("")
		}
	}
	if day, is := v.Interface().(Date); is {
		if err := day.exists(); err != nil {
			d.bad(node, at, "", "%v", err)
			v.SetString("")
		}
	}
}

func settingName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}

func join(at, name string) string {
	if at == "" {
		return name
	}
	return at + "." + name
}
