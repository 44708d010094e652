package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

// accountDataSource is dataforseo_account: what is left of the money, and what an
// answer costs.
type accountDataSource struct {
	connection *connection
}

var _ datasource.DataSourceWithConfigure = (*accountDataSource)(nil)

func newAccountDataSource() datasource.DataSource { return &accountDataSource{} }

// account is the data source's state. A nil is a null in Terraform.
type account struct {
	Login                    *string             `tfsdk:"login"`
	Timezone                 *string             `tfsdk:"timezone"`
	BalanceUSD               *float64            `tfsdk:"balance_usd"`
	DepositedUSD             *float64            `tfsdk:"deposited_usd"`
	RequestsPerMinuteLimit   *dataforseo.Integer `tfsdk:"requests_per_minute_limit"`
	BacklinksSummaryPriceUSD *float64            `tfsdk:"backlinks_summary_price_usd"`
}

// Metadata implements [datasource.DataSource].
func (d *accountDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_account"
}

// Schema implements [datasource.DataSource].
func (d *accountDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The DataForSEO account: its balance, and what an answer costs it, for a check before money is spent. DataForSEO's " +
			"[`GET /v3/appendix/user_data`](https://docs.dataforseo.com/v3/appendix/user_data/). **Free**; DataForSEO takes 6 such requests a minute, " +
			"and one command asks once. An account that is read need not be allowed to use the API: unverified ones can be read too.",
		Attributes: map[string]schema.Attribute{
			"login":    text("Login of the account."),
			"timezone": text("Time zone of the account, which changes no time in an answer."),
			"balance_usd": decimal("What is left, in USD. Below 0 when the account owes something. Null when DataForSEO does not say it, " +
				"which a condition should treat as nothing: `coalesce(self.balance_usd, 0)`."),
			"deposited_usd":             decimal("What was ever deposited, in USD."),
			"requests_per_minute_limit": integer("How many requests the account may make in a minute, in all."),
			"backlinks_summary_price_usd": decimal("What an answer of `dataforseo_backlinks_summary` costs the account, in USD: the request and its result. " +
				"Null when DataForSEO does not say it in a known form."),
		},
	}
}

// Configure implements [datasource.DataSourceWithConfigure].
func (d *accountDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.connection = connectionOf(req, resp)
}

// Read implements [datasource.DataSource]. It costs nothing.
func (d *accountDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	resp.Diagnostics.Append(d.connection.checkKnown()...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, defaultReadTimeout)
	defer cancel()
	data, err := d.connection.client.UserData(ctx)
	if err != nil {
		resp.Diagnostics.Append(failedRead{err: err, what: "account", connection: d.connection}.diagnostic(false))
		return
	}
	writeState(ctx, newDataSourceConfig(req.Config), resp, accountOf(data))
}

func accountOf(data *dataforseo.UserData) *account {
	a := &account{
		Login:                    data.Login,
		Timezone:                 data.Timezone,
		RequestsPerMinuteLimit:   data.RequestsPerMinuteLimit(),
		BacklinksSummaryPriceUSD: data.BacklinksSummaryPriceUSD(),
	}
	if data.Money != nil {
		a.BalanceUSD, a.DepositedUSD = data.Money.Balance, data.Money.Total
	}
	return a
}
