package provider

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

// failedRead is the failure of a read. It alone turns failures into diagnostics.
//
//nolint:errname // it embeds Failure
type failedRead struct {
	*dataforseo.Failure
	*read
	// target is the target as configured. It is empty for a read of the account.
	target string
}

func (f failedRead) isAccount() bool { return f.target == "" }

// cancelled reports whether Terraform was interrupted.
func (f failedRead) cancelled() bool { return f.Kind == dataforseo.KindCancelled }

// diagnostic returns an error, or a warning if warn is set and the failure concerns
// only this target.
func (f failedRead) diagnostic(warn bool) diag.Diagnostic {
	detail := joinParagraphs(f.description(), f.remedy(), f.price())
	if warn && f.Scope != dataforseo.ScopeAccount {
		return f.at(diag.NewWarningDiagnostic(f.title(),
			joinParagraphs(detail, `on_error is "warn": has_data and every metric of this target are null.`)))
	}
	return f.at(diag.NewErrorDiagnostic(f.title(), detail))
}

// at attaches a diagnostic to the argument that DataForSEO refuses, if there is one.
func (f failedRead) at(d diag.Diagnostic) diag.Diagnostic {
	if _, isArgument := f.remedies[f.Field]; isArgument {
		return diag.WithPath(path.Root(f.Field), d)
	}
	return d
}

// title returns the summary of the diagnostic.
func (f failedRead) title() string {
	if _, isArgument := f.remedies[f.Field]; isArgument {
		return fmt.Sprintf("DataForSEO refuses %s (%d)", f.Field, f.Code)
	}
	if f.isAccount() && f.Kind == dataforseo.KindRateLimit {
		return fmt.Sprintf("Too many requests for the account (%d)", cmp.Or(f.Code, f.HTTPStatus))
	}
	return f.Title()
}

// remedy says what the user can do. For some failures that depends on the
// configuration.
func (f failedRead) remedy() string {
	if remedy, isArgument := f.remedies[f.Field]; isArgument {
		return remedy
	}
	switch {
	case f.Kind == dataforseo.KindNoCredentials:
		return strings.Join(f.settings.missingCredentials, "\n\n") + "\n\nFind the API password at https://app.dataforseo.com/api-access."
	case f.Kind == dataforseo.KindCredentials:
		return f.settings.credentialOrigins() + " " + f.Remedy
	case f.Kind == dataforseo.KindReadTimeout:
		return f.timeoutRemedy()
	case f.Kind == dataforseo.KindCacheMiss && f.isAccount():
		return "The cache does not save the account, and the mode \"cache_only\" never asks DataForSEO. Remove dataforseo_account, or use another mode."
	case f.Kind == dataforseo.KindRateLimit && f.isAccount():
		return "DataForSEO allows each account 6 such requests per minute. Try again in a minute."
	}
	return f.Remedy
}

func (f failedRead) timeoutRemedy() string {
	if f.timeout == 0 {
		return fmt.Sprintf("The time-out was %s. Try again later.", defaultReadTimeout)
	}
	return fmt.Sprintf("The time-out was %s. Increase it with timeouts = { read = \"%s\" }.", f.timeout, cmp.Or(f.suggestedTimeout, 2*f.timeout))
}

// description says which read failed, after how many attempts, and why.
func (f failedRead) description() string {
	text := "Reading the " + f.what
	if f.target != "" {
		text += fmt.Sprintf(" of %q", f.target)
	}
	text += " failed"
	if f.Attempts > 1 {
		text += fmt.Sprintf(" after %d attempts", f.Attempts)
	}
	return text + ": " + f.sentence()
}

// sentence returns the cause with the task id, which DataForSEO's support asks for. The
// cause may quote a text of DataForSEO that already ends in a full stop.
func (f failedRead) sentence() string {
	text := f.Cause
	if id := f.Envelope.TaskID(); id != "" {
		text += fmt.Sprintf(" (task %s)", id)
	}
	if strings.HasSuffix(text, ".\"") {
		return text
	}
	return text + "."
}

// price states what the failure cost.
func (f failedRead) price() string {
	switch {
	case f.isAccount(): // free
		return ""
	case f.ChargedElsewhere:
		return "Another read shared the request and was charged for it, or may have been."
	}
	return price(f.Charges)
}

// price states charges.
func price(charges dataforseo.Charges) string {
	switch usd := formatUSD(charges.USD); {
	case charges.USD > 0 && charges.Possible > 0:
		return fmt.Sprintf("DataForSEO charged %s USD, and may have charged for %s.", usd, counted(charges.Possible, "more request"))
	case charges.USD > 0:
		return fmt.Sprintf("DataForSEO charged %s USD.", usd)
	case charges.Possible > 0:
		return fmt.Sprintf("DataForSEO may have charged for %s.", counted(charges.Possible, "request"))
	}
	return "Nothing was charged."
}

// priceIfAny states charges, if there are any.
func priceIfAny(charges dataforseo.Charges) string {
	if charges == (dataforseo.Charges{}) {
		return ""
	}
	return price(charges)
}

// counted formats a number of things.
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// someTargets says how many targets a verb is about, in the number that agrees.
func someTargets(n, size int, singular, plural string) string {
	verb := plural
	if n == 1 {
		verb = singular
	}
	return fmt.Sprintf("%d of %d targets %s", n, size, verb)
}

// formatUSD formats a price with as many digits as DataForSEO bills.
func formatUSD(usd float64) string {
	return strings.TrimRight(strings.TrimRight(fmt.Sprintf("%.6f", usd), "0"), ".")
}

// appendNotices adds one warning for all notices with the same summary.
func appendNotices(diags *diag.Diagnostics, notices []dataforseo.Notice) {
	for i, notice := range notices {
		same := func(other dataforseo.Notice) bool { return other.Summary == notice.Summary }
		if slices.ContainsFunc(notices[:i], same) {
			continue
		}
		var lines []string
		for _, other := range notices[i:] {
			if same(other) {
				lines = append(lines, other.Line)
			}
		}
		slices.Sort(lines)
		diags.AddWarning(notice.Summary, joinParagraphs(lineOrList(lines), notice.Detail))
	}
}

// maxListed is the maximum number of lines in a list.
const maxListed = 20

// lineOrList returns a single line as it is, and several as a list.
func lineOrList(lines []string) string {
	if len(lines) == 1 {
		return lines[0]
	}
	return listed(lines)
}

// listed formats the first lines as a list, with the number of the others.
func listed(lines []string) string {
	var text strings.Builder
	for _, line := range lines[:min(len(lines), maxListed)] {
		text.WriteString("- " + line + "\n")
	}
	if more := len(lines) - maxListed; more > 0 {
		fmt.Fprintf(&text, "- and %d more\n", more)
	}
	return strings.TrimSuffix(text.String(), "\n")
}

func joinParagraphs(paragraphs ...string) string {
	return strings.Join(slices.DeleteFunc(paragraphs, func(p string) bool { return p == "" }), "\n\n")
}
