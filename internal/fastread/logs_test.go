package fastread_test

import (
	"os"
	"testing"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fastread"
)

// logVariables are the variables that turn on logs.
var logVariables = []string{"TF_LOG", "TF_LOG_PROVIDER", "TF_LOG_SDK", "TF_LOG_SDK_PROTO", "TF_LOG_SDK_FRAMEWORK"}

func TestSilenceLogs(t *testing.T) {
	for _, set := range append([]string{""}, logVariables...) {
		t.Run(set, func(t *testing.T) {
			for _, name := range logVariables {
				t.Setenv(name, "")
			}
			want := "OFF"
			if set != "" {
				t.Setenv(set, "DEBUG")
				want = os.Getenv("TF_LOG_SDK")
			}
			if err := fastread.SilenceLogs(); err != nil {
				t.Fatal(err)
			}
			if got := os.Getenv("TF_LOG_SDK"); got != want {
				t.Errorf("got TF_LOG_SDK=%q, want %q", got, want)
			}
		})
	}
}
