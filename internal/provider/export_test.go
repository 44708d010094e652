package provider

import "github.com/hashicorp/terraform-plugin-go/tfprotov6"

// NewServerWithEnv is NewServer with an environment and a cache directory of the
// test's own, so that tests can run side by side and leave nothing behind.
func NewServerWithEnv(version string, getenv func(string) string, userCacheDir string) func() tfprotov6.ProviderServer {
	return newServer(version, environment{getenv, func() (string, error) { return userCacheDir, nil }})
}
