package provider

import "github.com/hashicorp/terraform-plugin-framework/provider"

// NewWithEnv is New with an environment of the test's own, so that tests can run
// side by side.
func NewWithEnv(version string, getenv func(string) string) func() provider.Provider {
	return func() provider.Provider { return &dataForSEO{version: version, getenv: getenv} }
}
