package provider_test

import (
	"context"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/provider"
)

// rpc is a provider that is called as Terraform calls it, without a process between.
type rpc struct {
	tfprotov6.ProviderServer
	schema *tfprotov6.GetProviderSchemaResponse
}

// newRPC returns a configured provider that asks the server and keeps answers.
func newRPC(tb testing.TB, server *fakeapi.Server, env map[string]string) *rpc {
	tb.Helper()
	variables := map[string]string{
		"DATAFORSEO_BASE_URL": server.URL, "DATAFORSEO_LOGIN": fakeapi.DefaultLogin, "DATAFORSEO_PASSWORD": fakeapi.DefaultPassword,
	}
	maps.Copy(variables, env)
	r := unconfigured(tb, func(name string) string { return variables[name] })
	config := objectOf(tb, r.schema.Provider, nil)
	resp, err := r.ConfigureProvider(tb.Context(), &tfprotov6.ConfigureProviderRequest{Config: config})
	if err != nil || len(resp.Diagnostics) > 0 {
		tb.Fatal(err, resp.Diagnostics)
	}
	return r
}

// newUnconfiguredRPC returns a provider that has not been configured.
func newUnconfiguredRPC(tb testing.TB) *rpc {
	tb.Helper()
	return unconfigured(tb, func(string) string { return "" })
}

func unconfigured(tb testing.TB, getenv func(string) string) *rpc {
	tb.Helper()
	directory := tb.TempDir()
	newServer := provider.NewServerWithEnv("test", getenv, func() (string, error) { return directory, nil })
	r := &rpc{ProviderServer: newServer()}
	var err error
	if r.schema, err = r.GetProviderSchema(tb.Context(), &tfprotov6.GetProviderSchemaRequest{}); err != nil {
		tb.Fatal(err)
	}
	return r
}

// objectOf encodes a configuration with the given attributes.
func objectOf(tb testing.TB, schema *tfprotov6.Schema, attributes map[string]tftypes.Value) *tfprotov6.DynamicValue {
	tb.Helper()
	objectType := schema.ValueType().(tftypes.Object)
	values := map[string]tftypes.Value{}
	for name, attributeType := range objectType.AttributeTypes {
		values[name] = tftypes.NewValue(attributeType, nil)
		if value, ok := attributes[name]; ok {
			values[name] = value
		}
	}
	config, err := tfprotov6.NewDynamicValue(objectType, tftypes.NewValue(objectType, values))
	if err != nil {
		tb.Fatal(err)
	}
	return &config
}

// read validates and reads as Terraform does in a plan.
func (r *rpc) read(ctx context.Context, tb testing.TB, dataSource string, config *tfprotov6.DynamicValue) *tfprotov6.DynamicValue {
	tb.Helper()
	validated, err := r.ValidateDataResourceConfig(ctx, &tfprotov6.ValidateDataResourceConfigRequest{TypeName: dataSource, Config: config})
	if err != nil || len(validated.Diagnostics) > 0 {
		tb.Fatal(err, validated.Diagnostics)
	}
	resp, err := r.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{TypeName: dataSource, Config: config})
	if err != nil || slices.ContainsFunc(resp.Diagnostics, func(d *tfprotov6.Diagnostic) bool { return d.Severity == tfprotov6.DiagnosticSeverityError }) {
		tb.Fatal(err, resp.Diagnostics)
	}
	return resp.State
}

// readState is read, decoded.
func (r *rpc) readState(tb testing.TB, dataSource string, attributes map[string]tftypes.Value) map[string]any {
	tb.Helper()
	schema := r.schema.DataSourceSchemas[dataSource]
	state, err := r.read(tb.Context(), tb, dataSource, objectOf(tb, schema, attributes)).Unmarshal(schema.ValueType())
	if err != nil {
		tb.Fatal(err)
	}
	return plain(tb, state).(map[string]any)
}

// plain returns a value as encoding/json would decode it.
func plain(tb testing.TB, value tftypes.Value) any {
	tb.Helper()
	if value.IsNull() {
		return nil
	}
	var err error
	defer func() {
		if err != nil {
			tb.Fatal(err)
		}
	}()
	switch typ := value.Type(); {
	case typ.Is(tftypes.String):
		var v string
		err = value.As(&v)
		return v
	case typ.Is(tftypes.Bool):
		var v bool
		err = value.As(&v)
		return v
	case typ.Is(tftypes.Number):
		var v big.Float
		err = value.As(&v)
		return v.Text('g', -1)
	case typ.Is(tftypes.Object{}), typ.Is(tftypes.Map{}):
		var v map[string]tftypes.Value
		err = value.As(&v)
		values := map[string]any{}
		for name, element := range v {
			values[name] = plain(tb, element)
		}
		return values
	}
	var v []tftypes.Value
	err = value.As(&v)
	values := []any{}
	for _, element := range v {
		values = append(values, plain(tb, element))
	}
	return values
}

const summaryType, summariesType = "dataforseo_backlinks_summary", "dataforseo_backlinks_summaries"

// BenchmarkRead_cacheHit is all that the provider does for one data source whose
// answer is in the cache.
func BenchmarkRead_cacheHit(b *testing.B) {
	server := fakeapi.Start(b, fakeapi.Options{})
	r := newRPC(b, server, map[string]string{"DATAFORSEO_CACHE_TTL": "1h", "DATAFORSEO_CACHE_DIRECTORY": b.TempDir()})
	config := objectOf(b, r.schema.DataSourceSchemas[summaryType], map[string]tftypes.Value{
		"target": tftypes.NewValue(tftypes.String, "explodingtopics.com"),
	})
	r.read(b.Context(), b, summaryType, config)
	b.ReportAllocs()
	for b.Loop() {
		r.read(b.Context(), b, summaryType, config)
	}
}

// BenchmarkPortfolio_cacheHit is the same for a portfolio, by target.
func BenchmarkPortfolio_cacheHit(b *testing.B) {
	for _, size := range []int{500, 1000, 2000, 5000} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			server := fakeapi.Start(b, fakeapi.Options{})
			directory := b.TempDir()
			fillCache(b, server, directory, numbered(size))
			r := newRPC(b, server, map[string]string{"DATAFORSEO_CACHE_TTL": "1h", "DATAFORSEO_CACHE_DIRECTORY": directory})
			config := objectOf(b, r.schema.DataSourceSchemas[summariesType], map[string]tftypes.Value{"targets": setOf(numbered(size))})
			r.read(b.Context(), b, summariesType, config)
			b.ReportAllocs()
			b.ResetTimer()
			for b.Loop() {
				r.read(b.Context(), b, summariesType, config)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*size), "ns/target")
		})
	}
}
