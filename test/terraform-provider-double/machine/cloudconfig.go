package machine

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

type file struct {
	Path        string `yaml:"path"`
	Content     string `yaml:"content"`
	Encoding    string `yaml:"encoding"`
	Permissions string `yaml:"permissions"`
	Append      bool   `yaml:"append"`
}

// cloudConfig is the part of cloud-init's language that is obeyed here; the rest (users, packages, …) is passed over.
type cloudConfig struct {
	WriteFiles []file      `yaml:"write_files"`
	RunCmd     []yaml.Node `yaml:"runcmd"`
}

func parse(userData []byte) (cloudConfig, error) {
	config := cloudConfig{}
	if !bytes.HasPrefix(userData, []byte("#cloud-config")) {
		return config, fmt.Errorf("user-data does not begin with #cloud-config")
	}
	return config, yaml.Unmarshal(userData, &config)
}

func (f file) bytes() ([]byte, error) {
	switch strings.ReplaceAll(f.Encoding, "base64", "b64") {
	case "", "text/plain":
		return []byte(f.Content), nil
	case "b64":
		return base64.StdEncoding.DecodeString(f.Content)
	case "gzip+b64", "gz+b64":
		packed, err := base64.StdEncoding.DecodeString(f.Content)
		if err != nil {
			return nil, err
		}
		reader, err := gzip.NewReader(bytes.NewReader(packed))
		if err != nil {
			return nil, err
		}
		return io.ReadAll(reader)
	default:
		return nil, fmt.Errorf("write_files: encoding %q is not known here", f.Encoding)
	}
}

// write puts the file below root.
func (f file) write(root string) error {
	content, err := f.bytes()
	if err != nil {
		return err
	}
	mode := uint64(0o644)
	if f.Permissions != "" {
		if mode, err = strconv.ParseUint(f.Permissions, 8, 32); err != nil {
			return err
		}
	}
	path := filepath.Join(root, filepath.Clean("/"+f.Path))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	flags := os.O_CREATE | os.O_WRONLY | os.O_TRUNC
	if f.Append {
		flags = os.O_CREATE | os.O_WRONLY | os.O_APPEND
	}
	out, err := os.OpenFile(path, flags, os.FileMode(mode))
	if err != nil {
		return err
	}
	defer out.Close()
	if _, err := out.Write(content); err != nil {
		return err
	}
	return out.Chmod(os.FileMode(mode))
}

// argv of an item of runcmd: a list is a command, a text is the shell's.
func argv(node yaml.Node) ([]string, error) {
	if node.Kind == yaml.SequenceNode {
		words := []string{}
		return words, node.Decode(&words)
	}
	text := ""
	return []string{"sh", "-c", node.Value}, node.Decode(&text)
}
