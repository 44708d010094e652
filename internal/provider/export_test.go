package provider

import "github.com/hashicorp/terraform-plugin-go/tfprotov6"

// NewServerWithEnv is NewServer with an environment of the test's own, so that tests
// can run side by side.
func NewServerWithEnv(version string, getenv func(string) string) func() tfprotov6.ProviderServer {
	return newServer(version, getenv)
}
