package fastread

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/vmihailenco/msgpack/v5/msgpcode"
)

// NewServer returns the framework's server for a provider whose data sources write
// their state with this package.
func NewServer(p provider.Provider) tfprotov6.ProviderServer {
	return server{providerserver.NewProtocol6(p)().(frameworkServer)}
}

// frameworkServer has all interfaces of the framework's server. terraform-plugin-go
// detects the last three by type assertion, so a wrapper needs them too.
type frameworkServer interface {
	tfprotov6.ProviderServer
	tfprotov6.ActionServer
	tfprotov6.ListResourceServer
	tfprotov6.StateStoreServer
}

type server struct{ frameworkServer }

// writtenState carries a state from [State.Finish] to the server.
type writtenState struct{ msgpack []byte }

type writtenStateKey struct{}

// ReadDataSource implements [tfprotov6.DataSourceServer].
func (s server) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	var state writtenState
	resp, err := call(context.WithValue(ctx, writtenStateKey{}, &state), s.frameworkServer.ReadDataSource, req)
	if err == nil && state.msgpack != nil {
		resp.State = &tfprotov6.DynamicValue{MsgPack: state.msgpack}
	}
	return resp, err
}

// ValidateDataResourceConfig implements [tfprotov6.DataSourceServer].
func (s server) ValidateDataResourceConfig(ctx context.Context, req *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return call(ctx, s.frameworkServer.ValidateDataResourceConfig, req)
}

// CallFunction implements [tfprotov6.FunctionServer].
func (s server) CallFunction(ctx context.Context, req *tfprotov6.CallFunctionRequest) (*tfprotov6.CallFunctionResponse, error) {
	for i, argument := range req.Arguments {
		if argument == nil || argument.MsgPack == nil && argument.JSON == nil { // how OpenTofu 1.12 sends null
			req.Arguments[i] = &tfprotov6.DynamicValue{MsgPack: []byte{msgpcode.Nil}}
		}
	}
	return call(ctx, s.frameworkServer.CallFunction, req)
}

// call calls a method with a context that is detached on return.
func call[Req, Resp any](ctx context.Context, method func(context.Context, Req) (Resp, error), req Req) (Resp, error) {
	callCtx := newCallContext(ctx)
	defer callCtx.detach() //nolint:contextcheck // the detached context must not refer to ctx
	return method(callCtx, req)
}
