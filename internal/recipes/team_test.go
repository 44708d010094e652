package recipes_test

import (
	"context"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/acctest"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/cacheserver"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// TestTeamCache checks that two machines with examples/team-cache pay once.
func TestTeamCache(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("versitygw needs a POSIX file system")
	}
	executable, err := cacheserver.Build(context.WithoutCancel(t.Context()), filepath.Join(examples, ".."))
	if err != nil {
		t.Fatal(err)
	}
	bucket, err := cacheserver.Start(t.Context(), executable, func(cacheserver.Request) {})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(bucket.Stop)
	server := fakeapi.Start(t, fakeapi.Options{})
	for _, paid := range []bool{true, false} {
		tf := acctest.NewCopy(t, filepath.Join(examples, "team-cache"))
		tf.Use(server)
		for _, variable := range bucket.Environ() {
			name, value, _ := strings.Cut(variable, "=")
			tf.Setenv(strings.Replace(name, "DATAFORSEO_CACHE_URL", "TF_VAR_cache_url", 1), value)
		}
		if usd := tf.PlannedOutputs()["paid_usd"]; (usd != 0.0) != paid || server.Charged() != 2 {
			t.Errorf("paid %v USD, %d charged", usd, server.Charged())
		}
	}
}
