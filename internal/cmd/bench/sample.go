package main

import (
	"fmt"
	"slices"
)

// sample is what several runs measured.
type sample []float64

// median returns the value in the middle, or the mean of the two that are. There must
// be one.
func (s sample) median() float64 {
	sorted := slices.Sorted(slices.Values(s))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}

// text returns the median, and the range where there is one.
func (s sample) text(unit unit) string {
	low, high := unit(slices.Min(s)), unit(slices.Max(s))
	if low == high {
		return low
	}
	return fmt.Sprintf("%s (%s..%s)", unit(s.median()), low, high)
}

// unit writes a value for people.
type unit func(value float64) string

// seconds writes seconds.
func seconds(value float64) string { return fmt.Sprintf("%.2f s", value) }

// kilobytes writes bytes as thousands of them, or as millions where it must.
func kilobytes(value float64) string {
	if value >= 1e6 {
		return fmt.Sprintf("%.2f MB", value/1e6)
	}
	return fmt.Sprintf("%.2f kB", value/1e3)
}

// mebibytes writes bytes as 2^20 of them.
func mebibytes(value float64) string { return fmt.Sprintf("%.1f MiB", value/(1<<20)) }

// fraction writes nanoseconds in what suits them.
func fraction(value float64) string {
	switch {
	case value >= 1e6:
		return fmt.Sprintf("%.2f ms", value/1e6)
	case value >= 1e3:
		return fmt.Sprintf("%.1f µs", value/1e3)
	}
	return fmt.Sprintf("%.0f ns", value)
}
