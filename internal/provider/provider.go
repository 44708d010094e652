package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// Address is the provider's source address in a registry.
const Address = "registry.terraform.io/dataforseo/dataforseo"

// dataForSEO is the provider.
type dataForSEO struct {
	version string
	env     environment
}

var _ provider.ProviderWithFunctions = (*dataForSEO)(nil)

// Metadata implements [provider.Provider].
func (p *dataForSEO) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "dataforseo"
	resp.Version = p.version
}

// Schema implements [provider.Provider].
func (p *dataForSEO) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Backlink metrics of domains and pages from [DataForSEO](https://dataforseo.com), for use in " +
			"configurations and in policy checks at plan time. Every read of backlinks costs money: see the data sources.",
		Attributes: configurationAttributes(),
	}
}

// Configure implements [provider.Provider]. It does no network I/O, so wrong credentials
// show only at the first read.
func (p *dataForSEO) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var configured providerConfig
	resp.Diagnostics.Append(req.Config.Get(ctx, &configured)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if unknown := configured.unknown(); len(unknown) > 0 {
		resp.DataSourceData = &connection{unknown: unknown}
		if req.ClientCapabilities.DeferralAllowed {
			resp.Deferred = &provider.Deferred{Reason: provider.DeferredReasonProviderConfigUnknown}
		}
		return
	}
	settings, problems := resolve(configured, p.env)
	resp.Diagnostics.Append(problems.configuration...)
	switch {
	case resp.Diagnostics.HasError():
		return
	case problems.environment.HasError():
		resp.DataSourceData = &connection{problems: problems.environment}
		return
	}
	settings.userAgent = "terraform-provider-dataforseo/" + p.version + " Terraform/" + req.TerraformVersion
	resp.DataSourceData = connect(settings)
}

// DataSources implements [provider.Provider].
func (p *dataForSEO) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{
		newBacklinksSummaryDataSource,
		newBacklinksSummariesDataSource,
		newBacklinksBulkPagesSummaryDataSource,
		newAccountDataSource,
	}
}

// Functions implements [provider.ProviderWithFunctions].
func (p *dataForSEO) Functions(context.Context) []func() function.Function {
	return []func() function.Function{newTargetDomainFunction, newViolationsFunction}
}

// Resources implements [provider.Provider]. There is nothing to manage.
func (p *dataForSEO) Resources(context.Context) []func() resource.Resource { return nil }
