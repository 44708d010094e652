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

// bulkPrice is the price of requests about several targets. It has two parts, because
// the number of requests depends on the targets.
type bulkPrice struct {
	PerRequest *float64 `json:"per_request"`
	PerTarget  *float64 `json:"per_target"`
}

// Schema implements [datasource.DataSource].
func (d *accountDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The DataForSEO account: its balance and its prices, to check them before you spend money. It calls DataForSEO's " +
			"[`GET /v3/appendix/user_data`](https://docs.dataforseo.com/v3/appendix/user_data/). **It is free.** DataForSEO allows 6 such requests per minute, " +
			"and one command sends one. A successful read does not mean that the account may use the API: an unverified account can be read, too.",
		Attributes: computedAttributes[account](map[string]string{
			"login":    "Login of the account.",
			"timezone": "Time zone of the account. It does not affect the times in answers.",
			"balance_usd": "Balance in USD. Negative when the account owes money. Null when DataForSEO does not state it, " +
				"which a condition should treat as zero: `coalesce(self.balance_usd, 0)`.",
			"deposited_usd":             "Sum of all deposits, in USD.",
			"requests_per_minute_limit": "Maximum number of requests per minute for the account.",
			"backlinks_summary_price_usd": "Price of an answer of `dataforseo_backlinks_summary` for the account, in USD: the request and its result. " +
				"Null when DataForSEO does not state it in a known form.",
			"backlinks_bulk_pages_summary_price_usd": "Price of `dataforseo_backlinks_bulk_pages_summary` for the account, in USD. N main domains cost at most " +
				"`ceil(N / 100) * per_request + N * per_target`. Null when DataForSEO does not state it in a known form.",
			"backlinks_bulk_pages_summary_price_usd.per_request": "Price of a request of up to 1000 targets of up to 100 main domains.",
			"backlinks_bulk_pages_summary_price_usd.per_target":  "Price of each target in it.",
			"backlinks_subscription_expiry_date": "When the account's subscription to the Backlinks API ends, in RFC 3339, for `timecmp`. " +
				"Null without an active subscription, or when DataForSEO does not state it in a known form.",
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
		resp.Diagnostics.Append(failedRead{failure, &read{connection: d.connection, what: "account"}, ""}.diagnostic(false))
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
