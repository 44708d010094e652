package provider

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

// checkTargets refuses a gate with nothing to judge, which would always pass. Without a
// gate it warns, because the user's own conditions may pass, too.
func (p *portfolio) checkTargets() (diags diag.Diagnostics) {
	const summary, remedy = "There are no targets", "Add at least one target, or remove the data source with count = 0."
	switch {
	case p.size > 0:
	case p.read.gate.limits != nil:
		diags.AddAttributeError(path.Root("targets"), summary, "require would pass without judging anything. "+remedy)
	default:
		diags.AddAttributeWarning(path.Root("targets"), summary, "Nothing was read, and a condition on all summaries passes. "+remedy)
	}
	return diags
}

// checkMoney refuses a read that would exceed the spending limit, before any money is
// spent.
func (p *portfolio) checkMoney(ctx context.Context, requests [][]string) (diags diag.Diagnostics) {
	if p.read.guard == nil || p.read.guard.Check(p.calls(requests)) == nil {
		return nil
	}
	uncached := p.missing(p.targets, func(target string) bool {
		call, err := p.reader.cacheCall(target)
		return err != nil || p.read.cache.Has(ctx, call)
	})
	if failure := p.read.guard.Check(p.calls(p.reader.divide(uncached))); failure != nil {
		diags.AddError(failure.Title(), joinParagraphs(fmt.Sprintf("Nothing was read: %s.", failure.Cause), failure.Remedy, price(failure.Charges)))
	}
	return diags
}

// calls returns a call without a body for each request, which has its price. It omits
// requests that cannot be encoded, because they fail without a charge.
func (p *portfolio) calls(requests [][]string) (calls []*dataforseo.Call) {
	for _, targets := range requests {
		if call, err := p.reader.cacheCall(targets[0]); err == nil {
			calls = append(calls, &dataforseo.Call{Endpoint: call.Endpoint, Rows: len(targets)})
		}
	}
	return calls
}

// checkTime refuses a read that cannot finish within its time-out, before any money is
// spent. It does not apply with a cache, which may have the answers.
func (p *portfolio) checkTime(requests int) (diags diag.Diagnostics) {
	if p.read.settings.cache != nil {
		return nil
	}
	perMinute := p.read.settings.maxRequestsPerMinute
	least := time.Duration((int64(requests)-1)/perMinute) * time.Minute
	if least < p.read.timeout {
		return nil
	}
	diags.AddAttributeError(path.Root("timeouts"), "The time-out of the read is too short", fmt.Sprintf(
		"%d targets take at least %s at %d requests per minute, but the time-out is %s. Increase it with timeouts = { read = %q }.",
		len(p.targets), least.Round(min(time.Second, p.read.timeout)), perMinute, p.read.timeout, sufficientTimeout(least)))
	return diags
}

// sufficientTimeout adds half of d as a reserve, and rounds up to a whole minute.
func sufficientTimeout(d time.Duration) time.Duration {
	return (d + d/2).Truncate(time.Minute) + time.Minute
}

// failureDiagnostic returns one diagnostic for all failures, nil if there are none.
func (p *portfolio) failureDiagnostic() diag.Diagnostic {
	slices.SortFunc(p.failures, func(a, b failedRead) int { return cmp.Compare(a.target, b.target) })
	if read := p.counts.read(); read > 0 { // the progress predicts how long the whole read takes
		p.read.suggestedTimeout = sufficientTimeout(time.Duration(float64(p.read.timeout) * float64(p.size) / float64(read)))
	}
	switch {
	case p.tooLarge:
		return p.tooLargeDiagnostic()
	case p.stopped != nil:
		return p.stoppedDiagnostic()
	case len(p.failures) == 0:
		return nil
	}
	summary := fmt.Sprintf("%d of %d targets could not be read", len(p.failures), p.size)
	detail := joinParagraphs(failureList(p.failures), p.remedies())
	if p.read.warn && !slices.ContainsFunc(p.failures, failedRead.cancelled) {
		return diag.NewWarningDiagnostic(summary, joinParagraphs(detail, price(p.counts.charges),
			`on_error is "warn": these targets are in errors. In summaries, their has_data and metrics are null.`))
	}
	return diag.NewErrorDiagnostic(summary, joinParagraphs(detail, price(p.counts.charges), p.keptOrLost()))
}

// violationDiagnostic returns one diagnostic for all violations, nil if there are none.
// failures is the result of failureDiagnostic. If it is not nil, it states the cost, and
// if it is an error, it names the targets that failed. Neither is repeated.
func (p *portfolio) violationDiagnostic(failures diag.Diagnostic) diag.Diagnostic {
	violations, size := maps.Clone(p.violations), p.counts.done
	failed := failures != nil && failures.Severity() == diag.SeverityError
	if failed {
		size = p.counts.read()
		for _, failure := range p.failures {
			delete(violations, failure.target)
		}
	}
	switch {
	case failed:
		return p.read.gate.diagnostic(violations, size)
	case failures != nil: // a warning, which states the charges
		return p.read.gate.diagnostic(violations, size, p.keptOrLost())
	}
	return p.read.gate.diagnostic(violations, size, priceIfAny(p.counts.charges), p.keptOrLost())
}

// stoppedDiagnostic returns the diagnostic for the failure that stopped the read.
func (p *portfolio) stoppedDiagnostic() diag.Diagnostic {
	progress := someTargets(p.counts.read(), p.size, "was", "were") + " read."
	return p.stopped.at(diag.NewErrorDiagnostic(p.stopped.title(),
		joinParagraphs(p.stopped.description(), p.stopped.remedy(), p.stopReason, progress, p.otherFailures(), price(p.counts.charges), p.keptOrLost())))
}

// otherFailures lists failures that are unrelated to the one that stopped the read.
// They will happen again.
func (p *portfolio) otherFailures() string {
	if p.stopped.Scope == dataforseo.ScopeTarget { // the others failed the same way
		return ""
	}
	others := slices.DeleteFunc(slices.Clone(p.failures), func(f failedRead) bool {
		return f.target == p.stopped.target || f.Scope != dataforseo.ScopeTarget
	})
	return alsoFailed(others)
}

func alsoFailed(others []failedRead) string {
	if len(others) == 0 {
		return ""
	}
	return "These targets failed, too:\n" + failureList(others)
}

// failureList formats the first failures as a list.
func failureList(failures []failedRead) string {
	lines := make([]string, 0, len(failures))
	for _, failure := range failures {
		lines = append(lines, failure.target+": "+failure.sentence())
	}
	return listed(lines)
}

// remedies returns the remedy for each kind of failure, once.
func (p *portfolio) remedies() string {
	var paragraphs []string
	for _, failure := range p.failures {
		remedy := failure.remedy()
		paragraph := failure.title() + ". " + remedy
		if remedy != "" && !slices.Contains(paragraphs, paragraph) {
			paragraphs = append(paragraphs, paragraph)
		}
	}
	return joinParagraphs(paragraphs...)
}

// keptOrLost says whether the next plan must pay for the answers again, after an error
// that leaves no state.
func (p *portfolio) keptOrLost() string {
	paid := p.counts.read() - p.counts.fromCache
	switch {
	case paid == 0 || p.read.settings.cache == nil && p.counts.charges == dataforseo.Charges{}: // the sandbox
		return ""
	case p.counts.kept < paid && p.read.settings.cache != nil:
		return fmt.Sprintf("The answers for %s are not in the cache, so the next plan pays for them again.", counted(paid-p.counts.kept, "target"))
	case p.counts.kept < paid:
		return fmt.Sprintf("No cache is configured, so the next plan pays for %s again.", counted(paid, "target"))
	case !p.read.settings.cache.reused() || p.read.maxAge != nil && *p.read.maxAge == 0:
		return fmt.Sprintf("The cache has the answers for %s, but the mode \"refresh\" or max_age makes the next plan pay for them again.", counted(paid, "target"))
	}
	return fmt.Sprintf("The cache has the answers for %s, so the next plan does not pay for them.", counted(paid, "target"))
}

func (p *portfolio) tooLargeDiagnostic() diag.Diagnostic {
	remedy := "Divide the targets among several data sources."
	if _, has := p.read.remedies["internal_list_limit"]; has {
		remedy = "Lower internal_list_limit, or divide the targets among several data sources."
	}
	return diag.NewErrorDiagnostic("The summaries are too large for Terraform", joinParagraphs(
		fmt.Sprintf("Terraform accepts at most 64 MiB from a provider. The summaries of %d of %d targets fill %d MiB, so the read stopped.",
			p.counts.done, p.size, p.state.Size()>>20),
		remedy, alsoFailed(p.failures), price(p.counts.charges), p.keptOrLost()))
}
