// Package opa tests the policy in examples/policy-opa with plans from Terraform. It has
// only tests. They need conftest.
package opa
