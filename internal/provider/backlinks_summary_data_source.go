package provider

import (
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// backlinksSummaryDataSource is dataforseo_backlinks_summary: the metrics of one target.
type backlinksSummaryDataSource struct {
	connection *connection
}

var _ datasource.DataSourceWithConfigure = (*backlinksSummaryDataSource)(nil)

func newBacklinksSummaryDataSource() datasource.DataSource { return &backlinksSummaryDataSource{} }

// backlinksSummary is the data source's configuration and state.
type backlinksSummary struct {
	Target types.String `tfsdk:"target"`
	summaryArguments
	summaryResults
}

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
	if req.ProviderData == nil { // while Terraform validates
		return
	}
	connection, ok := req.ProviderData.(*connection)
	if !ok {
		resp.Diagnostics.AddError("The provider is not configured",
			fmt.Sprintf("This is a bug of the provider: its data source was handed a %T.", req.ProviderData))
		return
	}
	d.connection = connection
}

// Read implements [datasource.DataSource]. It asks DataForSEO, which costs money.
func (d *backlinksSummaryDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var state backlinksSummary
	resp.Diagnostics.Append(req.Config.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	results, diags := d.read(ctx, state)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	state.summaryResults = results
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
}

func (d *backlinksSummaryDataSource) read(ctx context.Context, config backlinksSummary) (summaryResults, diag.Diagnostics) {
	diags := d.connection.checkKnown()
	wire, moreDiags := wireTarget(path.Root("target"), config.Target.ValueString())
	diags.Append(moreDiags...)
	request, moreDiags := config.request(ctx, wire)
	diags.Append(moreDiags...)
	timeout, moreDiags := config.readTimeout(ctx)
	diags.Append(moreDiags...)
	if diags.HasError() {
		return summaryResults{}, diags
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	answer, err := d.connection.client.BacklinksSummary(ctx, request)
	if err != nil {
		failure := failedRead{err: err, target: config.Target.ValueString(), timeout: timeout, connection: d.connection}
		return resultsOfFailure(err), append(diags, failure.diagnostic(config.warnOnError()))
	}
	for _, notice := range answer.Notices {
		diags.AddWarning(notice.Summary, notice.Detail)
	}
	return resultsOf(answer), diags
}

func (a summaryArguments) readTimeout(ctx context.Context) (time.Duration, diag.Diagnostics) {
	return a.Timeouts.Read(ctx, defaultReadTimeout)
}
