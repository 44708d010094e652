package provider

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fastread"
)

// backlinksSummariesDataSource is dataforseo_backlinks_summaries: the metrics of many
// targets, requested concurrently.
type backlinksSummariesDataSource struct{ gatedDataSource }

var (
	_ datasource.DataSourceWithConfigure      = (*backlinksSummariesDataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*backlinksSummariesDataSource)(nil)
)

func newBacklinksSummariesDataSource() datasource.DataSource {
	return &backlinksSummariesDataSource{gatedDataSource{dataSource{name: "backlinks_summaries"}, summaryMetrics()}}
}

// Schema implements [datasource.DataSource].
func (d *backlinksSummariesDataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := map[string]schema.Attribute{
		"targets": targetsAttribute(),
		"summaries": schema.MapNestedAttribute{
			Computed: true,
			MarkdownDescription: "For each target, the results of `dataforseo_backlinks_summary`. The keys are `targets` as written. With " +
				"`on_error = \"warn\"`, targets that failed are here too, with `has_data` and every metric null, so that a condition on all targets does not pass without them.",
			NestedObject: schema.NestedAttributeObject{Attributes: computedAttributes[summaryState](summaryDescriptions)},
		},
	}
	maps.Copy(attributes, computedAttributes[portfolioState](portfolioDescriptions()))
	maps.Copy(attributes, summaryArgumentAttributes(ctx))
	maps.Copy(attributes, d.requireAttributes())
	resp.Schema = schema.Schema{
		MarkdownDescription: "Backlink metrics of many domains, subdomains or pages in one read. It calls DataForSEO's " +
			"[`POST /v3/backlinks/summary/live`](https://docs.dataforseo.com/v3/backlinks/summary/live/) for each of them, up to `max_concurrent_requests` at once, " +
			"whatever Terraform's `-parallelism` is. **Every target costs about 0.024 USD**, with or without data, and Terraform reads at every plan.",
		Attributes: attributes,
	}
}

// Read implements [datasource.DataSource]. It costs money.
func (d *backlinksSummariesDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	config := fastread.NewConfig(req.Config)
	targets := fastread.Argument[fastread.StringSet](ctx, config, "targets")
	read, diags := d.newSummaryRead(ctx, config)
	spellings, moreDiags := normalizeTargets(targets)
	resp.Diagnostics.Append(append(diags, moreDiags...)...)
	if resp.Diagnostics.HasError() {
		return
	}
	state := fastread.NewState(ctx, config)
	resp.Diagnostics.Append(newPortfolio(read.read, read, spellings, state).readAll(ctx)...)
	if !resp.Diagnostics.HasError() {
		state.Finish(ctx, resp)
	}
}
