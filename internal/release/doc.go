// Package release has the manifest that registries need, and tests of whole releases. They
// make a release as a tag does, publish it to a fake GitHub, and use it as users do.
//
// Only .goreleaser.yml says what is in a release. This package must not know how the
// provider works, only how Terraform runs it.
package release
