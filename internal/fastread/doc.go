// Package fastread replaces the parts of terraform-plugin-framework that are too slow for
// thousands of targets. It knows Terraform's types and nothing about DataForSEO.
//
// # Why
//
// The framework fills a struct with the whole configuration and turns the results into
// a tree of values. It walks that tree several times, to compare it with the
// configuration and to encode it. Its sets compare every pair of elements. It also
// retains the context of every call, and everything that the context refers to, until the
// provider stops. BenchmarkRead and BenchmarkSet compare the two. In processor time:
//
//	                                    framework              fastread
//	read a map of 10 objects         0.9 ms,    6,900 allocs  0.05 ms,   340 allocs
//	read a map of 1,000 objects       57 ms,  439,000 allocs   0.4 ms, 2,300 allocs
//	validate a set of 5,000 strings  1.5 s, 25,200,000 allocs  17 ms, 225,000 allocs
//
// # Assumptions
//
// A test fails if a new version of the framework breaks one of these:
//
//   - The context of ReadDataSource reaches the data source, so that [State.Finish] can
//     hand a state to the server.
//   - The framework accepts a null without attributes as a state. It then compares
//     nothing, so no attribute may have a custom type with semantic equality.
//   - A state from this package equals the framework's (TestState_equalsFramework).
//   - Custom types of sets replace the search for duplicates (TestStringSetType).
//   - The framework retains contexts (TestContexts). Otherwise
//     callContext is not needed.
//   - Its server has no method that the wrapper hides (TestNewServer_methods).
package fastread
