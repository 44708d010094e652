// Command terraform-provider-dataforseo is a Terraform and OpenTofu provider for
// DataForSEO's backlink metrics. Terraform starts it; -debug is for developers.
package main

import (
	"flag"
	"log"
	"os"
	"runtime/debug"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fastread"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/provider"
)

// memoryLimit is a soft limit in bytes, above which the garbage collector works harder.
// It was chosen by measurement: a portfolio of 1,300 answers of 54 kB without a cache,
// about the largest possible state, takes 6.1 s of processor time and 250 MiB with it.
// Without a limit it takes 5.7 s and 388 MiB, with 160 MiB 7.5 s. Hundreds of small
// answers need less than 40 MiB with any limit.
const memoryLimit = 192 << 20

// version is set by the linker at release.
var version = "dev"

func main() {
	debugger := flag.Bool("debug", false, "serve a debugger: print TF_REATTACH_PROVIDERS and keep running")
	flag.Parse()

	// By default the heap can grow to twice the memory in use before a collection, and
	// most of an answer is garbage soon.
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
	if !*debugger { // a debugged provider does not get Terraform's environment
		if err := fastread.SilenceLogs(); err != nil {
			log.Fatal(err)
		}
	}
	var options []tf6server.ServeOpt
	if *debugger {
		options = append(options, tf6server.WithManagedDebug())
	}
	if err := tf6server.Serve(provider.Address, provider.NewServer(version), options...); err != nil {
		log.Fatal(err)
	}
}
