package provider

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fastread"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/judge"
)

// The values of on_violation.
const (
	onViolationFail = "fail"
	onViolationWarn = "warn"
)

// gatedDataSource is the common part of the data sources with the argument require.
type gatedDataSource struct {
	dataSource
	metrics judge.Metrics
}

// requireAttributes returns the schema of the gate. require is dynamic because
// Terraform silently drops unknown names from typed nested attributes, so a misspelt
// metric would not be checked at all.
func (d *gatedDataSource) requireAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"require": schema.DynamicAttribute{
			Optional: true,
			MarkdownDescription: "The gate: the limits that a target must meet, such as `{ backlinks_spam_score = { max = 30 }, referring_domains = { min = 100 } }`. " +
				"Missing data, a null metric and a failed read are violations. Each of `" + strings.Join(d.metrics.Names(), "`, `") +
				"` takes `min`, `max` or both, as whole numbers. `live = true` requires that `first_seen` is set and `lost_date` is null. `{}` requires only data. " +
				"Misspelt names, and nulls at any depth, are errors, but a null without a type is like an omitted argument: see `on_violation`. Every read is judged, even if the answer comes from the cache.",
		},
		"on_violation": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "What happens on a violation of `require`: `fail` stops the plan. `warn` gives a warning and sets `passed = false`, for `check` blocks " +
				"and your own conditions. Default: `fail`. Setting it without `require` is an error. Set both if the limits come from a variable: an untyped null, " +
				"such as that of a variable without `type`, looks to the provider like an omitted argument, and only this error reveals it.",
			Validators: []validator.String{stringvalidator.OneOf(onViolationFail, onViolationWarn)},
		},
	}
}

// ValidateConfig implements [datasource.DataSourceWithValidateConfig].
func (d *gatedDataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	config := fastread.NewConfig(req.Config)
	_, diags := d.newGate(ctx, config)
	resp.Diagnostics.Append(append(diags, config.Diagnostics...)...)
}

// gate decides which targets pass.
type gate struct {
	limits *judge.Limits // nil without require
	warn   bool
}

// newGate reads and checks the arguments of the gate.
func (d *gatedDataSource) newGate(ctx context.Context, config *fastread.Config) (gate, diag.Diagnostics) {
	require := fastread.Argument[types.Dynamic](ctx, config, "require")
	rankScale := fastread.Argument[types.String](ctx, config, "rank_scale").ValueString()
	onViolation := fastread.Argument[types.String](ctx, config, "on_violation")
	g := gate{warn: onViolation.ValueString() == onViolationWarn}
	var diags diag.Diagnostics
	switch {
	case config.Diagnostics.HasError():
		return g, nil
	case require.IsNull() && !onViolation.IsNull():
		diags.AddAttributeError(path.Root("on_violation"), "on_violation without require",
			"require is null or left out, so nothing is judged. Set limits in require, set it to {} to require only data, or remove both arguments.")
		return g, diags
	case require.IsNull():
		return g, nil
	}
	limits, errs := judge.Parse("require", plain(require), d.metrics, rankScale)
	if len(errs) > 0 {
		var lines []string
		for _, err := range errs {
			lines = append(lines, err.Error())
		}
		diags.AddAttributeError(path.Root("require"), "Invalid require", lineOrList(lines))
	}
	g.limits = limits
	return g, diags
}

// verdict is the result of judging a target. Both fields are nil without require.
type verdict struct {
	Passed     *bool    `json:"passed"`
	Violations []string `json:"violations"`
}

func (v verdict) violations() []string { return v.Violations }

// judge returns the verdict on a target.
func (g gate) judge(subject judge.Subject) verdict {
	if g.limits == nil {
		return verdict{}
	}
	violations := g.limits.Violations(subject)
	passed := len(violations) == 0
	return verdict{&passed, violations}
}

// destroyHint is for users who want to destroy resources that depend on a refused
// target: a destroy reads, too.
const destroyHint = "This stops terraform destroy too. With -refresh=false, a destroy reads nothing."

// diagnostic returns one diagnostic for all violations, nil if there are none. It is a
// warning if on_violation is "warn". violations has those targets of size that do not
// pass. Only an error includes the paragraphs about the cost.
func (g gate) diagnostic(violations map[string][]string, size int, cost ...string) diag.Diagnostic {
	if len(violations) == 0 {
		return nil
	}
	summary := someTargets(len(violations), size, "does", "do") + " not pass"
	var lines []string
	for _, target := range slices.Sorted(maps.Keys(violations)) {
		lines = append(lines, target+": "+strings.Join(violations[target], "; "))
		if size == 1 {
			summary, lines = fmt.Sprintf("%q does not pass", target), violations[target]
		}
	}
	if g.warn {
		return diag.NewAttributeWarningDiagnostic(path.Root("require"), summary,
			joinParagraphs(listed(lines), `on_violation is "warn": passed is false, and the plan continues.`))
	}
	return diag.NewAttributeErrorDiagnostic(path.Root("require"), summary, joinParagraphs(listed(lines), joinParagraphs(cost...), destroyHint))
}
