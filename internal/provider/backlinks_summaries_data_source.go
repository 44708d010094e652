package provider

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
)

// backlinksSummariesDataSource is dataforseo_backlinks_summaries: the metrics of many
// targets, with as many requests at once as the provider's configuration allows.
type backlinksSummariesDataSource struct {
	connection *connection
}

var _ datasource.DataSourceWithConfigure = (*backlinksSummariesDataSource)(nil)

func newBacklinksSummariesDataSource() datasource.DataSource { return &backlinksSummariesDataSource{} }

// Metadata implements [datasource.DataSource].
func (d *backlinksSummariesDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_backlinks_summaries"
}

// Schema implements [datasource.DataSource].
func (d *backlinksSummariesDataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := map[string]schema.Attribute{
		"targets": targetsAttribute(),
		"summaries": schema.MapNestedAttribute{
			Computed: true,
			MarkdownDescription: "For each of `targets`, as it is written there, what `dataforseo_backlinks_summary` has for it. A target whose failure " +
				"`on_error = \"warn\"` let pass is there too, with `has_data` and every metric null, so that a condition on all of them does not pass without it.",
			NestedObject: schema.NestedAttributeObject{Attributes: summaryResultAttributes()},
		},
		"errors": schema.MapNestedAttribute{
			Computed:            true,
			MarkdownDescription: "For each target whose failure `on_error = \"warn\"` let pass, what went wrong. Empty when there was none.",
			NestedObject:        schema.NestedAttributeObject{Attributes: errorAttributes()},
		},
		"cost_usd": decimal("What the answers of this read cost now, in USD, as DataForSEO states it. Those from the cache, and those that another read of the " +
			"same command asked for, cost nothing. Repeated requests are in it. Null when an answer never arrived and may have been charged, or did not say what it cost."),
		"from_cache_count": integer("Number of targets whose answer came from the cache and cost nothing now."),
	}
	maps.Copy(attributes, summaryArgumentAttributes(ctx))
	resp.Schema = schema.Schema{
		MarkdownDescription: "Backlink metrics of many domains, subdomains or pages in one read: DataForSEO's " +
			"[`POST /v3/backlinks/summary/live`](https://docs.dataforseo.com/v3/backlinks/summary/live/) for each of them, up to `max_concurrent_requests` at once, " +
			"whatever Terraform's `-parallelism` is. **Every target costs about 0.024 USD**, with data or without, and Terraform reads at every plan.",
		Attributes: attributes,
	}
}

// Configure implements [datasource.DataSourceWithConfigure].
func (d *backlinksSummariesDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.connection = connectionOf(req, resp)
}

// Read implements [datasource.DataSource]. It asks DataForSEO, which costs money.
func (d *backlinksSummariesDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	config := newDataSourceConfig(req.Config)
	targets := argument[targetSet](ctx, config, "targets")
	read, diags := d.connection.newSummaryRead(ctx, config)
	wires, moreDiags := targets.wireTargets()
	resp.Diagnostics.Append(append(diags, moreDiags...)...)
	if resp.Diagnostics.HasError() {
		return
	}
	state, err := newStateWriter(ctx, config)
	if err != nil {
		resp.Diagnostics.Append(unwritable(err))
		return
	}
	p := newPortfolio(read, wires, state)
	resp.Diagnostics.Append(p.checkTime()...)
	if resp.Diagnostics.HasError() {
		return
	}
	p.ask(ctx)
	resp.Diagnostics.Append(p.finish()...)
	if !resp.Diagnostics.HasError() {
		state.finish(ctx, resp)
	}
}
