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
			"internationalized names are accepted. A value that DataForSEO would not take is refused with the corrected one, before anything is paid.",
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
		Detail: "DataForSEO's numbers for a page count the backlinks of that page alone, and are mostly better than those of the domain. " +
			"If the domain is meant, write it without the scheme and the slash.",
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
