// Package provider is the Terraform provider, and the only package that knows
// Terraform's types. It turns configurations into requests, answers into state and
// failures into diagnostics. Sending, retrying, limiting and paying for requests is
// left to the packages below.
package provider
