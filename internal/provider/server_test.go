package provider_test

import (
	"context"
	"runtime"
	"testing"
	"time"
	"weak"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// baggage is what hangs on the context of a call: Terraform's is some 30 kB.
type baggage struct{ _ [30 << 10]byte }

type baggageKey struct{}

// TestServer_forgets: nothing of a call is kept when it is over, however long the
// process goes on.
func TestServer_forgets(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	r := newRPC(t, server, nil)
	config := objectOf(t, r.schema.DataSourceSchemas[summaryType], map[string]tftypes.Value{
		"target": tftypes.NewValue(tftypes.String, "example.com"),
	})
	carried := new(baggage)
	kept := weak.Make(carried)
	ctx, cancel := context.WithCancel(context.WithValue(t.Context(), baggageKey{}, carried))
	r.read(ctx, t, summaryType, config)
	cancel() // as the stream's context is when it has been answered
	// Neither carried nor ctx is used from here on. A goroutine that has handed on the
	// answer may still be on its way out.
	for over := time.Now().Add(time.Minute); kept.Value() != nil && time.Now().Before(over); {
		runtime.GC()
	}
	if kept.Value() != nil {
		t.Error("the context of a call is still there")
	}
	runtime.KeepAlive(r)
}
