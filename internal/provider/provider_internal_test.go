package provider

import (
	"context"
	"maps"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

// configure configures the provider with the given attributes, and null for the others.
func configure(t *testing.T, deferralAllowed bool, attributes map[string]tftypes.Value) *provider.ConfigureResponse {
	t.Helper()
	ctx := context.Background()
	p := &dataForSEO{version: "test", env: environment{getenv: func(string) string { return "" }}}
	var schema provider.SchemaResponse
	p.Schema(ctx, provider.SchemaRequest{}, &schema)
	object, ok := schema.Schema.Type().TerraformType(ctx).(tftypes.Object)
	if !ok {
		t.Fatal("the schema isn't an object")
	}
	values := map[string]tftypes.Value{}
	for name, typ := range object.AttributeTypes {
		values[name] = tftypes.NewValue(typ, nil)
	}
	maps.Copy(values, attributes)
	var resp provider.ConfigureResponse
	p.Configure(ctx, provider.ConfigureRequest{
		TerraformVersion:   "1.11.4",
		Config:             tfsdk.Config{Schema: schema.Schema, Raw: tftypes.NewValue(object, values)},
		ClientCapabilities: provider.ConfigureProviderClientCapabilities{DeferralAllowed: deferralAllowed},
	}, &resp)
	return &resp
}

// TestConfigure_unknown checks that an unknown configuration defers reads if Terraform
// allows that. Otherwise reads fail and name the unknown attributes.
func TestConfigure_unknown(t *testing.T) {
	t.Parallel()
	unknown := map[string]tftypes.Value{
		"password":    tftypes.NewValue(tftypes.String, tftypes.UnknownValue),
		"max_retries": tftypes.NewValue(tftypes.Number, tftypes.UnknownValue),
	}
	deferred := configure(t, true, unknown)
	if deferred.Deferred == nil || deferred.Deferred.Reason != provider.DeferredReasonProviderConfigUnknown {
		t.Errorf("got deferred = %v, want an unknown configuration as the reason", deferred.Deferred)
	}
	refused := configure(t, false, unknown)
	if refused.Deferred != nil || refused.Diagnostics.HasError() {
		t.Errorf("got deferred = %v and diagnostics = %v, want neither", refused.Deferred, refused.Diagnostics)
	}
	diags := refused.DataSourceData.(*connection).check()
	if want := "The provider's configuration is not known yet: password, max_retries"; len(diags) != 1 || diags[0].Summary() != want {
		t.Errorf("got diagnostics %v, want %q", diags, want)
	}
}

// TestConfigure_nothing checks that an empty configuration is valid until something is
// read.
func TestConfigure_nothing(t *testing.T) {
	t.Parallel()
	resp := configure(t, false, nil)
	if len(resp.Diagnostics) != 0 {
		t.Errorf("got diagnostics %v, want none", resp.Diagnostics)
	}
	if diags := resp.DataSourceData.(*connection).check(); len(diags) != 0 {
		t.Errorf("got diagnostics %v, want none", diags)
	}
}

// TestFailedRead_accountRateLimit checks the advice about the account's own rate limit,
// which tests can't reach in a short time.
func TestFailedRead_accountRateLimit(t *testing.T) {
	t.Parallel()
	failure := &dataforseo.Failure{Kind: dataforseo.KindRateLimit, Code: 40202, Cause: `DataForSEO answered 40202 "Too many."`, Attempts: 17, Remedy: "another"}
	got := failedRead{Failure: failure, read: &read{what: "account"}}.diagnostic(false)
	want := diag.NewErrorDiagnostic("Too many requests for the account (40202)",
		"Reading the account failed after 17 attempts: DataForSEO answered 40202 \"Too many.\"\n\n"+
			"DataForSEO allows each account 6 such requests per minute. Try again in a minute.")
	if got.Summary() != want.Summary() || got.Detail() != want.Detail() {
		t.Errorf("got %q: %q", got.Summary(), got.Detail())
	}
}

// TestMetricsIn checks that null may have limits for the metrics of every kind of summary.
func TestMetricsIn(t *testing.T) {
	t.Parallel()
	names := metricsIn(nil).Names()
	for _, name := range append(summaryMetrics().Names(), pageSummaryMetrics().Names()...) {
		if !slices.Contains(names, name) {
			t.Errorf("got no metric %s", name)
		}
	}
}
