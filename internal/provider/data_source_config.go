package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// dataSourceConfig is the configuration of a data source, of which single arguments are
// taken. The framework's own way fills a struct with all attributes, of which most
// are computed and null; its reflection then takes longer than all else in a read.
type dataSourceConfig struct {
	config tfsdk.Config
	values map[string]tftypes.Value
	diags  diag.Diagnostics
}

func newDataSourceConfig(config tfsdk.Config) *dataSourceConfig {
	c := &dataSourceConfig{config: config}
	if err := config.Raw.As(&c.values); err != nil {
		c.diags.AddError("The configuration cannot be read", "This is a bug of the provider or of Terraform: "+err.Error()+".")
	}
	return c
}

// argument returns the value of an argument. What is wrong with it is noted in the
// diagnostics.
func argument[T attr.Value](ctx context.Context, c *dataSourceConfig, name string) T {
	var none T
	attribute, ok := c.config.Schema.GetAttributes()[name]
	if !ok || c.diags.HasError() {
		return none
	}
	value, err := attribute.GetType().ValueFromTerraform(ctx, c.values[name])
	if typed, ok := value.(T); ok && err == nil {
		return typed
	}
	c.diags.AddAttributeError(path.Root(name), "Invalid "+name, fmt.Sprintf("This is a bug of the provider: it cannot be read as a %T (%v).", none, err))
	return none
}
