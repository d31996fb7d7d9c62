// Package cloud is what the double has instead of Yandex Cloud: an inventory, one JSON file a resource, in a folder.
package cloud

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"syscall"
	"time"
)

// Item is one resource of the inventory, as `<dir>/inventory/<kind>/<id>.json`.
type Item struct {
	ID        string            `json:"id"`
	Kind      string            `json:"kind"`
	Name      string            `json:"name"`
	FolderID  string            `json:"folderId"`
	Labels    map[string]string `json:"labels"`
	CreatedAt string            `json:"createdAt"`
	// Attributes as the provider keeps them.
	Spec json.RawMessage `json:"spec"`
}

// Inventory is the folder that YC_DOUBLE_DIR names.
type Inventory struct{ Dir string }

// Refusal is an error as the real cloud words it: a gRPC code and a description.
type Refusal struct{ Code, Text string }

func (r Refusal) Error() string {
	return fmt.Sprintf("server-request-id = 00000000-0000-4000-8000-000000000000 rpc error: code = %s desc = %s", r.Code, r.Text)
}

func (inv Inventory) folder(kind string) string { return filepath.Join(inv.Dir, "inventory", kind) }

func (inv Inventory) file(kind, id string) string {
	return filepath.Join(inv.folder(kind), filepath.Base(id)+".json")
}

// Locked runs work alone among all processes that use the inventory: rules look at everything there is.
func (inv Inventory) Locked(work func() error) error {
	if err := os.MkdirAll(inv.Dir, 0o755); err != nil {
		return err
	}
	lock, err := os.OpenFile(filepath.Join(inv.Dir, ".lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return err
	}
	return work()
}

// List returns the resources of a kind, by name.
func (inv Inventory) List(kind string) ([]Item, error) {
	entries, err := os.ReadDir(inv.folder(kind))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	items := []Item{}
	for _, entry := range entries {
		if !strings.HasSuffix(entry.Name(), ".json") {
			continue
		}
		item, err := inv.Get(kind, strings.TrimSuffix(entry.Name(), ".json"))
		if err != nil {
			return nil, err
		}
		if item != nil {
			items = append(items, *item)
		}
	}
	sort.Slice(items, func(a, b int) bool { return items[a].Name < items[b].Name })
	return items, nil
}

// Get returns nil for what is not there.
func (inv Inventory) Get(kind, id string) (*Item, error) {
	text, err := os.ReadFile(inv.file(kind, id))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	item := &Item{}
	return item, json.Unmarshal(text, item)
}

// ByName returns nil for a name that nothing of the kind has.
func (inv Inventory) ByName(kind, name string) (*Item, error) {
	items, err := inv.List(kind)
	if err != nil {
		return nil, err
	}
	for _, item := range items {
		if item.Name == name {
			return &item, nil
		}
	}
	return nil, nil
}

// Put writes the whole file or nothing.
func (inv Inventory) Put(item Item) error {
	if err := os.MkdirAll(inv.folder(item.Kind), 0o755); err != nil {
		return err
	}
	text, err := json.MarshalIndent(item, "", "  ")
	if err != nil {
		return err
	}
	temporary := inv.file(item.Kind, item.ID) + ".tmp"
	if err := os.WriteFile(temporary, text, 0o600); err != nil {
		return err
	}
	return os.Rename(temporary, inv.file(item.Kind, item.ID))
}

// Delete of what is not there is no error.
func (inv Inventory) Delete(kind, id string) error {
	err := os.Remove(inv.file(kind, id))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}

// Record appends a line to `<dir>/calls.log`, for tests that count what was asked of the cloud.
func (inv Inventory) Record(on, kind, name string) {
	log, err := os.OpenFile(filepath.Join(inv.Dir, "calls.log"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return
	}
	defer log.Close()
	fmt.Fprintf(log, "%s %s %s\n", on, kind, name)
}

// NewID looks like one of Yandex Cloud: 20 characters, letters and digits.
func NewID(prefix string) string { return prefix + strings.ToLower(rand.Text())[:17] }

// Now as the API writes times.
func Now() string { return time.Now().UTC().Format(time.RFC3339) }
