package provider

import (
	"context"
	"encoding/json"

	"benchbus.io/terraform-provider-double/cloud"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// account is who asks, of which cloud.
type account struct {
	inventory           cloud.Inventory
	token, folder, zone string
}

// spec is what the inventory keeps of a resource: what the cloud's rules look at, and the provider's attributes.
type spec struct {
	Place      cloud.Place     `json:"place"`
	Attributes json.RawMessage `json:"attributes"`
}

// making is a resource to be made.
type making struct {
	kind, prefix, name string
	labels             types.Map
	place              cloud.Place
	// fill gives the attributes, once the id is known.
	fill func(item cloud.Item) any
	// then happens with the resource in the inventory.
	then func(item cloud.Item) error
}

func (a *account) create(ctx context.Context, what making) (cloud.Item, error) {
	if err := a.inventory.CheckToken(a.token); err != nil {
		return cloud.Item{}, err
	}
	if err := a.inventory.Meet(ctx, "create", what.kind, what.name, "before"); err != nil {
		return cloud.Item{}, err
	}
	item := cloud.Item{ID: cloud.NewID(what.prefix), Kind: what.kind, Name: what.name, FolderID: a.folder, CreatedAt: cloud.Now(), Labels: map[string]string{}}
	what.labels.ElementsAs(ctx, &item.Labels, false)
	err := a.inventory.Locked(func() error {
		if err := a.inventory.CheckNew(item, what.place); err != nil {
			return err
		}
		attributes, err := json.Marshal(what.fill(item))
		if err != nil {
			return err
		}
		if item.Spec, err = json.Marshal(spec{what.place, attributes}); err != nil {
			return err
		}
		return a.inventory.Put(item)
	})
	if err != nil {
		return cloud.Item{}, err
	}
	a.inventory.Record("create", what.kind, what.name)
	if what.then != nil {
		if err := what.then(item); err != nil {
			return cloud.Item{}, err
		}
	}
	return item, a.inventory.Meet(ctx, "create", what.kind, what.name, "after")
}

// read returns nil for what is not there any more.
func (a *account) read(ctx context.Context, kind, id string) (*cloud.Item, error) {
	if err := a.inventory.CheckToken(a.token); err != nil {
		return nil, err
	}
	item, err := a.inventory.Get(kind, id)
	if err != nil || item == nil {
		return nil, err
	}
	return item, a.inventory.Meet(ctx, "read", kind, item.Name, "before")
}

// remove deletes what is there; `then` ends what the resource did.
func (a *account) remove(ctx context.Context, kind, id string, then func() error) error {
	item, err := a.read(ctx, kind, id)
	if err != nil || item == nil {
		return err
	}
	if err := a.inventory.Meet(ctx, "delete", kind, item.Name, "before"); err != nil {
		return err
	}
	err = a.inventory.Locked(func() error {
		if err := a.inventory.CheckUnused(*item); err != nil {
			return err
		}
		if err := then(); err != nil {
			return err
		}
		return a.inventory.Delete(kind, id)
	})
	if err != nil {
		return err
	}
	a.inventory.Record("delete", kind, item.Name)
	return a.inventory.Meet(ctx, "delete", kind, item.Name, "after")
}

// attributes of an item, into the struct that was kept.
func attributes[T any](item cloud.Item) (T, error) {
	kept := spec{}
	var found T
	if err := json.Unmarshal(item.Spec, &kept); err != nil {
		return found, err
	}
	return found, json.Unmarshal(kept.Attributes, &found)
}

func refuse(diagnostics *diag.Diagnostics, doing string, err error) {
	if err != nil {
		diagnostics.AddError("Error while requesting API to "+doing, err.Error())
	}
}
