package fastread_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fastread"
)

func setOf(elements ...tftypes.Value) tftypes.Value {
	return tftypes.NewValue(tftypes.Set{ElementType: tftypes.String}, elements)
}

func validate(tb testing.TB, server tfprotov6.ProviderServer, config *tfprotov6.DynamicValue) []*tfprotov6.Diagnostic {
	tb.Helper()
	resp, err := server.ValidateDataResourceConfig(tb.Context(), &tfprotov6.ValidateDataResourceConfigRequest{TypeName: "test", Config: config})
	if err != nil {
		tb.Fatal(err)
	}
	return resp.Diagnostics
}

// TestStringSetType checks that the framework searches its own sets for duplicates, but
// not sets of this type. If it searches neither, delete the type.
func TestStringSetType(t *testing.T) {
	t.Parallel()
	a := tftypes.NewValue(tftypes.String, "a")
	for name, c := range map[string]struct {
		custom basetypes.SetTypable
		want   int // diagnostics
	}{
		"types.Set": {nil, 1},
		"StringSet": {fastread.NewStringSetType(), 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := testProvider{attributes: map[string]schema.Attribute{
				"set": schema.SetAttribute{Required: true, ElementType: types.StringType, CustomType: c.custom},
			}}
			if got := validate(t, fastread.NewServer(p), p.config(t, map[string]tftypes.Value{"set": setOf(a, a)})); len(got) != c.want {
				t.Errorf("got %d diagnostics, want %d: %v", len(got), c.want, got)
			}
		})
	}
}
