package provider_test

import (
	"context"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/provider"
)

const (
	accountType   = "dataforseo_account"
	summaryType   = "dataforseo_backlinks_summary"
	summariesType = "dataforseo_backlinks_summaries"
	bulkType      = "dataforseo_backlinks_bulk_pages_summary"
)

// rpc calls a provider in this process as Terraform does. A read takes milliseconds.
type rpc struct {
	tfprotov6.ProviderServer
	schema *tfprotov6.GetProviderSchemaResponse
}

// newRPC returns a provider that is configured for the fake by its environment.
func newRPC(tb testing.TB, server *fakeapi.Server, env map[string]string) *rpc {
	tb.Helper()
	variables := map[string]string{
		"DATAFORSEO_BASE_URL": server.URL, "DATAFORSEO_LOGIN": fakeapi.DefaultLogin, "DATAFORSEO_PASSWORD": fakeapi.DefaultPassword,
	}
	maps.Copy(variables, env)
	r := newUnconfiguredRPC(tb, func(name string) string { return variables[name] })
	config := objectOf(tb, r.schema.Provider, nil)
	resp, err := r.ConfigureProvider(tb.Context(), &tfprotov6.ConfigureProviderRequest{Config: config})
	if err != nil || len(resp.Diagnostics) > 0 {
		tb.Fatal(err, textOf(resp.Diagnostics))
	}
	return r
}

// noEnv is an environment without variables.
func noEnv(string) string { return "" }

func newUnconfiguredRPC(tb testing.TB, getenv func(string) string) *rpc {
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

// objectOf encodes a configuration. Attributes that are missing are null. A value has a
// type that [tftypes.NewValue] takes, or is a set of strings, an object or a [tftypes.Value].
func objectOf(tb testing.TB, schema *tfprotov6.Schema, attributes map[string]any) *tfprotov6.DynamicValue {
	tb.Helper()
	objectType := schema.ValueType().(tftypes.Object)
	values := map[string]tftypes.Value{}
	for name, attributeType := range objectType.AttributeTypes {
		switch value := attributes[name].(type) {
		case tftypes.Value:
			values[name] = value
		case []string:
			values[name] = setOf(value)
		case map[string]any:
			values[name] = object(value)
		default:
			values[name] = tftypes.NewValue(attributeType, value)
		}
	}
	config, err := tfprotov6.NewDynamicValue(objectType, tftypes.NewValue(objectType, values))
	if err != nil {
		tb.Fatal(err)
	}
	return &config
}

// object returns an object of bools, whole numbers and objects.
func object(attributes map[string]any) tftypes.Value {
	types, values := map[string]tftypes.Type{}, map[string]tftypes.Value{}
	for name, attribute := range attributes {
		switch attribute := attribute.(type) {
		case bool:
			values[name] = tftypes.NewValue(tftypes.Bool, attribute)
		case int:
			values[name] = tftypes.NewValue(tftypes.Number, attribute)
		case map[string]any:
			values[name] = object(attribute)
		}
		types[name] = values[name].Type()
	}
	return tftypes.NewValue(tftypes.Object{AttributeTypes: types}, values)
}

func setOf(elements []string) tftypes.Value {
	values := []tftypes.Value{}
	for _, element := range elements {
		values = append(values, tftypes.NewValue(tftypes.String, element))
	}
	return tftypes.NewValue(tftypes.Set{ElementType: tftypes.String}, values)
}

// read validates and reads as Terraform does in a plan. The state is nil after an error.
func (r *rpc) read(ctx context.Context, tb testing.TB, dataSource string, config *tfprotov6.DynamicValue) (*tfprotov6.DynamicValue, []*tfprotov6.Diagnostic) {
	tb.Helper()
	validated, err := r.ValidateDataResourceConfig(ctx, &tfprotov6.ValidateDataResourceConfigRequest{TypeName: dataSource, Config: config})
	if err != nil || len(validated.Diagnostics) > 0 {
		tb.Fatal(err, textOf(validated.Diagnostics))
	}
	resp, err := r.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{TypeName: dataSource, Config: config})
	if err != nil {
		tb.Fatal(err)
	}
	if slices.ContainsFunc(resp.Diagnostics, isError) {
		return nil, resp.Diagnostics
	}
	return resp.State, resp.Diagnostics
}

func isError(d *tfprotov6.Diagnostic) bool { return d.Severity == tfprotov6.DiagnosticSeverityError }

// tryRead is read with a decoded configuration and state.
func (r *rpc) tryRead(tb testing.TB, dataSource string, attributes map[string]any) (map[string]any, []*tfprotov6.Diagnostic) {
	tb.Helper()
	schema := r.schema.DataSourceSchemas[dataSource]
	encoded, diags := r.read(tb.Context(), tb, dataSource, objectOf(tb, schema, attributes))
	if encoded == nil {
		return nil, diags
	}
	state, err := encoded.Unmarshal(schema.ValueType())
	if err != nil {
		tb.Fatal(err)
	}
	return plain(tb, state).(map[string]any), diags
}

// readState is tryRead for a read that must succeed.
func (r *rpc) readState(tb testing.TB, dataSource string, attributes map[string]any) map[string]any {
	tb.Helper()
	state, diags := r.tryRead(tb, dataSource, attributes)
	if state == nil {
		tb.Fatal(textOf(diags))
	}
	return state
}

func textOf(diags []*tfprotov6.Diagnostic) string {
	var text strings.Builder
	for _, d := range diags {
		fmt.Fprintf(&text, "%s: %s\n%s\n", d.Severity, d.Summary, d.Detail)
	}
	return text.String()
}

// wantError expects one error with a text in its detail.
func wantError(tb testing.TB, diags []*tfprotov6.Diagnostic, text string) {
	tb.Helper()
	if len(diags) != 1 || !isError(diags[0]) || !strings.Contains(diags[0].Detail, text) {
		tb.Errorf("got\n%s\nwant one error with %q", textOf(diags), text)
	}
}

// readSummary reads one target and returns its state.
func (r *rpc) readSummary(tb testing.TB, target string, arguments map[string]any) map[string]any {
	tb.Helper()
	return r.readState(tb, summaryType, withArgument(arguments, "target", target))
}

// readSummaries reads a portfolio and returns its state.
func (r *rpc) readSummaries(tb testing.TB, targets []string, arguments map[string]any) map[string]any {
	tb.Helper()
	return r.readState(tb, summariesType, withArgument(arguments, "targets", targets))
}

// readBulk reads a portfolio with requests for many targets and returns its state.
func (r *rpc) readBulk(tb testing.TB, targets []string, arguments map[string]any) map[string]any {
	tb.Helper()
	return r.readState(tb, bulkType, withArgument(arguments, "targets", targets))
}

func withArgument(arguments map[string]any, name string, value any) map[string]any {
	all := map[string]any{name: value}
	maps.Copy(all, arguments)
	return all
}

// wantAt compares the value at a path of a state.
func wantAt(tb testing.TB, state map[string]any, want any, path ...string) {
	tb.Helper()
	var got any = state
	for _, name := range path {
		parent, _ := got.(map[string]any)
		var found bool
		if got, found = parent[name]; !found {
			tb.Errorf("%s: no attribute %q", strings.Join(path, "."), name)
			return
		}
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		tb.Errorf("%s: got %v, want %v", strings.Join(path, "."), got, want)
	}
}

// plain decodes a value as encoding/json does, and numbers as their decimal digits.
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
		return v.Text('f', -1)
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
