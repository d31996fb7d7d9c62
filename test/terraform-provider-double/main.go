// A stand-in for the provider yandex-cloud/yandex: its names and attributes as far as benchbus uses them, an inventory in a
// folder instead of a cloud, processes of this machine instead of virtual ones. For tests alone.
package main

import (
	"context"
	"fmt"
	"os"

	"benchbus.io/terraform-provider-double/cloud"
	"benchbus.io/terraform-provider-double/machine"
	"benchbus.io/terraform-provider-double/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
)

func stopAll(dir string) error {
	rules, err := cloud.Inventory{Dir: dir}.Rules()
	if err != nil {
		return err
	}
	return machine.StopAll(dir, rules.Docker)
}

func main() {
	if len(os.Args) == 3 && os.Args[1] == "machine" {
		if err := machine.Run(os.Args[2]); err != nil {
			fmt.Fprintln(os.Stderr, "machine:", err)
			os.Exit(1)
		}
		return
	}
	if len(os.Args) == 3 && os.Args[1] == "close" {
		if err := stopAll(os.Args[2]); err != nil {
			fmt.Fprintln(os.Stderr, "close:", err)
			os.Exit(1)
		}
		return
	}
	options := providerserver.ServeOpts{Address: "registry.terraform.io/yandex-cloud/yandex", ProtocolVersion: 6}
	if err := providerserver.Serve(context.Background(), provider.New, options); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
