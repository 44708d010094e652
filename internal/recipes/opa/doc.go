// Package opa tests the policy in examples/policy-opa on plans that Terraform writes.
// It has no code of its own. It is a package by itself because it needs conftest.
package opa
