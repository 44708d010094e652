package provider_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// TestNestedErrors checks that an error about a nested attribute has the path of that
// attribute. Newer versions of Terraform show its line.
func TestNestedErrors(t *testing.T) {
	t.Parallel()
	r := newUnconfiguredRPC(t, noEnv)
	for name, value := range map[string]string{"ttl": "1 day", "directory": "", "url": "gs://answers", "mode": "offline"} {
		resp, err := r.ValidateProviderConfig(t.Context(), &tfprotov6.ValidateProviderConfigRequest{
			Config: objectOf(t, r.schema.Provider, nested(r.schema.Provider, "cache", name, value)),
		})
		if err != nil {
			t.Fatal(err)
		}
		wantErrorAt(t, resp.Diagnostics, tftypes.NewAttributePath().WithAttributeName("cache").WithAttributeName(name))
	}
	schema := r.schema.DataSourceSchemas[summaryType]
	attributes := nested(schema, "timeouts", "read", "soon")
	attributes["target"] = "example.com"
	resp, err := r.ValidateDataResourceConfig(t.Context(), &tfprotov6.ValidateDataResourceConfigRequest{
		TypeName: summaryType, Config: objectOf(t, schema, attributes),
	})
	if err != nil {
		t.Fatal(err)
	}
	wantErrorAt(t, resp.Diagnostics, tftypes.NewAttributePath().WithAttributeName("timeouts").WithAttributeName("read"))
}

// nested returns an object attribute in which one attribute is set.
func nested(schema *tfprotov6.Schema, object, name, value string) map[string]any {
	objectType := attributesOf(schema)[object].ValueType().(tftypes.Object)
	values := map[string]tftypes.Value{}
	for attribute, attributeType := range objectType.AttributeTypes {
		values[attribute] = tftypes.NewValue(attributeType, nil)
	}
	values[name] = tftypes.NewValue(tftypes.String, value)
	return map[string]any{object: tftypes.NewValue(objectType, values)}
}

func wantErrorAt(t *testing.T, diags []*tfprotov6.Diagnostic, want *tftypes.AttributePath) {
	t.Helper()
	if len(diags) != 1 || !diags[0].Attribute.Equal(want) {
		t.Errorf("got\n%s\nwant an error at %s", textOf(diags), want)
	}
}
