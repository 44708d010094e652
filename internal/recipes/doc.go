// Package recipes tests what stands below examples/: that every example can be planned,
// and that the policies among them refuse what they are to refuse. It has no code of
// its own; the tests of the policy for conftest are in its package opa, and those of
// the gates that recipes are made of in matrix.
package recipes
