package cloud

import (
	"context"
	"encoding/json"
	"os"
	"path"
	"path/filepath"
	"sort"
	"syscall"
)

// Fault is one that is asked for by a file `<dir>/faults/*.json`.
type Fault struct {
	// create, read, delete.
	On string `json:"on"`
	// yandex_vpc_subnet, …
	Kind string `json:"kind"`
	// Pattern of path.Match; empty: any.
	Name string `json:"name"`
	// before or after the effect; after is a lost response.
	When string `json:"when"`
	// fail; hang, until the context ends; stuck, whatever the context says; crash, of the provider.
	Do string `json:"do"`
	// Of `fail`: a gRPC code and its description.
	Code string `json:"code"`
	Text string `json:"text"`
	// Is used up by the first that meets it.
	Once bool `json:"once"`
}

func (f Fault) fits(on, kind, name, when string) bool {
	matches, err := path.Match(f.Name, name)
	return f.On == on && f.Kind == kind && f.When == when && (f.Name == "" || (err == nil && matches))
}

// Meet does what a fault for this point says, if there is one.
func (inv Inventory) Meet(ctx context.Context, on, kind, name, when string) error {
	files, _ := filepath.Glob(filepath.Join(inv.Dir, "faults", "*.json"))
	sort.Strings(files)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		fault := Fault{}
		if err := json.Unmarshal(text, &fault); err != nil {
			return err
		}
		if !fault.fits(on, kind, name, when) {
			continue
		}
		// Claimed by renaming: of two at once one has it.
		if fault.Once && os.Rename(file, file+".met") != nil {
			continue
		}
		inv.Record("fault-"+fault.Do, kind, name)
		return fault.happen(ctx)
	}
	return nil
}

func (f Fault) happen(ctx context.Context) error {
	switch f.Do {
	case "hang":
		<-ctx.Done()
		return Refusal{"Canceled", "context canceled"}
	case "stuck":
		select {}
	case "crash":
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	default:
		return Refusal{f.Code, f.Text}
	}
}
