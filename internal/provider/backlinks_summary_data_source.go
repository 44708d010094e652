package provider

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// backlinksSummaryDataSource is dataforseo_backlinks_summary: the metrics of one target.
type backlinksSummaryDataSource struct {
	connection *connection
}

var _ datasource.DataSourceWithConfigure = (*backlinksSummaryDataSource)(nil)

func newBacklinksSummaryDataSource() datasource.DataSource { return &backlinksSummaryDataSource{} }

// Metadata implements [datasource.DataSource].
func (d *backlinksSummaryDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_backlinks_summary"
}

// Schema implements [datasource.DataSource].
func (d *backlinksSummaryDataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := map[string]schema.Attribute{"target": targetAttribute()}
	maps.Copy(attributes, summaryArgumentAttributes(ctx))
	maps.Copy(attributes, summaryResultAttributes())
	resp.Schema = schema.Schema{
		MarkdownDescription: "Backlink metrics of a domain, a subdomain or a page: DataForSEO's " +
			"[`POST /v3/backlinks/summary/live`](https://docs.dataforseo.com/v3/backlinks/summary/live/). " +
			"**Every read costs about 0.024 USD**, with data or without, and Terraform reads at every plan.",
		Attributes: attributes,
	}
}

// Configure implements [datasource.DataSourceWithConfigure].
func (d *backlinksSummaryDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.connection = connectionOf(req, resp)
}

// Read implements [datasource.DataSource]. It asks DataForSEO, which costs money.
func (d *backlinksSummaryDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	config := newDataSourceConfig(req.Config)
	target := argument[types.String](ctx, config, "target").ValueString()
	read, diags := d.connection.newSummaryRead(ctx, config)
	wire, moreDiags := wireTarget(path.Root("target"), target)
	resp.Diagnostics.Append(append(diags, moreDiags...)...)
	if resp.Diagnostics.HasError() {
		return
	}
	results, diags := read.one(ctx, target, wire)
	resp.Diagnostics.Append(diags...)
	if !resp.Diagnostics.HasError() {
		writeState(ctx, config, resp, results)
	}
}
