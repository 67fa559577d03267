package dataplane

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// golden is where the Java tests keep what the planners really produced.
const golden = "../test/resources/golden"

// folders lists the cases of one kind, by name.
func folders(t *testing.T, kind string) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(golden, kind))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		if entry.IsDir() {
			names = append(names, entry.Name())
		}
	}
	if len(names) == 0 {
		t.Fatalf("no golden folders in %s", filepath.Join(golden, kind))
	}
	return names
}

// documents gives the YAML documents of a golden file; none if there is no such file.
func documents(t *testing.T, path ...string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(append([]string{golden}, path...)...))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, document := range strings.Split("\n"+string(text), "\n---") {
		if strings.TrimSpace(document) != "" {
			found = append(found, strings.TrimPrefix(document, "\n"))
		}
	}
	return found
}

// meta is what every Kubernetes object says of itself.
type meta struct {
	Kind     string `json:"kind"`
	Metadata struct {
		Name      string `json:"name"`
		Namespace string `json:"namespace"`
	} `json:"metadata"`
}

func (m meta) key() string {
	return m.Kind + " " + m.Metadata.Namespace + "/" + m.Metadata.Name
}

// read parses one YAML document.
func read[T any](t *testing.T, document string) T {
	t.Helper()
	var value T
	if err := yaml.Unmarshal([]byte(document), &value); err != nil {
		t.Fatalf("%v in\n%s", err, document)
	}
	return value
}
