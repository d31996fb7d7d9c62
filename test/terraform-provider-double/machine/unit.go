package machine

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// unit is the part of a systemd service that is obeyed here.
type unit struct {
	name    string
	exec    []string
	env     []string
	restart bool
}

func readUnit(root, name string) (unit, error) {
	text, err := os.ReadFile(filepath.Join(root, "etc/systemd/system", name))
	if err != nil {
		return unit{}, err
	}
	found := unit{name: name}
	for line := range strings.Lines(string(text)) {
		key, value, has := strings.Cut(strings.TrimSpace(line), "=")
		if !has {
			continue
		}
		switch key {
		case "ExecStart":
			found.exec = strings.Fields(value)
			if len(found.exec) > 0 {
				if inside := filepath.Join(root, found.exec[0]); exists(inside) {
					found.exec[0] = inside
				}
			}
		case "Environment":
			found.env = append(found.env, strings.Trim(value, `"`))
		case "EnvironmentFile":
			lines, err := os.ReadFile(filepath.Join(root, strings.TrimPrefix(value, "-")))
			if err != nil && !strings.HasPrefix(value, "-") {
				return unit{}, err
			}
			for line := range strings.Lines(string(lines)) {
				if name, value, has := strings.Cut(strings.TrimSpace(line), "="); has && !strings.HasPrefix(name, "#") {
					found.env = append(found.env, name+"="+strings.Trim(value, `"`))
				}
			}
		case "Restart":
			found.restart = value == "always" || value == "on-failure"
		}
	}
	if len(found.exec) == 0 {
		return unit{}, fmt.Errorf("%s has no ExecStart", name)
	}
	return found, nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// keep runs the service, again when it ends, as its unit says.
func (u unit) keep(root string) {
	for {
		command := exec.Command(u.exec[0], u.exec[1:]...)
		command.Dir, command.Stdout, command.Stderr = root, os.Stdout, os.Stderr
		command.Env = append(os.Environ(), u.env...)
		err := command.Run()
		fmt.Printf("%s ended: %v\n", u.name, err)
		if !u.restart || err == nil {
			return
		}
		time.Sleep(time.Second)
	}
}
