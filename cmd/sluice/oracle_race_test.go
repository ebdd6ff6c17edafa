//go:build race

package main

// The race detector makes everything some ten times slower.
func init() { oracleDefaultRows, killEvery, nightsAreLong = 1_500, 7, true }
