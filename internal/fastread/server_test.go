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

// oneString is a provider whose data source has an argument, and a result of the same
// value.
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

// TestNewServer_methods: terraform-plugin-go asserts the type of a server to find out
// what it can do. A method that the framework's server has and this one lacks is a
// feature that Terraform is told does not exist. Add its interface to frameworkServer.
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

// signature is the type of a method without its receiver.
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

// baggage is what hangs on the context of a call.
type (
	baggage    struct{ _ [30 << 10]byte }
	baggageKey struct{}
)

// calls are those that Terraform makes once for each data source or expression.
var calls = map[string]func(context.Context, testing.TB, tfprotov6.ProviderServer){
	"ReadDataSource": func(ctx context.Context, tb testing.TB, s tfprotov6.ProviderServer) {
		if _, err := s.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{TypeName: "test", Config: oneString().config(tb, nil)}); err != nil {
			tb.Fatal(err)
		}
	},
	"ValidateDataResourceConfig": func(ctx context.Context, tb testing.TB, s tfprotov6.ProviderServer) {
		if _, err := s.ValidateDataResourceConfig(ctx, &tfprotov6.ValidateDataResourceConfigRequest{TypeName: "test", Config: oneString().config(tb, nil)}); err != nil {
			tb.Fatal(err)
		}
	},
	"CallFunction": func(ctx context.Context, tb testing.TB, s tfprotov6.ProviderServer) {
		if _, err := s.CallFunction(ctx, &tfprotov6.CallFunctionRequest{Name: "test"}); err != nil {
			tb.Fatal(err)
		}
	},
}

// retained reports whether a server still holds the context of a call that is over.
func retained(tb testing.TB, server tfprotov6.ProviderServer, call func(context.Context, testing.TB, tfprotov6.ProviderServer)) bool {
	tb.Helper()
	carried := new(baggage)
	held := weak.Make(carried)
	ctx, cancel := context.WithCancel(context.WithValue(tb.Context(), baggageKey{}, carried))
	call(ctx, tb, server)
	cancel() // as terraform-plugin-go does when it has answered
	for range 3 {
		runtime.GC()
	}
	defer runtime.KeepAlive(server)
	return held.Value() != nil
}

func TestNewServer_releasesContexts(t *testing.T) {
	t.Parallel()
	for name, call := range calls {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if retained(t, fastread.NewServer(oneString()), call) {
				t.Error("the context of a call that is over is still held")
			}
		})
	}
}

// TestFramework_retainsContexts fails when the framework no longer holds the contexts
// of calls that are over. Then callContext, and the methods of server that use it for
// nothing else, can go.
func TestFramework_retainsContexts(t *testing.T) {
	t.Parallel()
	for name, call := range calls {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if !retained(t, providerserver.NewProtocol6(oneString())(), call) {
				t.Error("the framework has let go of the context: callContext is needed no more")
			}
		})
	}
}

// TestNewServer_cancels: that Terraform gives up reaches a read that is under way, and
// so does StopProvider.
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

// TestFramework_leavesTheEmptyState: what Finish leaves in the response costs the
// framework nothing, whatever the size of the state: it finds no attribute to look at.
func TestFramework_leavesTheEmptyState(t *testing.T) {
	t.Parallel()
	p := oneString()
	write := p.read
	p.read = func(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
		write(ctx, req, resp)
		if got := len(resp.State.Schema.GetAttributes()); got > 0 || !resp.State.Raw.IsNull() {
			t.Errorf("Finish leaves %d attributes and the value %s", got, resp.State.Raw)
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

// TestNewServer_errors: a read that fails has the framework's answer, as it is.
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
