package provider

import (
	"context"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// NewServer returns the provider in the given version, as tf6server.Serve takes it.
func NewServer(version string) func() tfprotov6.ProviderServer {
	return newServer(version, environment{os.Getenv, os.UserCacheDir})
}

func newServer(version string, env environment) func() tfprotov6.ProviderServer {
	return func() tfprotov6.ProviderServer {
		return server{providerserver.NewProtocol6(&dataForSEO{version: version, env: env})()}
	}
}

// server is the framework's server, but for the states of data sources, which these
// write themselves (see [stateWriter]), and for what it keeps of each call (see
// [lentContext]).
type server struct{ tfprotov6.ProviderServer }

// writtenState is a state on its way past the framework.
type writtenState struct{ msgpack []byte }

type writtenStateKey struct{}

// ReadDataSource implements [tfprotov6.DataSourceServer].
func (s server) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	var state writtenState
	lent := lend(context.WithValue(ctx, writtenStateKey{}, &state))
	defer lent.takeBack()                                   //nolint:contextcheck // what comes then is the end of ctx
	resp, err := s.ProviderServer.ReadDataSource(lent, req) //nolint:contextcheck // lent is ctx
	if err == nil && state.msgpack != nil {
		resp.State = &tfprotov6.DynamicValue{MsgPack: state.msgpack}
	}
	return resp, err
}

// ValidateDataResourceConfig implements [tfprotov6.DataSourceServer].
func (s server) ValidateDataResourceConfig(ctx context.Context, req *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	lent := lend(ctx)
	defer lent.takeBack()                                         //nolint:contextcheck // what comes then is the end of ctx
	return s.ProviderServer.ValidateDataResourceConfig(lent, req) //nolint:contextcheck // lent is ctx
}
