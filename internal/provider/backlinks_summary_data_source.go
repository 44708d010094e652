package provider

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fastread"
)

// backlinksSummaryDataSource is dataforseo_backlinks_summary: the metrics of one target.
type backlinksSummaryDataSource struct{ gatedDataSource }

var (
	_ datasource.DataSourceWithConfigure      = (*backlinksSummaryDataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*backlinksSummaryDataSource)(nil)
)

func newBacklinksSummaryDataSource() datasource.DataSource {
	return &backlinksSummaryDataSource{gatedDataSource{dataSource{name: "backlinks_summary"}, summaryMetrics()}}
}

// Schema implements [datasource.DataSource].
func (d *backlinksSummaryDataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := map[string]schema.Attribute{"target": targetAttribute()}
	maps.Copy(attributes, summaryArgumentAttributes(ctx))
	maps.Copy(attributes, d.requireAttributes())
	maps.Copy(attributes, computedAttributes[summaryState](summaryDescriptions))
	resp.Schema = schema.Schema{
		MarkdownDescription: "Backlink metrics of a domain, a subdomain or a page. It calls DataForSEO's " +
			"[`POST /v3/backlinks/summary/live`](https://docs.dataforseo.com/v3/backlinks/summary/live/). " +
			"**Every read costs about 0.024 USD**, with or without data, and Terraform reads at every plan.",
		Attributes: attributes,
	}
}

// Read implements [datasource.DataSource]. It costs money.
func (d *backlinksSummaryDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	config := fastread.NewConfig(req.Config)
	target := fastread.Argument[types.String](ctx, config, "target").ValueString()
	read, diags := d.newSummaryRead(ctx, config)
	normalised, moreDiags := normalizeTarget(path.Root("target"), target)
	resp.Diagnostics.Append(append(diags, moreDiags...)...)
	if resp.Diagnostics.HasError() {
		return
	}
	results, diags := read.readOne(ctx, target, normalised)
	resp.Diagnostics.Append(diags...)
	if !resp.Diagnostics.HasError() {
		fastread.Write(ctx, config, resp, results)
	}
}
