// Command terraform-provider-dataforseo is a Terraform and OpenTofu provider for
// DataForSEO's backlink metrics. Terraform starts it; -debug is for developers.
package main

import (
	"context"
	"flag"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/provider"
)

// version is set by the linker at release.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "serve a debugger: print TF_REATTACH_PROVIDERS and keep running")
	flag.Parse()

	err := providerserver.Serve(context.Background(), provider.New(version), providerserver.ServeOpts{
		Address: provider.Address,
		Debug:   *debug,
	})
	if err != nil {
		log.Fatal(err)
	}
}
