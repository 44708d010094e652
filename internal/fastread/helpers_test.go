package fastread_test

import (
	"context"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// testProvider is a provider with one data source and one function.
type testProvider struct {
	attributes map[string]schema.Attribute
	read       func(context.Context, datasource.ReadRequest, *datasource.ReadResponse)
}

func (testProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "test"
}
func (testProvider) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}
func (testProvider) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {
}
func (testProvider) Resources(context.Context) []func() resource.Resource { return nil }
func (p testProvider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{func() datasource.DataSource { return testDataSource(p) }}
}
func (testProvider) Functions(context.Context) []func() function.Function {
	return []func() function.Function{func() function.Function { return testFunction{} }}
}

type testDataSource testProvider

func (testDataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = "test"
}
func (d testDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema.Attributes = d.attributes
}
func (d testDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	d.read(ctx, req, resp)
}

type testFunction struct{}

func (testFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "test"
}
func (testFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{Return: function.BoolReturn{}}
}
func (testFunction) Run(ctx context.Context, _ function.RunRequest, resp *function.RunResponse) {
	resp.Error = resp.Result.Set(ctx, true)
}

func (p testProvider) objectType(ctx context.Context) tftypes.Object {
	return schema.Schema{Attributes: p.attributes}.Type().TerraformType(ctx).(tftypes.Object)
}

// config encodes a configuration. Attributes that are not in values are null.
func (p testProvider) config(tb testing.TB, values map[string]tftypes.Value) *tfprotov6.DynamicValue {
	tb.Helper()
	object := p.objectType(tb.Context())
	all := map[string]tftypes.Value{}
	for name, typ := range object.AttributeTypes {
		all[name] = tftypes.NewValue(typ, nil)
		if value, ok := values[name]; ok {
			all[name] = value
		}
	}
	config, err := tfprotov6.NewDynamicValue(object, tftypes.NewValue(object, all))
	if err != nil {
		tb.Fatal(err)
	}
	return &config
}

// read reads the data source and returns the response, which must not have errors.
func read(ctx context.Context, tb testing.TB, server tfprotov6.ProviderServer, config *tfprotov6.DynamicValue) *tfprotov6.ReadDataSourceResponse {
	tb.Helper()
	resp, err := server.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{TypeName: "test", Config: config})
	if err != nil {
		tb.Fatal(err)
	}
	if i := slices.IndexFunc(resp.Diagnostics, func(d *tfprotov6.Diagnostic) bool { return d.Severity == tfprotov6.DiagnosticSeverityError }); i >= 0 {
		tb.Fatalf("%+v", resp.Diagnostics[i])
	}
	return resp
}
