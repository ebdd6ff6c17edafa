//go:build race

package main

// The race detector makes everything some ten times slower.
func init() { oracleDefaultRows = 1_500 }
