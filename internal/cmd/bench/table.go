package main

import (
	"fmt"
	"strings"
)

// row is a figure of the table.
type row struct {
	figure string
	// measured is empty where this system does not tell.
	measured sample
	unit     unit
	// more is said after what was measured.
	more string
	// limit in the same unit, 0 for none.
	limit float64
	// because says where the limit comes from.
	because string
	// most is how often the limit what was measured may be.
	most float64
}

// markdown writes the table.
func markdown(runs int, rows []row) string {
	var b strings.Builder
	measured := fmt.Sprintf("measured (median of %d runs, min..max)", runs)
	if runs == 1 {
		measured = "measured (one run)"
	}
	writeCells(&b, "figure", measured, "limit", "measured / limit", "must be at most", "reached")
	writeCells(&b, "---", "---:", "---:", "---:", "---:", "---")
	for _, r := range rows {
		writeCells(&b, r.cells()...)
	}
	return b.String()
}

func writeCells(b *strings.Builder, cells ...string) {
	for _, cell := range cells {
		b.WriteString("| " + strings.ReplaceAll(cell, "|", `\|`) + " ")
	}
	b.WriteString("|\n")
}

// none stands in a cell that does not apply.
const none = "–"

func (r row) cells() []string {
	limit, most := none, none
	if r.limit > 0 {
		limit, most = r.unit(r.limit), fmt.Sprintf("%.2f", r.most)
	}
	if r.because != "" {
		limit += " (" + r.because + ")"
	}
	if len(r.measured) == 0 {
		return []string{r.figure, "not measured on this system", limit, none, most, none}
	}
	measured, ratio, reached := r.measured.text(r.unit), none, none
	if r.more != "" {
		measured += ", " + r.more
	}
	if r.limit > 0 {
		ratio, reached = fmt.Sprintf("%.2f", r.ratio()), "no"
		if r.ratio() <= r.most {
			reached = "yes"
		}
	}
	return []string{r.figure, measured, limit, ratio, most, reached}
}

// ratio returns how often the limit the median is.
func (r row) ratio() float64 { return r.measured.median() / r.limit }
