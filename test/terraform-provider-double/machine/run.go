package machine

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
)

// Stand-ins on the PATH of runcmd: what would change this machine is only noted, below root; `systemctl` starts and enables by
// a note, too, and the units are then run from there.
var standIns = map[string]string{
	"systemctl": `for word; do case $word in *.service|*.timer) : >"$BENCHBUS_ROOT/.started/$word";; esac; done`,
}

var noted = []string{"apt-get", "shutdown", "systemd-run", "useradd", "usermod", "sysctl", "loginctl", "poweroff"}

func prepare(root string) error {
	for _, name := range []string{".bin", ".started"} {
		if err := os.MkdirAll(filepath.Join(root, name), 0o755); err != nil {
			return err
		}
	}
	for _, name := range noted {
		standIns[name] = ""
	}
	for name, body := range standIns {
		script := "#!/bin/sh\necho \"" + name + " $*\" >>\"$BENCHBUS_ROOT/.noted\"\n" + body + "\n"
		if err := os.WriteFile(filepath.Join(root, ".bin", name), []byte(script), 0o755); err != nil {
			return err
		}
	}
	return os.Setenv("PATH", filepath.Join(root, ".bin")+":"+os.Getenv("PATH"))
}

// Run is a machine's life: files, commands, then its services, until somebody kills it.
//
// The contract with user-data: `write_files` are written below $BENCHBUS_ROOT; `runcmd` runs there, one after the other, as
// `set -e` would, and has to put $BENCHBUS_ROOT (empty on a real machine) before every absolute path that it writes to;
// services that it starts with systemctl are the units below root/etc/systemd/system, run with $BENCHBUS_ROOT before the
// program and the environment file.
func Run(folder string) error {
	root := filepath.Join(folder, "root")
	if err := prepare(root); err != nil {
		return err
	}
	userData, err := os.ReadFile(filepath.Join(folder, "user-data"))
	if err != nil {
		return err
	}
	config, err := parse(userData)
	if err != nil {
		return err
	}
	for _, file := range config.WriteFiles {
		if err := file.write(root); err != nil {
			return err
		}
	}
	for _, node := range config.RunCmd {
		words, err := argv(node)
		if err != nil {
			return err
		}
		command := exec.Command(words[0], words[1:]...)
		command.Dir, command.Stdout, command.Stderr = root, os.Stdout, os.Stderr
		if err := command.Run(); err != nil {
			return fmt.Errorf("runcmd %q: %w", words, err)
		}
	}
	return serve(root)
}

func serve(root string) error {
	started, err := filepath.Glob(filepath.Join(root, ".started", "*.service"))
	if err != nil {
		return err
	}
	services := sync.WaitGroup{}
	for _, name := range started {
		unit, err := readUnit(root, filepath.Base(name))
		if err != nil {
			return err
		}
		services.Add(1)
		go func() {
			defer services.Done()
			unit.keep(root)
		}()
	}
	services.Wait()
	return nil
}
