package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

// targetDomainFunction is provider::dataforseo::target_domain. It makes no requests.
type targetDomainFunction struct{}

var _ function.Function = targetDomainFunction{}

func newTargetDomainFunction() function.Function { return targetDomainFunction{} }

// Metadata implements [function.Function].
func (targetDomainFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "target_domain"
}

// Definition implements [function.Function].
func (targetDomainFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Extracts the domain from a URL, an alias or a zone name.",
		MarkdownDescription: "Returns the domain in a value, in the form that `target` of the data sources takes: without scheme, user, `www.`, port, path " +
			"and trailing dot, in lower case and IDNA ASCII. `https://WWW.Example.com:443/x`, `*.example.com` and `example.com.` all give " +
			"`example.com`. A value without a domain is an error. The function costs nothing and needs no credentials.",
		Parameters: []function.Parameter{
			function.StringParameter{
				Name:                "value",
				MarkdownDescription: "A zone name, an alias or a URL.",
			},
		},
		Return: function.StringReturn{},
	}
}

// Run implements [function.Function].
func (targetDomainFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var value string
	if resp.Error = req.Arguments.Get(ctx, &value); resp.Error != nil {
		return
	}
	domain, err := dataforseo.TargetDomain(value)
	if err != nil {
		resp.Error = function.NewArgumentFuncError(0, err.Error())
		return
	}
	resp.Error = resp.Result.Set(ctx, domain)
}
