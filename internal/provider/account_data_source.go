package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fastread"
)

// accountDataSource is dataforseo_account: the balance and prices of the account.
type accountDataSource struct{ dataSource }

var _ datasource.DataSourceWithConfigure = (*accountDataSource)(nil)

func newAccountDataSource() datasource.DataSource {
	return &accountDataSource{dataSource{name: "account"}}
}

// account is the data source's state. Nil is null in Terraform.
type account struct {
	Login                    *string             `json:"login"`
	Timezone                 *string             `json:"timezone"`
	BalanceUSD               *dataforseo.USD     `json:"balance_usd"`
	DepositedUSD             *dataforseo.USD     `json:"deposited_usd"`
	RequestsPerMinuteLimit   *dataforseo.Integer `json:"requests_per_minute_limit"`
	BacklinksSummaryPriceUSD *float64            `json:"backlinks_summary_price_usd"`

	BacklinksBulkPagesSummaryPriceUSD *bulkPrice `json:"backlinks_bulk_pages_summary_price_usd"`
	BacklinksSubscriptionExpiryDate   *string    `json:"backlinks_subscription_expiry_date"`
}

// bulkPrice is the price of a request about several targets. It is in parts, because how
// many requests there are depends on the targets.
type bulkPrice struct {
	PerRequest *float64 `json:"per_request"`
	PerTarget  *float64 `json:"per_target"`
}

// Schema implements [datasource.DataSource].
func (d *accountDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The DataForSEO account: its balance, and what an answer costs it, for a check before money is spent. DataForSEO's " +
			"[`GET /v3/appendix/user_data`](https://docs.dataforseo.com/v3/appendix/user_data/). **Free**; DataForSEO takes 6 such requests a minute, " +
			"and one command asks once. An account that is read need not be allowed to use the API: unverified ones can be read too.",
		Attributes: computedAttributes[account](map[string]string{
			"login":    "Login of the account.",
			"timezone": "Time zone of the account, which changes no time in an answer.",
			"balance_usd": "What is left, in USD. Below 0 when the account owes something. Null when DataForSEO does not say it, " +
				"which a condition should treat as nothing: `coalesce(self.balance_usd, 0)`.",
			"deposited_usd":             "What was ever deposited, in USD.",
			"requests_per_minute_limit": "How many requests the account may make in a minute, in all.",
			"backlinks_summary_price_usd": "What an answer of `dataforseo_backlinks_summary` costs the account, in USD: the request and its result. " +
				"Null when DataForSEO does not say it in a known form.",
			"backlinks_bulk_pages_summary_price_usd": "What `dataforseo_backlinks_bulk_pages_summary` costs the account, in USD. N domains of their own cost at most " +
				"`ceil(N / 100) * per_request + N * per_target`. Null when DataForSEO does not say it in a known form.",
			"backlinks_bulk_pages_summary_price_usd.per_request": "Price of a request of up to 1000 targets of up to 100 main domains.",
			"backlinks_bulk_pages_summary_price_usd.per_target":  "Price of each target in it.",
			"backlinks_subscription_expiry_date": "When the account's subscription to the Backlinks API ends, in RFC 3339, as `timecmp` takes it. " +
				"Null when there is no active one, or DataForSEO does not say it in a known form.",
		}),
	}
}

// Read implements [datasource.DataSource]. It costs nothing.
func (d *accountDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	resp.Diagnostics.Append(d.connection.check()...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, defaultReadTimeout)
	defer cancel()
	answer, failure := d.connection.client.UserData(ctx)
	if failure != nil {
		resp.Diagnostics.Append(failedRead{Failure: failure, what: "account", connection: d.connection}.diagnostic(false))
		return
	}
	appendNotices(&resp.Diagnostics, answer.Notices)
	fastread.Write(ctx, fastread.NewConfig(req.Config), resp, accountOf(answer.Result))
}

func accountOf(data *dataforseo.UserData) *account {
	a := &account{
		Login:                  data.Login,
		Timezone:               data.Timezone,
		RequestsPerMinuteLimit: data.RequestsPerMinuteLimit(),

		BacklinksSubscriptionExpiryDate: dataforseo.RFC3339(data.BacklinksSubscriptionExpiryDate),
	}
	if price := data.BacklinksSummaryPrice(); price != nil {
		usd := price.Of(1)
		a.BacklinksSummaryPriceUSD = &usd
	}
	if price := data.BacklinksBulkPagesSummaryPrice(); price != nil {
		a.BacklinksBulkPagesSummaryPriceUSD = &bulkPrice{&price.Call, &price.Row}
	}
	if data.Money != nil {
		a.BalanceUSD, a.DepositedUSD = data.Money.Balance, data.Money.Total
	}
	return a
}
