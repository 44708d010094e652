package fakeapi_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

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
	resp, err := http.Get(server.URL + "/")
	if err != nil {
		t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil || resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("got HTTP %d without credentials, %v", resp.StatusCode, err)
	}

	server.OnAny(fakeapi.Slow(nil))
	ended := make(chan error, 1)
	go func() {
		body := strings.NewReader(`[{"target":"a.example"}]`)
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+fakeapi.SummaryPath, body)
		if err == nil {
			request.SetBasicAuth(fakeapi.DefaultLogin, fakeapi.DefaultPassword)
			_, err = http.DefaultClient.Do(request)
		}
		ended <- err
	}()
	if err := server.WaitForCalls(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	stop()
	if err := <-ended; err == nil {
		t.Error("the answer that waited came to its end")
	}
	if resp, err := http.Get(server.URL); err == nil {
		_ = resp.Body.Close()
		t.Error("it still answers")
	}
}
