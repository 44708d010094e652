// Command terraform-provider-dataforseo is a Terraform and OpenTofu provider for
// DataForSEO's backlink metrics. Terraform starts it; -debug is for developers.
package main

import (
	"flag"
	"log"
	"os"
	"runtime/debug"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/provider"
)

// memoryLimit is where the garbage collector begins to take pains, in bytes. It is
// no hard limit.
const memoryLimit = 40 << 20

// version is set by the linker at release.
var version = "dev"

func main() {
	debugger := flag.Bool("debug", false, "serve a debugger: print TF_REATTACH_PROVIDERS and keep running")
	flag.Parse()

	// Thousands of answers pass through, and little of each stays. Go would let the
	// heap grow to twice of what is in use before it looks.
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
	if !*debugger { // whose Terraform has an environment of its own
		if err := quietLibraries(); err != nil {
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

// quietLibraries keeps the plugin libraries from logging when nobody has asked for a
// log. They write a line for every attribute that they look at, at every level, and
// leave it to Terraform to read and drop it: half of what a read costs.
func quietLibraries() error {
	for _, variable := range []string{"TF_LOG", "TF_LOG_PROVIDER", "TF_LOG_SDK", "TF_LOG_SDK_PROTO", "TF_LOG_SDK_FRAMEWORK"} {
		if os.Getenv(variable) != "" {
			return nil
		}
	}
	return os.Setenv("TF_LOG_SDK", "OFF")
}
