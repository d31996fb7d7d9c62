// Package machine is what the double has instead of virtual machines: processes of this one that do what the user-data says.
package machine

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// Mark is the variable in the environment of every process of a machine: so they are found, whatever group they are in.
const Mark = "YC_DOUBLE_MACHINE"

// Folder of a machine: user-data, console.log, pid and root/, below which its files are.
func Folder(dir, id string) string { return filepath.Join(dir, "m", id) }

// environment of a machine: of ours only what says where programs are, and which test run this is. No credentials.
func environment(id, folder, docker string) []string {
	kept := []string{Mark + "=" + id, "BENCHBUS_ROOT=" + filepath.Join(folder, "root")}
	if docker != "" {
		kept = append(kept, "DOCKER_HOST=unix://"+docker)
	}
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "BENCHBUS_TEST_RUN"} {
		if value, has := os.LookupEnv(name); has {
			kept = append(kept, name+"="+value)
		}
	}
	return kept
}

// Start boots a machine: `<this program> machine <folder>` in a session of its own, so it outlives the provider. docker is the
// socket of the engine that it has; empty: none.
func Start(dir, id, userData, docker string) error {
	folder := Folder(dir, id)
	if err := os.MkdirAll(filepath.Join(folder, "root"), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(folder, "user-data"), []byte(userData), 0o600); err != nil {
		return err
	}
	console, err := os.OpenFile(filepath.Join(folder, "console.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer console.Close()
	self, err := os.Executable()
	if err != nil {
		return err
	}
	command := exec.Command(self, "machine", folder)
	command.Env = environment(id, folder, docker)
	command.Dir = filepath.Join(folder, "root")
	command.Stdout, command.Stderr = console, console
	command.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := command.Start(); err != nil {
		return err
	}
	go func() { _ = command.Wait() }()
	return os.WriteFile(filepath.Join(folder, "pid"), []byte(strconv.Itoa(command.Process.Pid)), 0o644)
}

// Stop kills every process of a machine, removes what it has on the engine, and its folder.
func Stop(dir, id, docker string) error {
	deadline := time.Now().Add(10 * time.Second)
	for {
		living := marked(id)
		if len(living) == 0 {
			if err := removeContainers(docker, Folder(dir, id)); err != nil {
				return err
			}
			return os.RemoveAll(Folder(dir, id))
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("processes %v of machine %s do not end", living, id)
		}
		for _, pid := range living {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// StopAll stops every machine of a cloud.
func StopAll(dir, docker string) error {
	folders, err := filepath.Glob(Folder(dir, "*"))
	if err != nil {
		return err
	}
	var failed error
	for _, folder := range folders {
		failed = errors.Join(failed, Stop(dir, filepath.Base(folder), docker))
	}
	return failed
}

func marked(id string) []int {
	found := []int{}
	files, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil || !bytes.Contains(append([]byte{0}, text...), []byte("\x00"+Mark+"="+id+"\x00")) {
			continue
		}
		if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(file))); err == nil {
			found = append(found, pid)
		}
	}
	return found
}
