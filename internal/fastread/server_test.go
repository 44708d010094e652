package fastread_test

import (
	"context"
	"reflect"
	"runtime"
	"testing"
	"weak"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fastread"
)

// oneString returns a provider whose data source has one argument and one result.
func oneString() testProvider {
	return testProvider{
		attributes: map[string]schema.Attribute{
			"argument": schema.StringAttribute{Required: true},
			"result":   schema.StringAttribute{Computed: true},
		},
		read: func(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
			fastread.Write(ctx, fastread.NewConfig(req.Config), resp, struct {
				Result string `json:"result"`
			}{"of the read"})
		},
	}
}

// TestNewServer_methods checks that the server has all methods of the framework's.
// terraform-plugin-go detects features by type assertion, so a missing method disables
// one. Add its interface to frameworkServer.
func TestNewServer_methods(t *testing.T) {
	t.Parallel()
	framework := reflect.TypeOf(providerserver.NewProtocol6(oneString())())
	ours := reflect.TypeOf(fastread.NewServer(oneString()))
	for want := range framework.Methods() {
		got, ok := ours.MethodByName(want.Name)
		if !ok {
			t.Errorf("NewServer hides the method %s", want.Name)
			continue
		}
		if got, want := signature(got), signature(want); got != want {
			t.Errorf("got %s%s, want %s", want, got, want)
		}
	}
}

// signature returns the type of a method without its receiver.
func signature(m reflect.Method) string {
	var in, out []reflect.Type
	for i := 1; i < m.Type.NumIn(); i++ {
		in = append(in, m.Type.In(i))
	}
	for result := range m.Type.Outs() {
		out = append(out, result)
	}
	return reflect.FuncOf(in, out, m.Type.IsVariadic()).String()
}

type call func(ctx context.Context, s tfprotov6.ProviderServer) error

// retained reports whether a server retains the context of a finished call.
func retained(ctx context.Context, tb testing.TB, server tfprotov6.ProviderServer, call call) bool {
	tb.Helper()
	type key struct{}
	value := new([64]byte) // alone in its allocation
	pointer := weak.Make(value)
	ctx, cancel := context.WithCancel(context.WithValue(ctx, key{}, value))
	if err := call(ctx, server); err != nil {
		tb.Fatal(err)
	}
	cancel() // as terraform-plugin-go does after the response
	for range 3 {
		runtime.GC()
	}
	defer runtime.KeepAlive(server)
	return pointer.Value() != nil
}

// TestContexts checks that the framework retains the contexts of finished calls, and that
// the server from NewServer does not. If the framework does not either, delete callContext
// and the methods of server that only use it.
func TestContexts(t *testing.T) {
	t.Parallel()
	config := oneString().config(t, nil)
	for name, call := range map[string]call{ // those that Terraform makes for each data source or expression
		"ReadDataSource": func(ctx context.Context, s tfprotov6.ProviderServer) error {
			_, err := s.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{TypeName: "test", Config: config})
			return err
		},
		"ValidateDataResourceConfig": func(ctx context.Context, s tfprotov6.ProviderServer) error {
			_, err := s.ValidateDataResourceConfig(ctx, &tfprotov6.ValidateDataResourceConfigRequest{TypeName: "test", Config: config})
			return err
		},
		"CallFunction": func(ctx context.Context, s tfprotov6.ProviderServer) error {
			_, err := s.CallFunction(ctx, &tfprotov6.CallFunctionRequest{Name: "test"})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if retained(t.Context(), t, fastread.NewServer(oneString()), call) {
				t.Error("the context is retained")
			}
			if !retained(t.Context(), t, providerserver.NewProtocol6(oneString())(), call) {
				t.Error("the framework does not retain the context: delete callContext")
			}
		})
	}
}

// TestNewServer_cancels checks that a cancelled call and StopProvider end a read.
func TestNewServer_cancels(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(context.CancelFunc, tfprotov6.ProviderServer){
		"the call is cancelled": func(cancel context.CancelFunc, _ tfprotov6.ProviderServer) { cancel() },
		"the provider is stopped": func(_ context.CancelFunc, s tfprotov6.ProviderServer) {
			_, _ = s.StopProvider(context.Background(), nil)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := oneString()
			reading := make(chan struct{})
			p.read = func(ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
				close(reading)
				<-ctx.Done()
				resp.Diagnostics.AddWarning("ended", ctx.Err().Error())
			}
			server := fastread.NewServer(p)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			go func() {
				<-reading
				end(cancel, server)
			}()
			if resp := read(ctx, t, server, p.config(t, nil)); len(resp.Diagnostics) != 1 || resp.Diagnostics[0].Detail != context.Canceled.Error() {
				t.Errorf("got %v", resp.Diagnostics)
			}
		})
	}
}

// TestFinish checks that the framework gets an empty state, and Terraform the written one.
func TestFinish(t *testing.T) {
	t.Parallel()
	p := oneString()
	write := p.read
	p.read = func(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
		write(ctx, req, resp)
		if got := len(resp.State.Schema.GetAttributes()); got > 0 || !resp.State.Raw.IsNull() {
			t.Errorf("got %d attributes and the value %s, want none and null", got, resp.State.Raw)
		}
	}
	resp := read(t.Context(), t, fastread.NewServer(p), p.config(t, map[string]tftypes.Value{"argument": tftypes.NewValue(tftypes.String, "a")}))
	state, err := resp.State.Unmarshal(p.objectType(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	want := tftypes.NewValue(p.objectType(t.Context()), map[string]tftypes.Value{
		"argument": tftypes.NewValue(tftypes.String, "a"),
		"result":   tftypes.NewValue(tftypes.String, "of the read"),
	})
	if len(resp.Diagnostics) > 0 || !state.Equal(want) {
		t.Errorf("got %s and %v, want %s", state, resp.Diagnostics, want)
	}
}

// TestNewServer_errors checks that a failed read has the framework's response.
func TestNewServer_errors(t *testing.T) {
	t.Parallel()
	p := oneString()
	p.read = func(_ context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
		resp.Diagnostics.AddError("It failed", "For a reason.")
	}
	req := &tfprotov6.ReadDataSourceRequest{TypeName: "test", Config: p.config(t, nil)}
	want, err := providerserver.NewProtocol6(p)().ReadDataSource(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	got, err := fastread.NewServer(p).ReadDataSource(t.Context(), req)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
}
