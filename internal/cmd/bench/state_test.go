package main

import (
	"strings"
	"testing"
)

func TestValueBytes(t *testing.T) {
	t.Parallel()
	state := `{
  "version": 4,
  "outputs": {"x": {"value": 1}},
  "resources": [
    {"mode": "data", "instances": [
      {"index_key": "a", "attributes": { "target": "a b", "rank": null }},
      {"index_key": "b", "attributes": {"rank": 1}}
    ]},
    {"instances": [{"attributes": {}}]}
  ]
}`
	want := len(`{"target":"a b","rank":null}` + `{"rank":1}` + `{}`)
	if got, err := valueBytes([]byte(state)); got != want || err != nil {
		t.Errorf("got %d, %v, want %d", got, err, want)
	}
	if _, err := valueBytes([]byte("{")); err == nil || !strings.HasPrefix(err.Error(), "the state's JSON: ") {
		t.Errorf("got the error %v", err)
	}
}
