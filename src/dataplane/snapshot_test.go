package dataplane

import (
	"bytes"
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"
)

var update = flag.Bool("update", false, "write the expectations in testdata instead of comparing; read them critically")

// expect compares a view with testdata/<name>.yaml. Comments at the head of that file are its reader's, and stay.
func expect(t *testing.T, name string, view any) {
	t.Helper()
	path := filepath.Join("testdata", name+".yaml")
	text, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	comment, expected := split(string(text))
	actual := marshal(t, view)
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(comment+actual), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if len(text) == 0 {
		t.Fatalf("no expectation src/dataplane/%s: write it with `go test ./... -update`, and read it as a client of the"+
			" service would", path)
	}
	if difference := cmp.Diff(strings.Split(expected, "\n"), strings.Split(actual, "\n")); difference != "" {
		t.Errorf("src/dataplane/%s (-expected +actual):\n%s", path, difference)
	}
}

// noStrangers fails for an expectation that no case has any more.
func noStrangers(t *testing.T, kind string, cases []string) {
	t.Helper()
	known := map[string]bool{}
	for _, name := range cases {
		known[name+".yaml"] = true
	}
	entries, err := os.ReadDir(filepath.Join("testdata", kind))
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if !known[entry.Name()] {
			t.Errorf("testdata/%s/%s belongs to no golden folder: delete it", kind, entry.Name())
		}
	}
}

func split(text string) (comment, rest string) {
	for strings.HasPrefix(text, "#") {
		end := strings.Index(text, "\n") + 1
		if end == 0 {
			end = len(text)
		}
		comment, text = comment+text[:end], text[end:]
	}
	return comment, text
}

func marshal(t *testing.T, view any) string {
	t.Helper()
	var text bytes.Buffer
	encoder := yaml.NewEncoder(&text)
	encoder.SetIndent(2)
	if err := encoder.Encode(view); err != nil {
		t.Fatal(err)
	}
	return text.String()
}
