// Package matrix tests which gates stop which domains, with every Terraform command. It
// has only tests. Their results are in testdata.
package matrix
