//go:build race

package pii

const raceBuild = true
