package fastread

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Config is the configuration of a data source. Unlike [tfsdk.Config.Get], which decodes
// every attribute of the schema, it decodes single arguments.
type Config struct {
	// Diagnostics has an error for each argument that could not be decoded.
	Diagnostics diag.Diagnostics

	config tfsdk.Config
	values map[string]tftypes.Value
}

// NewConfig returns the configuration of a read request.
func NewConfig(config tfsdk.Config) *Config {
	c := &Config{config: config}
	if err := config.Raw.As(&c.values); err != nil {
		c.Diagnostics.AddError("The configuration cannot be read", "This is a bug in the provider or in Terraform: "+err.Error()+".")
	}
	return c
}

// Argument decodes one argument. If that fails, or an earlier call failed, it returns
// the zero value, and the error is in the Diagnostics of c.
func Argument[T attr.Value](ctx context.Context, c *Config, name string) T {
	var zero T
	if c.Diagnostics.HasError() {
		return zero
	}
	value, err := c.decode(ctx, name)
	if typed, ok := value.(T); ok && err == nil {
		return typed
	}
	c.Diagnostics.AddAttributeError(path.Root(name), "Invalid "+name, fmt.Sprintf("This is a bug in the provider: the argument cannot be decoded as %T (%v).", zero, err))
	return zero
}

func (c *Config) decode(ctx context.Context, name string) (attr.Value, error) {
	attribute, ok := c.config.Schema.GetAttributes()[name]
	if !ok {
		return nil, errors.New("the schema does not have it")
	}
	return attribute.GetType().ValueFromTerraform(ctx, c.values[name])
}
