package provider

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/retry"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/spending"
)

// failedRead is all that a diagnostic says of a read that failed. Every
// diagnostic about an answer is made here.
type failedRead struct {
	err error
	// what was to be read, such as "backlinks summary".
	what string
	// target is what was asked about, as the configuration has it; empty for the account.
	target string
	// timeout is what the configuration gives the read, 0 if it cannot say.
	timeout time.Duration
	// enough is a time-out that would probably do, 0 for twice what there was.
	enough time.Duration
	*connection
}

// ofAccount reports whether the account itself was to be read.
func (f failedRead) ofAccount() bool { return f.target == "" }

// diagnostic returns the error a person sees, or the warning when the failure is
// this target's alone and warn is set.
func (f failedRead) diagnostic(warn bool) diag.Diagnostic {
	summary, remedy := f.words()
	detail := joinParagraphs(f.whatHappened(), remedy, f.price())
	if warn && !f.concernsAll() {
		return f.at(diag.NewWarningDiagnostic(summary,
			joinParagraphs(detail, `on_error is "warn": every metric of this target is null, and has_data too.`)))
	}
	return f.at(diag.NewErrorDiagnostic(summary, detail))
}

// at points to the argument that DataForSEO refuses, if it names one.
func (f failedRead) at(d diag.Diagnostic) diag.Diagnostic {
	if field := f.refusedArgument(); field != "" {
		return diag.WithPath(path.Root(field), d)
	}
	return d
}

func (f failedRead) refusedArgument() string {
	apiErr, ok := errors.AsType[*dataforseo.APIError](f.err)
	if !ok {
		return ""
	}
	if _, known := argumentRemedies[apiErr.Field()]; known {
		return apiErr.Field()
	}
	return ""
}

// concernsAll reports whether the failure would befall every other target too, and
// so must not be let pass for one.
func (f failedRead) concernsAll() bool {
	if errors.Is(f.err, context.Canceled) {
		return true
	}
	if _, ok := errors.AsType[*dataforseo.CredentialsError](f.err); ok {
		return true
	}
	if _, ok := errors.AsType[*spending.LimitError](f.err); ok {
		return true
	}
	facts, _ := factsOf(f.err)
	return facts.Kind.OfAccount()
}

// factsOf returns what the client knows of the failure's code or HTTP status.
func factsOf(err error) (dataforseo.CodeFacts, bool) {
	if apiErr, ok := errors.AsType[*dataforseo.APIError](err); ok {
		return apiErr.Facts(), true
	}
	if httpErr, ok := errors.AsType[*dataforseo.HTTPError](err); ok {
		return httpErr.Facts(), true
	}
	return dataforseo.CodeFacts{}, false
}

// codeOf returns the failure's API code, else its HTTP status, 0 for neither.
func codeOf(err error) int64 {
	if apiErr, ok := errors.AsType[*dataforseo.APIError](err); ok {
		return int64(apiErr.Code)
	}
	if httpErr, ok := errors.AsType[*dataforseo.HTTPError](err); ok {
		return int64(httpErr.Status)
	}
	return 0
}

// argumentRemedies says what to do about an argument that DataForSEO refuses
// although it passed the provider's own checks.
//
//nolint:gochecknoglobals // a table that nothing writes to
var argumentRemedies = map[string]string{
	"target":                     "Give a domain or subdomain without https:// and www., whose ending is a real one, or the absolute URL of a page.",
	"include_subdomains":         "Give true or false, or leave it out.",
	"include_indirect_links":     "Give true or false, or leave it out.",
	"exclude_internal_backlinks": "Give true or false, or leave it out.",
	"internal_list_limit":        "Give a number from 1 to 1000, or leave it out.",
	"backlinks_status_type":      "Give \"all\", \"live\" or \"lost\", or leave it out.",
	"backlinks_filters":          "https://docs.dataforseo.com/v3/backlinks/filters/ lists the fields and their operators.",
	"rank_scale":                 "Give \"one_hundred\" or \"one_thousand\", or leave it out.",
	"tag":                        "Give at most 255 characters, or leave it out.",
}

// words returns the summary of the diagnostic and what the person can do.
func (f failedRead) words() (summary, remedy string) {
	if limit, ok := errors.AsType[*spending.LimitError](f.err); ok {
		return "The spending limit is reached", spendingRemedy(limit)
	}
	if facts, ok := factsOf(f.err); ok {
		return f.factsWords(facts)
	}
	if missing, ok := errors.AsType[*dataforseo.CredentialsError](f.err); ok {
		return "No credentials for DataForSEO", f.credentialsRemedy(missing.Missing)
	}
	if miss, ok := errors.AsType[*cache.MissError](f.err); ok {
		return "No answer in the cache", f.missRemedy(miss)
	}
	if errors.Is(f.err, context.Canceled) {
		return "The read was cancelled", ""
	}
	if dataforseo.Ended(f.err) {
		return "The read took too long", f.timeoutRemedy()
	}
	if responseErr, ok := errors.AsType[*dataforseo.ResponseError](f.err); ok {
		return "DataForSEO's answer cannot be used", responseRemedy(responseErr)
	}
	return f.transportWords()
}

// responseRemedy tells an answer that is not DataForSEO's from one that is, but
// not as documented.
func responseRemedy(e *dataforseo.ResponseError) string {
	if e.Envelope != nil {
		return "DataForSEO may have changed its answers, or something in between has. Please report it with this message at " +
			"https://github.com/dataforseo/terraform-provider-dataforseo/issues."
	}
	return "Check base_url, and whether a proxy or firewall answered instead. If it was DataForSEO, try again."
}

func (f failedRead) transportWords() (summary, remedy string) {
	transportErr, ok := errors.AsType[*dataforseo.TransportError](f.err)
	switch {
	case ok && transportErr.TimedOutAfter > 0:
		return "DataForSEO did not answer in time", "Try again. DataForSEO takes up to 120 seconds, so request_timeout should not be less."
	case ok && transportErr.Sent:
		return "The connection to DataForSEO broke", "Try again. If it persists, check the network, and HTTPS_PROXY and NO_PROXY if there is a proxy."
	}
	return "DataForSEO cannot be reached", "Check base_url, the network, and HTTPS_PROXY and NO_PROXY if there is a proxy."
}

func spendingRemedy(e *spending.LimitError) string {
	text := "Raise spending_limit_usd in the provider's configuration, read fewer targets, or set cache so that what is paid for is not paid for again."
	if e.PriceUSD > 0 {
		text = fmt.Sprintf("One answer costs %s USD. ", formatUSD(e.PriceUSD)) + text
	}
	if e.Guesses > 0 {
		text = fmt.Sprintf("%d of the answers never arrived, or did not say what they cost. They may have been charged, and are counted as if they were.\n\n", e.Guesses) + text
	}
	return text
}

func (f failedRead) timeoutRemedy() string {
	if f.timeout == 0 {
		return fmt.Sprintf("It had %s in all. Try again later.", defaultReadTimeout)
	}
	return fmt.Sprintf("It had %s in all. Give it more with timeouts = { read = \"%s\" }.", f.timeout, cmp.Or(f.enough, 2*f.timeout))
}

func (f failedRead) missRemedy(e *cache.MissError) string {
	if f.ofAccount() {
		return "The account is not kept in the cache, and mode \"cache_only\" never asks DataForSEO. Leave dataforseo_account out where the cache is used so."
	}
	return fmt.Sprintf("The cache in %s is used with mode \"cache_only\", which never asks DataForSEO. Run once with mode \"read_write\", or copy a cache that has the answer.", e.Directory)
}

func (f failedRead) factsWords(facts dataforseo.CodeFacts) (summary, remedy string) {
	code := codeOf(f.err)
	if field := f.refusedArgument(); field != "" {
		return fmt.Sprintf("DataForSEO refuses %s (%d)", field, code), argumentRemedies[field]
	}
	if f.ofAccount() && facts.Kind == dataforseo.KindRateLimit {
		return fmt.Sprintf("Too many requests for the account (%d)", code),
			"DataForSEO takes 6 of them in a minute, from all who use the account. Try again in a minute."
	}
	if _, isHTTP := errors.AsType[*dataforseo.HTTPError](f.err); isHTTP {
		return fmt.Sprintf("%s (HTTP %d)", facts.Summary, code), facts.Remedy
	}
	return fmt.Sprintf("%s (%d)", facts.Summary, code), facts.Remedy
}

func (f failedRead) credentialsRemedy(missing []string) string {
	var remedies []string
	for _, name := range missing {
		remedies = append(remedies, f.missingCredentials[name])
	}
	return strings.Join(remedies, "\n\n") + "\n\nThe API password is at https://app.dataforseo.com/api-access."
}

// whatHappened names the target and what came of it, with the code, DataForSEO's
// own text and the task's identifier.
func (f failedRead) whatHappened() string {
	text := "Reading the " + f.what
	if f.target != "" {
		text += fmt.Sprintf(" of %q", f.target)
	}
	text += " failed"
	cause := f.err
	if repeated, ok := errors.AsType[*retry.Error](f.err); ok {
		if repeated.Attempts > 1 {
			text += fmt.Sprintf(" after %d attempts", repeated.Attempts)
		}
		cause = repeated.Err
	}
	return text + ": " + sentence(cause.Error()+taskOf(f.err))
}

// taskOf names the task that failed, for DataForSEO's support.
func taskOf(err error) string {
	if task := dataforseo.EnvelopeOf(err).Task(); task != nil && task.ID != nil {
		return fmt.Sprintf(" (task %s)", *task.ID)
	}
	return ""
}

// sentence ends a text with a full stop, unless DataForSEO's own sentence ends it.
func sentence(text string) string {
	if strings.HasSuffix(text, ".\"") {
		return text
	}
	return text + "."
}

// price says what the failure cost, since money is what a person asks about first.
func (f failedRead) price() string {
	if f.ofAccount() { // which is free
		return ""
	}
	charges := dataforseo.ChargesOf(f.err)
	if shared, ok := errors.AsType[*cache.SharedError](f.err); ok && dataforseo.ChargesOf(shared.Err) != charges {
		return "Another read of the same was charged for it, or may have been."
	}
	switch {
	case charges.USD > 0 && charges.Possible > 0:
		return fmt.Sprintf("DataForSEO charged %s USD, and may have charged %s more.", formatUSD(charges.USD), counted(charges.Possible, "attempt"))
	case charges.USD > 0:
		return fmt.Sprintf("DataForSEO charged %s USD for it.", formatUSD(charges.USD))
	case charges.Possible > 1:
		return fmt.Sprintf("DataForSEO may have charged %d of the attempts.", charges.Possible)
	case charges.Possible == 1:
		return "DataForSEO may have charged one answer."
	}
	return "Nothing was charged."
}

// formatUSD writes a price with the digits that DataForSEO bills.
func formatUSD(usd float64) string {
	return strings.TrimRight(strings.TrimRight(fmt.Sprintf("%.6f", usd), "0"), ".")
}

// checkKnown refuses to read while part of the provider's configuration is not
// known: the request would go to the wrong place or account.
func (c *connection) checkKnown() (diags diag.Diagnostics) {
	switch {
	case c == nil:
		diags.AddError("The provider is not configured", "This is a bug of Terraform or of the provider: it was to read before it was configured.")
		return diags
	case len(c.unknown) == 0:
		return nil
	}
	diags.AddError("The provider's configuration is not known yet: "+strings.Join(c.unknown, ", "),
		"This read needs "+strings.Join(c.unknown, ", ")+" of the provider \"dataforseo\", which only an apply will determine. "+
			"Give a value that is known during plan, or first apply what it comes from with -target.")
	return diags
}

func joinParagraphs(paragraphs ...string) string {
	return strings.Join(slices.DeleteFunc(paragraphs, func(p string) bool { return p == "" }), "\n\n")
}
