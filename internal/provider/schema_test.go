package provider_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/provider"
)

// The lists below are copied from DataForSEO's documentation, not from the code.

// requestFields returns the fields of a request and their types.
func requestFields() map[string]tftypes.Type {
	return map[string]tftypes.Type{
		"target":                     tftypes.String,
		"include_subdomains":         tftypes.Bool,
		"include_indirect_links":     tftypes.Bool,
		"exclude_internal_backlinks": tftypes.Bool,
		"internal_list_limit":        tftypes.Number,
		"backlinks_status_type":      tftypes.String,
		"backlinks_filters":          tftypes.DynamicPseudoType,
		"rank_scale":                 tftypes.String,
		"tag":                        tftypes.String,
	}
}

// resultFields returns the fields of a result and their types.
func resultFields() map[string]tftypes.Type {
	counts := tftypes.Map{ElementType: tftypes.Number}
	return map[string]tftypes.Type{
		"target":                             tftypes.String,
		"first_seen":                         tftypes.String,
		"lost_date":                          tftypes.String,
		"rank":                               tftypes.Number,
		"backlinks":                          tftypes.Number,
		"backlinks_spam_score":               tftypes.Number,
		"crawled_pages":                      tftypes.Number,
		"internal_links_count":               tftypes.Number,
		"external_links_count":               tftypes.Number,
		"broken_backlinks":                   tftypes.Number,
		"broken_pages":                       tftypes.Number,
		"referring_domains":                  tftypes.Number,
		"referring_domains_nofollow":         tftypes.Number,
		"referring_main_domains":             tftypes.Number,
		"referring_main_domains_nofollow":    tftypes.Number,
		"referring_ips":                      tftypes.Number,
		"referring_subnets":                  tftypes.Number,
		"referring_pages":                    tftypes.Number,
		"referring_pages_nofollow":           tftypes.Number,
		"referring_links_tld":                counts,
		"referring_links_types":              counts,
		"referring_links_attributes":         counts,
		"referring_links_platform_types":     counts,
		"referring_links_semantic_locations": counts,
		"referring_links_countries":          counts,
		"info": tftypes.Object{AttributeTypes: map[string]tftypes.Type{
			"server": tftypes.String, "cms": tftypes.String, "platform_type": tftypes.List{ElementType: tftypes.String},
			"ip_address": tftypes.String, "country": tftypes.String, "is_ip": tftypes.Bool, "target_spam_score": tftypes.Number,
		}},
	}
}

func infoFields() []string {
	return []string{"server", "cms", "platform_type", "ip_address", "country", "is_ip", "target_spam_score"}
}

// providerFields returns the attributes that the API doesn't have.
func providerFields() map[string]tftypes.Type {
	task := tftypes.Object{AttributeTypes: map[string]tftypes.Type{
		"id": tftypes.String, "status_code": tftypes.Number, "status_message": tftypes.String, "time": tftypes.String,
		"cost": tftypes.Number, "result_count": tftypes.Number, "path": tftypes.List{ElementType: tftypes.String}, "data": tftypes.String,
	}}
	return map[string]tftypes.Type{
		"require":            tftypes.DynamicPseudoType,
		"on_violation":       tftypes.String,
		"passed":             tftypes.Bool,
		"violations":         tftypes.List{ElementType: tftypes.String},
		"base_url":           tftypes.String,
		"max_age":            tftypes.String,
		"on_error":           tftypes.String,
		"timeouts":           tftypes.Object{AttributeTypes: map[string]tftypes.Type{"read": tftypes.String}},
		"first_seen_rfc3339": tftypes.String,
		"lost_date_rfc3339":  tftypes.String,
		"has_data":           tftypes.Bool,
		"from_cache":         tftypes.Bool,
		"fetched_at":         tftypes.String,
		"error":              tftypes.Object{AttributeTypes: map[string]tftypes.Type{"code": tftypes.Number, "message": tftypes.String}},
		"response": tftypes.Object{AttributeTypes: map[string]tftypes.Type{
			"version": tftypes.String, "status_code": tftypes.Number, "status_message": tftypes.String, "time": tftypes.String,
			"cost": tftypes.Number, "tasks_count": tftypes.Number, "tasks_error": tftypes.Number, "task": task,
		}},
	}
}

func providerSchema(t *testing.T) *tfprotov6.GetProviderSchemaResponse {
	t.Helper()
	schema, err := provider.NewServer("test")().GetProviderSchema(context.Background(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range schema.Diagnostics {
		t.Errorf("%s: %s", d.Summary, d.Detail)
	}
	return schema
}

// TestSchema_fields compares the schema with DataForSEO's fields.
func TestSchema_fields(t *testing.T) {
	t.Parallel()
	block := providerSchema(t).DataSourceSchemas["dataforseo_backlinks_summary"].Block
	got := map[string]string{}
	for _, attribute := range block.Attributes {
		got[attribute.Name] = attribute.ValueType().String()
	}
	want := map[string]string{}
	for _, fields := range []map[string]tftypes.Type{requestFields(), resultFields(), providerFields()} {
		for name, typ := range fields {
			want[name] = typ.String()
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("attributes (-want +got):\n%s", diff)
	}
	if len(requestFields()) != 9 || len(resultFields()) != 26 || len(infoFields()) != 7 {
		t.Error("the lists of fields are incomplete")
	}
}

// TestSchema_roles checks that arguments are optional, results are computed, and no
// attribute is both.
func TestSchema_roles(t *testing.T) {
	t.Parallel()
	arguments := requestFields()
	arguments["max_age"], arguments["on_error"], arguments["timeouts"] = nil, nil, nil
	arguments["require"], arguments["on_violation"] = nil, nil
	for _, attribute := range providerSchema(t).DataSourceSchemas["dataforseo_backlinks_summary"].Block.Attributes {
		_, isArgument := arguments[attribute.Name]
		want := [3]bool{attribute.Name == "target", isArgument && attribute.Name != "target", !isArgument}
		if got := [3]bool{attribute.Required, attribute.Optional, attribute.Computed}; got != want {
			t.Errorf("%s: got required, optional, computed = %v, want %v", attribute.Name, got, want)
		}
	}
}

// TestSchema_summaries checks that the portfolio has the arguments of the data source for
// one target, and its results for each target.
func TestSchema_summaries(t *testing.T) {
	t.Parallel()
	schemas := providerSchema(t).DataSourceSchemas
	single, portfolio := attributesOf(schemas[summaryType]), attributesOf(schemas[summariesType])
	results := map[string]tftypes.Type{}
	for name, attribute := range single {
		switch other := portfolio[name]; {
		case attribute.Computed:
			results[name] = attribute.ValueType()
		case name == "target":
		case other == nil || !other.ValueType().Equal(attribute.ValueType()) || !other.Optional || other.Computed:
			t.Errorf("%s: the portfolio has another argument: %+v", name, other)
		}
	}
	for name, want := range map[string]tftypes.Type{
		"targets":          tftypes.Set{ElementType: tftypes.String},
		"summaries":        tftypes.Map{ElementType: tftypes.Object{AttributeTypes: results}},
		"errors":           tftypes.Map{ElementType: single["error"].ValueType()},
		"cost_usd":         tftypes.Number,
		"from_cache_count": tftypes.Number,
		"passed":           tftypes.Bool,
		"violations":       tftypes.Map{ElementType: tftypes.List{ElementType: tftypes.String}},
	} {
		if got := portfolio[name]; got == nil || !got.ValueType().Equal(want) || got.Required != (name == "targets") || got.Computed != (name != "targets") {
			t.Errorf("%s: got %+v, want %s", name, got, want)
		}
	}
	if got := len(portfolio); got != len(single)-1-len(results)+7 {
		t.Errorf("the portfolio has %d attributes, want %d", got, len(single)-1-len(results)+7)
	}
}

// TestSchema_account compares the schema with a list that is independent of the code.
func TestSchema_account(t *testing.T) {
	t.Parallel()
	got := map[string]string{}
	for name, attribute := range attributesOf(providerSchema(t).DataSourceSchemas["dataforseo_account"]) {
		got[name] = attribute.ValueType().String()
		if !attribute.Computed || attribute.Optional || attribute.Required || attribute.Sensitive {
			t.Errorf("%s: got more than computed", name)
		}
	}
	want := map[string]string{
		"login": "tftypes.String", "timezone": "tftypes.String", "balance_usd": "tftypes.Number", "deposited_usd": "tftypes.Number",
		"requests_per_minute_limit": "tftypes.Number", "backlinks_summary_price_usd": "tftypes.Number",
		"backlinks_bulk_pages_summary_price_usd": `tftypes.Object["per_request":tftypes.Number, "per_target":tftypes.Number]`,
		"backlinks_subscription_expiry_date":     "tftypes.String",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("attributes (-want +got):\n%s", diff)
	}
}

// TestSchema_descriptions checks that everything has a description, also nested attributes
// and functions, and that nothing is deprecated. Editors and the documentation show
// descriptions.
func TestSchema_descriptions(t *testing.T) {
	t.Parallel()
	schema := providerSchema(t)
	checkBlock(t, "provider", schema.Provider.Block)
	for name, dataSource := range schema.DataSourceSchemas {
		checkBlock(t, name, dataSource.Block)
	}
	for name, function := range schema.Functions {
		checkDescription(t, name, function.Description, function.DescriptionKind)
		checkDescription(t, name+" in short", function.Summary, tfprotov6.StringKindMarkdown)
		if function.DeprecationMessage != "" {
			t.Errorf("%s is deprecated", name)
		}
		for _, parameter := range function.Parameters {
			checkDescription(t, name+"."+parameter.Name, parameter.Description, parameter.DescriptionKind)
		}
	}
	if len(schema.DataSourceSchemas) == 0 || len(schema.Functions) == 0 {
		t.Error("no data sources or no functions")
	}
}

func checkBlock(t *testing.T, name string, block *tfprotov6.SchemaBlock) {
	t.Helper()
	checkDescription(t, name, block.Description, block.DescriptionKind)
	if block.Deprecated {
		t.Errorf("%s is deprecated", name)
	}
	if len(block.BlockTypes) != 0 {
		t.Errorf("%s: got %d blocks, want only attributes", name, len(block.BlockTypes))
	}
	checkAttributes(t, name, block.Attributes)
}

func checkAttributes(t *testing.T, place string, attributes []*tfprotov6.SchemaAttribute) {
	t.Helper()
	for _, attribute := range attributes {
		name := place + "." + attribute.Name
		checkDescription(t, name, attribute.Description, attribute.DescriptionKind)
		if attribute.Deprecated {
			t.Errorf("%s is deprecated", name)
		}
		switch {
		case attribute.NestedType != nil:
			checkAttributes(t, name, attribute.NestedType.Attributes)
		case strings.Contains(attribute.Type.String(), "Object"):
			t.Errorf("%s: an object type has no descriptions, use nested attributes", name)
		}
	}
}

// checkDescription expects sentences in Markdown.
func checkDescription(t *testing.T, name, description string, kind tfprotov6.StringKind) {
	t.Helper()
	if !strings.HasSuffix(strings.TrimSuffix(description, "`"), ".") {
		t.Errorf("%s: description %q isn't a sentence", name, description)
	}
	if kind != tfprotov6.StringKindMarkdown || strings.Count(description, "`")%2 != 0 {
		t.Errorf("%s: description %q isn't Markdown", name, description)
	}
}

func TestSchema_secrets(t *testing.T) {
	t.Parallel()
	for _, attribute := range providerSchema(t).Provider.Block.Attributes {
		if want := attribute.Name == "password"; attribute.Sensitive != want {
			t.Errorf("%s: got sensitive = %v, want %v", attribute.Name, attribute.Sensitive, want)
		}
	}
}
