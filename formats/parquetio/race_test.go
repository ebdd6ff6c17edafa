//go:build race

package parquetio

const raceEnabled = true
