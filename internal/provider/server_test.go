package provider_test

import (
	"context"
	"runtime"
	"testing"
	"time"
	"weak"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// baggage is a value of a call's context. Terraform's values have 30 kB.
type baggage struct{ _ [30 << 10]byte }

type baggageKey struct{}

// TestServer_forgets checks that the server keeps nothing of a finished call.
func TestServer_forgets(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	r := newRPC(t, server, nil)
	config := objectOf(t, r.schema.DataSourceSchemas[summaryType], map[string]any{
		"target": "example.com",
	})
	carried := new(baggage)
	kept := weak.Make(carried)
	ctx, cancel := context.WithCancel(context.WithValue(t.Context(), baggageKey{}, carried))
	if state, diags := r.read(ctx, t, summaryType, config); state == nil {
		t.Fatal(textOf(diags))
	}
	cancel() // as gRPC does after the answer
	// carried and ctx are unused from here on. A goroutine of the call may still be ending.
	for over := time.Now().Add(time.Minute); kept.Value() != nil && time.Now().Before(over); {
		runtime.GC()
	}
	if kept.Value() != nil {
		t.Error("the context of the call is still reachable")
	}
	runtime.KeepAlive(r)
}
