package provider

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fastread"
)

// backlinksBulkPagesSummaryDataSource is dataforseo_backlinks_bulk_pages_summary: the
// metrics of many targets, with up to 1000 of them in a request.
type backlinksBulkPagesSummaryDataSource struct{ gatedDataSource }

var (
	_ datasource.DataSourceWithConfigure      = (*backlinksBulkPagesSummaryDataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*backlinksBulkPagesSummaryDataSource)(nil)
)

func newBacklinksBulkPagesSummaryDataSource() datasource.DataSource {
	return &backlinksBulkPagesSummaryDataSource{gatedDataSource{dataSource{name: "backlinks_bulk_pages_summary"}, pageSummaryMetrics()}}
}

// Schema implements [datasource.DataSource].
func (d *backlinksBulkPagesSummaryDataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := map[string]schema.Attribute{
		"targets": targetsAttribute(),
		"summaries": schema.MapNestedAttribute{
			Computed: true,
			MarkdownDescription: "The metrics of each target. The keys are `targets` as written. With `on_error = \"warn\"`, targets that failed are here too, " +
				"with `has_data` and every metric null.",
			NestedObject: schema.NestedAttributeObject{Attributes: computedAttributes[pageSummaryState](pageSummaryDescriptions())},
		},
	}
	maps.Copy(attributes, computedAttributes[portfolioState](portfolioDescriptions()))
	maps.Copy(attributes, computedAttributes[bulkState](bulkDescriptions()))
	maps.Copy(attributes, bulkArgumentAttributes(ctx))
	maps.Copy(attributes, d.requireAttributes())
	resp.Schema = schema.Schema{
		MarkdownDescription: "Backlink metrics of hundreds or thousands of domains, subdomains or pages, for a hundredth of the price of their summaries. It calls DataForSEO's " +
			"[`POST /v3/backlinks/bulk_pages_summary/live`](https://docs.dataforseo.com/v3/backlinks/bulk_pages_summary/live/). " +
			"**A request costs about 0.024 USD, plus 0.000036 USD per target**, with or without data. A request takes up to 1000 targets of up to 100 main domains: " +
			"1000 domains cost about 0.28 USD. Terraform reads at every plan.",
		Attributes: attributes,
	}
}

// bulkArgumentAttributes returns the schema of the arguments besides targets and the
// gate. Most are the same as those of a summary.
func bulkArgumentAttributes(ctx context.Context) map[string]schema.Attribute {
	attributes, shared := map[string]schema.Attribute{}, summaryArgumentAttributes(ctx)
	for _, name := range []string{"include_subdomains", "rank_scale", "max_age", "timeouts"} {
		attributes[name] = shared[name]
	}
	attributes["tag"] = schema.StringAttribute{
		Optional: true,
		MarkdownDescription: "Your own name for the tasks, at most 255 characters. DataForSEO echoes it in the `task.data` of each of `responses`. " +
			"The cache ignores it.",
		Validators: []validator.String{stringvalidator.UTF8LengthBetween(0, maxTagLength)},
	}
	attributes["on_error"] = schema.StringAttribute{
		Optional: true,
		MarkdownDescription: "What happens when targets fail: `fail` stops the plan. `warn` gives a warning and an entry in `errors`, and leaves `has_data` and every metric null. " +
			"A failure of the account (credentials, balance, verification, IP address) or of the provider's configuration stops the plan in either case. Default: `fail`.",
		Validators: []validator.String{stringvalidator.OneOf(onErrorFail, onErrorWarn)},
	}
	return attributes
}

// bulkRemedies are the remedies of a [read].
//
//nolint:gochecknoglobals // a table that nothing writes to
var bulkRemedies = map[string]string{
	"targets":            summaryRemedies["target"],
	"include_subdomains": summaryRemedies["include_subdomains"],
	"rank_scale":         summaryRemedies["rank_scale"],
	"tag":                summaryRemedies["tag"],
}

// Read implements [datasource.DataSource]. It costs money.
func (d *backlinksBulkPagesSummaryDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	config := fastread.NewConfig(req.Config)
	targets := fastread.Argument[fastread.StringSet](ctx, config, "targets")
	spellings, moreDiags := normalizeTargets(targets)
	read, diags := d.newBulkRead(ctx, config, spellings)
	resp.Diagnostics.Append(append(diags, moreDiags...)...)
	if resp.Diagnostics.HasError() {
		return
	}
	state := fastread.NewState(ctx, config)
	resp.Diagnostics.Append(newPortfolio(read.read, read, spellings, state).readAll(ctx)...)
	if !resp.Diagnostics.HasError() {
		state.Attributes(read.state())
		state.Finish(ctx, resp)
	}
}
