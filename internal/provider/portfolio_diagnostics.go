package provider

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

// maxNamedFailures is how many failed targets a diagnostic names.
const maxNamedFailures = 20

// errStateTooLarge says that Terraform would refuse the state.
var errStateTooLarge = errors.New("the summaries are too large for Terraform")

// concernsAllTargets reports whether the failure would befall all other targets of
// the same read: also one of an argument that they share.
func (f failedRead) concernsAllTargets() bool {
	field := f.refusedArgument()
	return f.concernsAll() || field != "" && field != "target"
}

// failureDiagnostic returns the one diagnostic for all that failed, nil if nothing did.
func (p *portfolio) failureDiagnostic() diag.Diagnostic {
	switch {
	case errors.Is(p.err, errStateTooLarge):
		return p.tooLarge()
	case p.stopped != nil:
		return p.stoppedDiagnostic()
	case len(p.failures) == 0:
		return nil
	}
	summary := fmt.Sprintf("%d of %d targets could not be read", len(p.failures), p.size)
	detail := joinParagraphs(p.namedFailures(), p.remedies())
	if p.read.warn {
		return diag.NewWarningDiagnostic(summary, joinParagraphs(detail, p.price(),
			`on_error is "warn": these targets are in errors, and in summaries with every metric and has_data null.`))
	}
	return diag.NewErrorDiagnostic(summary, joinParagraphs(detail, p.price(), p.fate()))
}

// stoppedDiagnostic is that of the failure that ended the read.
func (p *portfolio) stoppedDiagnostic() diag.Diagnostic {
	summary, remedy := p.stopped.words()
	read := fmt.Sprintf("%d of %d targets were read before.", p.counts.read(), p.size)
	if !errors.Is(p.stopped.err, context.Canceled) {
		read = "The same would befall every target, so no more were asked about. " + read
	}
	return p.stopped.at(diag.NewErrorDiagnostic(summary,
		joinParagraphs(p.stopped.whatHappened(), remedy, read, p.price(), p.fate())))
}

// namedFailures is a list of the first failures.
func (p *portfolio) namedFailures() string {
	p.sortFailures()
	var lines []string
	for _, failure := range p.failures[:min(len(p.failures), maxNamedFailures)] {
		lines = append(lines, fmt.Sprintf("- %s: %s", failure.target, sentence(failure.err.Error()+taskOf(failure.err))))
	}
	if more := len(p.failures) - len(lines); more > 0 {
		lines = append(lines, fmt.Sprintf("- and %d more", more))
	}
	return strings.Join(lines, "\n")
}

// sortFailures makes the order that of the targets, whichever failed first.
func (p *portfolio) sortFailures() {
	slices.SortFunc(p.failures, func(a, b failedRead) int { return cmp.Compare(a.target, b.target) })
}

// remedies says once what each kind of failure asks for.
func (p *portfolio) remedies() string {
	var paragraphs []string
	for _, failure := range p.failures {
		summary, remedy := failure.words()
		paragraph := summary + ". " + remedy
		if remedy != "" && !slices.Contains(paragraphs, paragraph) {
			paragraphs = append(paragraphs, paragraph)
		}
	}
	return joinParagraphs(paragraphs...)
}

// price says what was charged, for failures too.
func (p *portfolio) price() string {
	text := "Nothing was charged."
	if usd := dataforseo.RoundUSD(p.counts.costUSD); usd > 0 {
		text = fmt.Sprintf("DataForSEO charged %s USD in all.", formatUSD(usd))
	}
	if p.counts.maybeCharged > 0 {
		text += fmt.Sprintf(" It may have charged %d requests that failed.", p.counts.maybeCharged)
	}
	return text
}

// fate says what becomes of the answers that were paid for, as there is no state.
func (p *portfolio) fate() string {
	paid := p.counts.read() - p.counts.fromCache
	switch {
	case paid == 0:
		return ""
	case p.read.keeps:
		return fmt.Sprintf("The cache keeps the answers for %d targets, so that the next plan does not pay for them.", paid)
	}
	return fmt.Sprintf("The answers for %d targets are lost, and the next plan pays for them again. With a cache it would not.", paid)
}

func (p *portfolio) tooLarge() diag.Diagnostic {
	return diag.NewErrorDiagnostic("The summaries are too large for Terraform", joinParagraphs(
		fmt.Sprintf("Terraform takes no more than 64 MiB from a provider at once. The summaries of %d of %d targets fill %d MiB, so no more were asked about.",
			p.counts.done, p.size, p.state.buffer.Len()>>20),
		"Lower internal_list_limit, or read the targets with several data sources.", p.price(), p.fate()))
}
