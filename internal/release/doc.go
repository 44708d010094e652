// Package release holds what a registry wants with a release besides the archives,
// and the tests of a release as a whole: they make one the way a tag does, hand it
// to a GitHub that is not real, and use what was published as its users will.
//
// What a release is made of is written in .goreleaser.yml alone. This package must
// not know how the provider works: it starts it, as Terraform does.
package release
