package fakeapi_test

import (
	"bytes"
	"testing"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// Every case is answered byte for byte, and charged with what it states.
func TestCases(t *testing.T) {
	t.Parallel()
	costs := map[fakeapi.Recording]float64{
		"cases/code-40101-charged.json": 0.024036, "cases/code-40102-charged.json": 0.024036, "cases/code-40106-result.json": 0.024036,
		"cases/cost-is-text.json": 0.024036, "cases/code-40103-free.json": 0, "cases/no-task-free.json": 0, "cases/refusal-has-twin.json": 0,
	}
	cases := fakeapi.Cases()
	if len(cases) != 19 {
		t.Errorf("%d cases", len(cases))
	}
	for _, name := range cases {
		s := fakeapi.New(fakeapi.Options{})
		s.OnAny(fakeapi.Recorded(name))
		got := ask(s, "explodingtopics.com")
		if got.status != 200 || !bytes.Equal(got.body, name.Bytes()) {
			t.Errorf("%s: HTTP %d, %.100s", name, got.status, got.body)
		}
		want, ok := costs[name]
		if !ok {
			want = 0.02003
		}
		if s.ChargedUSD() != want {
			t.Errorf("%s: charged %v, want %v", name, s.ChargedUSD(), want)
		}
	}
	if !bytes.HasPrefix(fakeapi.Recording("cases/with-bom.json").Bytes(), []byte("\ufeff")) {
		t.Error("no byte order mark")
	}
}
