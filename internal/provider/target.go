package provider

import (
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
		Validators: []validator.String{targetValidator()},
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

// homePageNotices returns a warning if the target is a home page, because the user
// probably means the domain.
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

// noDataNotice returns a warning that there is nothing to judge.
func noDataNotice(target string) dataforseo.Notice {
	return dataforseo.Notice{
		Summary: "DataForSEO has no data",
		Line:    fmt.Sprintf("DataForSEO has no data for %q.", target),
		Detail: "has_data is false, and every metric is null. To refuse a target without data, set require = {}. " +
			"Without it, check has_data in each condition on a metric.",
	}
}

func targetValidator() stringValidator {
	return stringValidator{
		description: "a domain without https:// and www., or the absolute URL of a page",
		check: func(target string) error {
			_, err := dataforseo.NormalizeTarget(target)
			return err
		},
	}
}
