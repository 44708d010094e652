package provider

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

// maxNamed is how many targets a diagnostic names.
const maxNamed = 20

// errStateTooLarge says that Terraform would refuse the state.
var errStateTooLarge = errors.New("the summaries are too large for Terraform")

// concernsAllTargets reports whether the failure would befall all other targets of
// the same read: also one of an argument that they share.
func (f failedRead) concernsAllTargets() bool {
	field := f.refusedArgument()
	return f.concernsAll() || field != "" && field != "target"
}

// isFault reports whether a failure is for no fault of the target's: DataForSEO did
// not do its work, or cannot be reached.
func isFault(err error) bool {
	_, unusable := errors.AsType[*dataforseo.ResponseError](err)
	return unusable || dataforseo.Advise(err).Repeat != dataforseo.RepeatNever
}

// checkTime refuses a read that cannot end in its time, before anything is paid. With
// a cache nobody knows how much of it there is to ask.
func (p *portfolio) checkTime() (diags diag.Diagnostics) {
	least := time.Duration(len(p.wires)-1) * time.Minute / time.Duration(p.read.requestsPerMinute)
	if p.read.caches || least < p.read.timeout {
		return nil
	}
	diags.AddAttributeError(path.Root("timeouts"), "The time for the read is too short", fmt.Sprintf(
		"%d targets take at least %s at %d requests a minute, and the read has %s. Give it more with timeouts = { read = %q }.",
		len(p.wires), least.Round(min(time.Second, p.read.timeout)), p.read.requestsPerMinute, p.read.timeout, enoughFor(least)))
	return diags
}

// enoughFor rounds a time up to what a person would write, with half as much to spare.
func enoughFor(d time.Duration) time.Duration {
	return (d + d/2).Truncate(time.Minute) + time.Minute
}

// failureDiagnostic returns the one diagnostic for all that failed, nil if nothing did.
func (p *portfolio) failureDiagnostic() diag.Diagnostic {
	p.prepareFailures()
	switch {
	case errors.Is(p.err, errStateTooLarge):
		return p.tooLarge()
	case p.stopped != nil:
		return p.stoppedDiagnostic()
	case len(p.failures) == 0:
		return nil
	}
	summary := fmt.Sprintf("%d of %d targets could not be read", len(p.failures), p.size)
	detail := joinParagraphs(listOf(p.failures), p.remedies())
	if p.read.warn {
		return diag.NewWarningDiagnostic(summary, joinParagraphs(detail, p.price(),
			`on_error is "warn": these targets are in errors, and in summaries with every metric and has_data null.`))
	}
	return diag.NewErrorDiagnostic(summary, joinParagraphs(detail, p.price(), p.fate()))
}

// prepareFailures puts the failures into the order of the targets, whichever failed
// first, and reckons from how far the read got how much time would have been enough.
func (p *portfolio) prepareFailures() {
	slices.SortFunc(p.failures, func(a, b failedRead) int { return cmp.Compare(a.target, b.target) })
	if p.counts.read() == 0 {
		return
	}
	enough := enoughFor(time.Duration(float64(p.read.timeout) * float64(p.size) / float64(p.counts.read())))
	for i := range p.failures {
		p.failures[i].enough = enough
	}
}

// stoppedDiagnostic is that of the failure that ended the read.
func (p *portfolio) stoppedDiagnostic() diag.Diagnostic {
	summary, remedy := p.stopped.words()
	read := fmt.Sprintf("%d of %d targets were read.", p.counts.read(), p.size)
	return p.stopped.at(diag.NewErrorDiagnostic(summary,
		joinParagraphs(p.stopped.whatHappened(), remedy, p.whyStopped, read, p.otherFailures(), p.price(), p.fate())))
}

// otherFailures names what failed besides what ended the read: it will fail again.
func (p *portfolio) otherFailures() string {
	if !p.stopped.concernsAllTargets() { // they all failed alike
		return ""
	}
	others := slices.DeleteFunc(slices.Clone(p.failures), func(f failedRead) bool {
		return f.target == p.stopped.target || f.concernsAllTargets()
	})
	return failedAsWell(others)
}

func failedAsWell(others []failedRead) string {
	if len(others) == 0 {
		return ""
	}
	return "These targets failed as well:\n" + listOf(others)
}

// listOf is a list of the first failures.
func listOf(failures []failedRead) string {
	lines := make([]string, 0, len(failures))
	for _, failure := range failures {
		lines = append(lines, failure.target+": "+sentence(failure.err.Error()+taskOf(failure.err)))
	}
	return listed(lines)
}

// listed writes the first lines as a list, and how many more there are.
func listed(lines []string) string {
	var text strings.Builder
	for _, line := range lines[:min(len(lines), maxNamed)] {
		text.WriteString("- " + line + "\n")
	}
	if more := len(lines) - maxNamed; more > 0 {
		fmt.Fprintf(&text, "- and %d more\n", more)
	}
	return strings.TrimSuffix(text.String(), "\n")
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
	charges := p.counts.charges
	switch {
	case charges.USD > 0 && charges.Possible > 0:
		return fmt.Sprintf("DataForSEO charged %s USD in all, and may have charged %s more.", formatUSD(charges.USD), counted(charges.Possible, "request"))
	case charges.USD > 0:
		return fmt.Sprintf("DataForSEO charged %s USD in all.", formatUSD(charges.USD))
	case charges.Possible > 0:
		return fmt.Sprintf("DataForSEO may have charged %s.", counted(charges.Possible, "request"))
	}
	return "Nothing was charged."
}

// fate says what becomes of the answers that were paid for, as there is no state.
func (p *portfolio) fate() string {
	paid := p.counts.read() - p.counts.fromCache
	switch {
	case paid == 0:
		return ""
	case p.counts.kept < paid && p.read.caches:
		return fmt.Sprintf("The answers for %s are not in the cache, and the next plan pays for them again.", counted(paid-p.counts.kept, "target"))
	case p.counts.kept < paid:
		return fmt.Sprintf("The answers for %s are lost, and the next plan pays for them again. With a cache it would not.", counted(paid, "target"))
	case !p.read.reuses || p.read.request.MaxAge != nil && *p.read.request.MaxAge == 0:
		return fmt.Sprintf("The cache keeps the answers for %s, but its mode \"refresh\", or max_age, makes the next plan ask and pay again.", counted(paid, "target"))
	}
	return fmt.Sprintf("The cache keeps the answers for %s, so that the next plan does not pay for them.", counted(paid, "target"))
}

// counted writes a number of things.
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

func (p *portfolio) tooLarge() diag.Diagnostic {
	return diag.NewErrorDiagnostic("The summaries are too large for Terraform", joinParagraphs(
		fmt.Sprintf("Terraform takes no more than 64 MiB from a provider at once. The summaries of %d of %d targets fill %d MiB, so no more were asked about.",
			p.counts.done, p.size, p.state.buffer.Len()>>20),
		"Lower internal_list_limit, or read the targets with several data sources.", failedAsWell(p.failures), p.price(), p.fate()))
}
