package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
)

// dataSource is the common part of all data sources.
type dataSource struct {
	// name is the type name without the provider's prefix.
	name string
	// connection is nil during validation.
	connection *connection
}

// Metadata implements [datasource.DataSource].
func (d *dataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + d.name
}

// Configure implements [datasource.DataSourceWithConfigure].
func (d *dataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	if req.ProviderData == nil {
		return
	}
	connection, ok := req.ProviderData.(*connection)
	if !ok {
		resp.Diagnostics.AddError("The provider is not configured",
			fmt.Sprintf("This is a bug in the provider: its data source received a %T.", req.ProviderData))
	}
	d.connection = connection
}
