// Package provider is the Terraform provider. Only it and package fastread know
// Terraform's types. It turns configurations into requests, answers into state and
// failures into diagnostics. Other packages send, retry, limit and cache requests.
package provider
