package main

import (
	"errors"
	"os"

	"sluice/screen/domain"
)

// tables returns the embedded provider tables, with the operator's files before them.
func tables(allow, deny string) (*domain.Tables, error) {
	t := domain.Embedded()
	if allow == "" && deny == "" {
		return t, nil
	}
	var o *domain.Overrides
	err := withSources([]string{allow}, func(allowed []domain.Source) error {
		return withSources([]string{deny}, func(denied []domain.Source) (err error) {
			o, err = domain.LoadOverrides(allowed, denied)
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	return t.With(o), nil
}

// operatorFile loads one of the operator's own files; nil if path is empty.
func operatorFile[T any](path string, load func(...domain.Source) (*T, error)) (t *T, err error) {
	if path == "" {
		return nil, nil
	}
	err = withSources([]string{path}, func(s []domain.Source) (err error) {
		t, err = load(s...)
		return err
	})
	return t, err
}

// withSources opens the files that are named for as long as use runs.
func withSources(paths []string, use func([]domain.Source) error) error {
	var sources []domain.Source
	for _, path := range paths {
		if path == "" {
			continue
		}
		f, err := os.Open(path)
		if err != nil {
			return &failure{exit: exitInput, code: "file", err: err, hint: "check the path given"}
		}
		defer f.Close()
		sources = append(sources, domain.Source{Name: path, R: f})
	}
	err := use(sources)
	var bad *domain.ListError
	if errors.As(err, &bad) {
		return &failure{exit: exitInput, code: "file", err: err, hint: "mend the lines named; one entry a line, # starts a comment"}
	}
	return err
}
