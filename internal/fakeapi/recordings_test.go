package fakeapi_test

import (
	"bytes"
	"testing"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// TestCases checks that every case is sent as recorded, and charged as it states.
func TestCases(t *testing.T) {
	t.Parallel()
	costs := map[fakeapi.Recording]float64{
		"code-40101-charged": 0.024036, "code-40102-charged": 0.024036, "code-40106-result": 0.024036,
		"cost-is-text": 0.024036, "code-40103-free": 0, "no-task-free": 0, "refusal-has-twin": 0,
	}
	cases := fakeapi.Cases()
	if len(cases) != 19 {
		t.Errorf("got %d cases, want 19", len(cases))
	}
	for _, name := range cases {
		s := fakeapi.New(fakeapi.Options{})
		s.OnAny(fakeapi.Recorded(name))
		got := ask(s, "explodingtopics.com")
		if got.status != 200 || !bytes.Equal(got.body, name.Bytes()) {
			t.Errorf("%s: got HTTP %d, %.100s", name, got.status, got.body)
		}
		want, ok := costs[name]
		if !ok {
			want = 0.02003
		}
		if s.ChargedUSD() != want {
			t.Errorf("%s: got %v USD charged, want %v", name, s.ChargedUSD(), want)
		}
	}
	if !bytes.HasPrefix(fakeapi.Recording("with-bom").Bytes(), []byte("\ufeff")) {
		t.Error("with-bom has no byte order mark")
	}
}
