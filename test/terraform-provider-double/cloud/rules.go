package cloud

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Kinds of resources, by the real provider's names.
const (
	Subnet        = "yandex_vpc_subnet"
	SecurityGroup = "yandex_vpc_security_group"
	Instance      = "yandex_compute_instance"
)

// Rules is `<dir>/rules.json`; what is not given there is not checked.
type Rules struct {
	Token     string         `json:"token"`
	Networks  []string       `json:"networks"`
	Images    []string       `json:"images"`
	Zones     []string       `json:"zones"`
	Platforms []string       `json:"platforms"`
	Quotas    map[string]int `json:"quotas"`
	// Docker is the socket of the engine that machines have; empty: none.
	Docker string `json:"docker"`
}

// Rules of this cloud.
func (inv Inventory) Rules() (Rules, error) {
	rules := Rules{}
	text, err := os.ReadFile(filepath.Join(inv.Dir, "rules.json"))
	if errors.Is(err, os.ErrNotExist) {
		return rules, nil
	}
	if err != nil {
		return rules, err
	}
	return rules, json.Unmarshal(text, &rules)
}

func allowed(list []string, value, code, text string) error {
	if len(list) == 0 || slices.Contains(list, value) {
		return nil
	}
	return Refusal{code, text}
}

// CheckToken is what every call does first. The refusal quotes the token, as careless programs do: nobody may pass it on.
func (inv Inventory) CheckToken(token string) error {
	rules, err := inv.Rules()
	if err != nil {
		return err
	}
	if token == "" {
		return Refusal{"Unauthenticated", "one of token or service_account_key_file should be specified"}
	}
	if rules.Token != "" && rules.Token != token {
		return Refusal{"Unauthenticated", fmt.Sprintf("The token is invalid: %q", token)}
	}
	return nil
}

// CheckNew is what the cloud refuses before it makes something. The caller holds the lock.
func (inv Inventory) CheckNew(item Item, place Place) error {
	rules, err := inv.Rules()
	if err != nil {
		return err
	}
	there, err := inv.List(item.Kind)
	if err != nil {
		return err
	}
	if limit, has := rules.Quotas[item.Kind]; has && len(there) >= limit {
		return Refusal{"ResourceExhausted", fmt.Sprintf("Quota limit %s.count exceeded", strings.TrimPrefix(item.Kind, "yandex_"))}
	}
	for _, other := range there {
		if other.Name == item.Name && item.Name != "" {
			return Refusal{"AlreadyExists", fmt.Sprintf("%s with name %s already exists", item.Kind, item.Name)}
		}
	}
	if place.NetworkID != "" {
		if err := allowed(rules.Networks, place.NetworkID, "NotFound", fmt.Sprintf("Network %s not found", place.NetworkID)); err != nil {
			return err
		}
	}
	if place.ImageID != "" {
		if err := allowed(rules.Images, place.ImageID, "NotFound", fmt.Sprintf("Image %s not found", place.ImageID)); err != nil {
			return err
		}
	}
	if place.PlatformID != "" {
		if err := allowed(rules.Platforms, place.PlatformID, "InvalidArgument", fmt.Sprintf("Platform %q is not available in zone %s", place.PlatformID, place.Zone)); err != nil {
			return err
		}
	}
	if place.Zone != "" {
		if err := allowed(rules.Zones, place.Zone, "InvalidArgument", fmt.Sprintf("Zone %s not found", place.Zone)); err != nil {
			return err
		}
	}
	return inv.checkAddresses(there, place)
}

// Place is what of a new resource the cloud's rules look at; it is kept with the resource.
type Place struct {
	NetworkID  string `json:"networkId,omitempty"`
	SubnetID   string `json:"subnetId,omitempty"`
	Cidr       string `json:"cidr,omitempty"`
	Address    string `json:"address,omitempty"`
	ImageID    string `json:"imageId,omitempty"`
	PlatformID string `json:"platformId,omitempty"`
	Zone       string `json:"zone,omitempty"`
}

func placeOf(item Item) Place {
	holder := struct{ Place Place }{}
	_ = json.Unmarshal(item.Spec, &holder)
	return holder.Place
}

func (inv Inventory) checkAddresses(there []Item, place Place) error {
	for _, other := range there {
		taken := placeOf(other)
		if place.Address != "" && taken.SubnetID == place.SubnetID && taken.Address == place.Address {
			return Refusal{"FailedPrecondition", fmt.Sprintf("Address %s is already in use", place.Address)}
		}
		if place.Cidr != "" && taken.NetworkID == place.NetworkID && overlap(place.Cidr, taken.Cidr) {
			return Refusal{"FailedPrecondition", fmt.Sprintf("Subnet CIDR %s overlaps with %s", place.Cidr, taken.Cidr)}
		}
	}
	if place.Address == "" {
		return nil
	}
	subnet, err := inv.Get(Subnet, place.SubnetID)
	if err != nil {
		return err
	}
	if subnet == nil {
		return Refusal{"NotFound", fmt.Sprintf("Subnet %s not found", place.SubnetID)}
	}
	block, err := netip.ParsePrefix(placeOf(*subnet).Cidr)
	address, wrong := netip.ParseAddr(place.Address)
	if err != nil || wrong != nil || !block.Contains(address) {
		return Refusal{"InvalidArgument", fmt.Sprintf("Address %s is not in subnet %s", place.Address, place.SubnetID)}
	}
	return nil
}

func overlap(a, b string) bool {
	one, err := netip.ParsePrefix(a)
	other, wrong := netip.ParsePrefix(b)
	return err == nil && wrong == nil && one.Overlaps(other)
}

// CheckUnused is what the cloud refuses before it deletes something: machines hold their subnet and groups.
func (inv Inventory) CheckUnused(item Item) error {
	if item.Kind != Subnet {
		return nil
	}
	machines, err := inv.List(Instance)
	if err != nil {
		return err
	}
	for _, machine := range machines {
		if placeOf(machine).SubnetID == item.ID {
			return Refusal{"FailedPrecondition", fmt.Sprintf("Subnet %s is used by instance %s", item.ID, machine.ID)}
		}
	}
	return nil
}
