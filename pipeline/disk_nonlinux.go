//go:build !linux

package pipeline

import (
	"errors"
	"os"
)

// Files without a name, room set aside, wide pipes and pages made at once are Linux's.

func createUnnamed(string) (*os.File, error) { return nil, errors.ErrUnsupported }

func linkUnnamed(*os.File, string) error { return errors.ErrUnsupported }

func setAside(*os.File, int64) {}

func writeBack(*os.File, int64, int64) {}

func widenPipe(*os.File) {}

const populate = 0
