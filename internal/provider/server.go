package provider

import (
	"os"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fastread"
)

// NewServer returns the provider with the given version for tf6server.Serve.
func NewServer(version string) func() tfprotov6.ProviderServer {
	return NewServerWithEnv(version, os.Getenv, os.UserCacheDir)
}

// NewServerWithEnv is [NewServer] with a given environment and user cache directory, so
// that tests can run in parallel and leave no files behind.
func NewServerWithEnv(version string, getenv func(string) string, userCacheDir func() (string, error)) func() tfprotov6.ProviderServer {
	env := environment{getenv, userCacheDir}
	return func() tfprotov6.ProviderServer {
		return fastread.NewServer(&dataForSEO{version: version, env: env})
	}
}
