package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

func targetAttribute() schema.Attribute {
	return schema.StringAttribute{
		Required: true,
		MarkdownDescription: "Domain or subdomain without `https://` and `www.` (`example.com`), or the absolute URL of a page " +
			"(`https://example.com/page`; `http` and `https` are different pages). An IP address, a port, upper case and " +
			"internationalized names are accepted. The provider refuses a value that DataForSEO would not accept, and suggests a corrected one, before anything is paid.",
		Validators: []validator.String{targetValidator{}},
	}
}

// normalizeTarget returns a target in wire form, or a diagnostic.
func normalizeTarget(at path.Path, target string) (string, diag.Diagnostics) {
	var diags diag.Diagnostics
	normalised, err := dataforseo.NormalizeTarget(target)
	if err != nil {
		diags.AddAttributeError(at, "Invalid target", err.Error())
	}
	return normalised, diags
}

// homePageNotices warns of a target that is probably meant as a domain.
func homePageNotices(normalised string) []dataforseo.Notice {
	domain, isHomePage := dataforseo.HomePage(normalised)
	if !isHomePage {
		return nil
	}
	return []dataforseo.Notice{{
		Summary: "The target is a page, not a domain",
		Line:    fmt.Sprintf("%q is the home page of %q.", normalised, domain),
		Detail: "For a page, DataForSEO counts only the backlinks of that page. The numbers are usually better than those of the domain. " +
			"If you mean the domain, remove the scheme and the slash.",
	}}
}

// noDataNotices warns that there is nothing to judge, unless require says it.
func (g gate) noDataNotices(target string, hasData bool) []dataforseo.Notice {
	if hasData || g.limits != nil {
		return nil
	}
	return []dataforseo.Notice{{
		Summary: "DataForSEO has no data",
		Line:    fmt.Sprintf("DataForSEO has no data for %q.", target),
		Detail: "has_data is false, and every metric is null. To refuse a target without data, set require = {}. " +
			"Without it, check has_data in each condition on a metric.",
	}}
}

// targetValidator checks a target when the configuration is validated.
type targetValidator struct{}

var _ validator.String = targetValidator{}

// Description implements [validator.Describer].
func (targetValidator) Description(context.Context) string {
	return "a domain without https:// and www., or the absolute URL of a page"
}

// MarkdownDescription implements [validator.Describer].
func (v targetValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateString implements [validator.String].
func (targetValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	_, diags := normalizeTarget(req.Path, req.ConfigValue.ValueString())
	resp.Diagnostics.Append(diags...)
}
