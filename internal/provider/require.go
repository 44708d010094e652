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

// gatedDataSource is the common part of data sources with the argument require.
type gatedDataSource struct {
	dataSource
	metrics judge.Metrics
}

// requireAttributes returns the arguments of the gate. require is dynamic, because
// Terraform drops names that a typed nested attribute does not have without a word: a
// misspelt metric would be an open gate.
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
	_, diags := d.gate(ctx, config)
	resp.Diagnostics.Append(append(diags, config.Diagnostics...)...)
}

// gate judges the targets of one read.
type gate struct {
	limits *judge.Limits // nil without require
	warn   bool
}

// gate reads and checks the arguments of the gate.
func (d *gatedDataSource) gate(ctx context.Context, config *fastread.Config) (gate, diag.Diagnostics) {
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
	switch len(errs) {
	case 0:
	case 1:
		diags.AddAttributeError(path.Root("require"), "Invalid require", errs[0].Error())
	default:
		var lines []string
		for _, err := range errs {
			lines = append(lines, err.Error())
		}
		diags.AddAttributeError(path.Root("require"), "Invalid require", listed(lines))
	}
	g.limits = limits
	return g, diags
}

// verdict is the state of one target's judgement. Both are null without require.
type verdict struct {
	Passed     *bool     `json:"passed"`
	Violations []*string `json:"violations"`
}

// sentences returns the violations.
func (v verdict) sentences() []*string { return v.Violations }

// judge returns the verdict on a target.
func (g gate) judge(subject judge.Subject) verdict {
	if g.limits == nil {
		return verdict{}
	}
	violations := pointers(g.limits.Violations(subject))
	passed := len(violations) == 0
	return verdict{&passed, violations}
}

func pointers(values []string) []*string {
	list := make([]*string, len(values))
	for i := range values {
		list[i] = &values[i]
	}
	return list
}

// getPast is how to destroy what a refused target keeps in use: a destroy reads, too.
const getPast = "To destroy resources anyway, use -refresh=false: a destroy then reads nothing."

// diagnostic returns an error, or a warning with on_violation = "warn", nil without a
// violation. violations are those of each target that has any, of size targets. Only an
// error says what becomes of the money.
func (g gate) diagnostic(violations map[string][]*string, size int, money ...string) diag.Diagnostic {
	if len(violations) == 0 {
		return nil
	}
	summary := fmt.Sprintf("%d of %d targets do not pass", len(violations), size)
	var lines []string
	for _, target := range slices.Sorted(maps.Keys(violations)) {
		lines = append(lines, target+": "+strings.Join(deref(violations[target]), "; "))
		if size == 1 {
			summary, lines = fmt.Sprintf("%q does not pass", target), deref(violations[target])
		}
	}
	if g.warn {
		return diag.NewAttributeWarningDiagnostic(path.Root("require"), summary,
			joinParagraphs(listed(lines), `on_violation is "warn": passed is false, and the plan continues.`))
	}
	return diag.NewAttributeErrorDiagnostic(path.Root("require"), summary, joinParagraphs(listed(lines), joinParagraphs(money...), getPast))
}

func deref(list []*string) []string {
	values := make([]string, len(list))
	for i := range list {
		values[i] = *list[i]
	}
	return values
}
