// Package recipes tests examples/: every example can be planned, and policies refuse what
// they should. Its package opa tests the policy for conftest, and matrix tests gates with
// every command. It has only tests.
package recipes
