package fakeapi_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// callServed makes a call over the network and returns the HTTP status.
func callServed(ctx context.Context, baseURL, password string) (int, error) {
	body := strings.NewReader(`[{"target":"a.example"}]`)
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, baseURL+fakeapi.SummaryPath, body)
	if err != nil {
		return 0, err
	}
	request.SetBasicAuth(fakeapi.DefaultLogin, password)
	resp, err := new(http.Client).Do(request)
	if err != nil {
		return 0, err
	}
	return resp.StatusCode, resp.Body.Close()
}

// TestServer_Serve: it answers at its URL, on this machine only, until it is stopped,
// which does not wait for an answer that never comes.
func TestServer_Serve(t *testing.T) {
	t.Parallel()
	server := fakeapi.New(fakeapi.Options{})
	stop, err := server.Serve(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(server.URL, "http://127.0.0.1:") {
		t.Errorf("served at %s", server.URL)
	}
	if status, err := callServed(t.Context(), server.URL, ""); status != http.StatusUnauthorized {
		t.Errorf("got HTTP %d without credentials, %v", status, err)
	}

	server.OnAny(fakeapi.Slow(nil))
	ended := make(chan error, 1)
	go func() {
		_, err := callServed(t.Context(), server.URL, fakeapi.DefaultPassword)
		ended <- err
	}()
	if err := server.WaitForCalls(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	stop()
	if err := <-ended; err == nil {
		t.Error("the answer that waited came to its end")
	}
	if _, err := callServed(t.Context(), server.URL, ""); err == nil {
		t.Error("it still answers")
	}
}
