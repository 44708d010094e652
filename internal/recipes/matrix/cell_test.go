package matrix_test

import (
	"cmp"
	"strings"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// scenario is what a gate judges. Only in "good" may the domain be attached. HOST, ID and
// PENDING are replaced, see [cell.config].
type scenario struct {
	name string
	// target is the read's target, HOST by default. asked is the target in the request.
	target, asked string
	// targets makes it a read of a portfolio.
	targets string
	// limits are the gate's limits, by default a spam score of at most 30.
	limits string
	// arguments are further arguments of the read.
	arguments string
	// judged is the list of summaries that the function judges, by default what was read.
	judged string
	// pending is the input of the resource PENDING, which the same run replaces.
	pending string
	// asset is the attached domain, by default the target of the read.
	asset  string
	answer fakeapi.Fault
}

const (
	nullLimits          = "untyped null for limits"
	nullSummary         = "untyped null for the summary"
	namesItself         = "asset that names the domain itself"
	namesItselfDeferred = "asset that names the domain itself, deferred"
)

func scenarios() []scenario {
	bad := fakeapi.Field("backlinks_spam_score", "67")
	return []scenario{
		{name: "good"},
		{name: "bad", answer: bad},
		{name: "no data", answer: fakeapi.NoData()},
		{name: "null metric", answer: fakeapi.Field("backlinks_spam_score", "null")},
		{name: "all metrics null", answer: fakeapi.NullFields()},
		{name: "failed read", answer: fakeapi.Code(40501)},
		{name: "tolerated failed read", answer: fakeapi.Code(40501), arguments: `on_error = "warn"`},
		{name: "unknown target", answer: bad, target: "PENDING.output", pending: `"HOST"`},
		{name: "deferred by depends_on", answer: bad, arguments: "depends_on = [PENDING]"},
		{name: "home page", target: `"https://HOST/"`, asked: "https://HOST/"}, // better than its domain
		{name: "page", target: `"https://HOST/page"`, asked: "https://HOST/page"},
		{name: "empty set", targets: `[for host in ["HOST"] : host if var.since == "before"]`},
		{name: "null limit", answer: bad, limits: `{ backlinks_spam_score = { max = var.since == "before" ? 30 : null } }`},
		{name: "limit of a pending resource", answer: bad, limits: "{ backlinks_spam_score = { max = PENDING.output } }", pending: "30"},
		{name: nullLimits, answer: bad, limits: `jsondecode(var.since == "before" ? "{\"backlinks_spam_score\":{\"max\":30}}" : "null")`},
		{name: nullSummary, answer: bad, judged: `[try([DATA][var.since == "before" ? 0 : 1], null)]`},
		{name: namesItself, answer: bad, asset: `"HOST"`},
		{name: namesItselfDeferred, answer: bad, asset: `"HOST"`, arguments: "depends_on = [PENDING]"},
	}
}

// gate is a way to refuse a domain: a part of the data source, a part of the asset, or a
// block of its own.
type gate struct {
	name               string
	read, asset, check string
}

func gates() []gate {
	const warn = "require = LIMITS\n on_violation = \"warn\"\n"
	return []gate{
		{name: "require", read: "require = LIMITS"},
		{name: "postcondition", read: warn + `lifecycle {
			postcondition {
				condition     = self.passed == true
				error_message = "refused"
			}
		}`},
		{name: "function", asset: `lifecycle {
			precondition {
				condition     = alltrue([for summary in SUMMARIES : length(provider::dataforseo::violations(summary, LIMITS)) == 0])
				error_message = "refused"
			}
		}`},
		{name: "check", read: warn, check: `check "ID" {
			assert {
				condition     = DATA.passed == true
				error_message = "refused"
			}
		}`},
	}
}

// cell is a configuration with a read and an asset.
type cell struct {
	scenario scenario
	gate     gate
}

func (c cell) id() string {
	name := strings.ReplaceAll(c.scenario.name, "_", "-")
	return strings.ReplaceAll(strings.ReplaceAll(name, " ", "-"), ",", "") + "-" + c.gate.name
}

// fileName returns the file of the configuration, which diagnostics name.
func (c cell) fileName() string { return c.id() + ".tf" }

// asset returns the address of the asset.
func (c cell) asset() string { return "terraform_data." + c.id() }

func (c cell) host() string { return c.id() + ".example" }

// asked returns the target in the request to DataForSEO.
func (c cell) asked() string {
	if c.scenario.asked == "" {
		return c.host()
	}
	return c.expand(c.scenario.asked)
}

func (c cell) expand(text string) string {
	return strings.NewReplacer("PENDING", c.asset()+"-pending", "HOST", c.host(), "ID", c.id()).Replace(text)
}

// config returns the configuration. It changes the asset, and replaces PENDING, when
// var.since changes from "before" to "after".
func (c cell) config() string {
	s := c.scenario
	kind, target, summaries := "summary", "target", "[DATA]"
	value := cmp.Or(s.target, `"HOST"`)
	if s.targets != "" {
		kind, target, value, summaries = "summaries", "targets", s.targets, "DATA.summaries"
	}
	text := strings.NewReplacer("SUMMARIES", cmp.Or(s.judged, summaries), "LIMITS", cmp.Or(s.limits, "{ backlinks_spam_score = { max = 30 } }")).Replace(`
		data "dataforseo_backlinks_KIND" "ID" {
			TARGET = ` + value + `
			` + s.arguments + `
			` + c.gate.read + `
		}
		resource "terraform_data" "ID" {
			input = [` + cmp.Or(s.asset, "DATA.TARGET") + `, var.since]
			` + c.gate.asset + `
		}
		` + c.gate.check)
	if strings.Contains(text, "PENDING") {
		text += `
		resource "terraform_data" "ID-pending" {
			input            = ` + cmp.Or(s.pending, "null") + `
			triggers_replace = var.since
		}
		`
	}
	text = strings.NewReplacer("DATA", "data.dataforseo_backlinks_KIND.ID", "TARGET", target).Replace(text)
	return c.expand(strings.ReplaceAll(text, "KIND", kind))
}
