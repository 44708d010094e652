// Package matrix tests which gates stop which domains under which commands of
// Terraform. It has no code of its own. Its tables are in testdata.
package matrix
