// Package provider is the Terraform provider: the only package that knows
// Terraform's types. It turns configurations into requests, answers into state
// and failures into diagnostics, and leaves everything between to the packages
// below: how a request is sent, repeated, spaced and paid for is not known here.
package provider
