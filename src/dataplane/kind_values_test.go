package dataplane

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"google.golang.org/protobuf/proto"
	"sigs.k8s.io/yaml"

	_ "istio.io/istio/pilot/cmd/pilot-agent/options" // registers what an agent reads
	"istio.io/istio/pkg/config/mesh"
	"istio.io/istio/pkg/config/validation/agent"
	"istio.io/istio/pkg/env"
	"istio.io/istio/pkg/util/protomarshal"
)

// istioValues is what a file in deploy/kind/istio says to istiod, beside what the chart itself reads.
type istioValues struct {
	MeshConfig map[string]any    `json:"meshConfig"`
	Env        map[string]string `json:"env"`
}

func kindValues(t *testing.T, name string) istioValues {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "deploy", "kind", "istio", name+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var values istioValues
	if err := yaml.Unmarshal(text, &values); err != nil {
		t.Fatal(err)
	}
	return values
}

// TestKindMeshConfig: Helm takes any key under meshConfig, and so does istiod; a misspelt one would do nothing.
func TestKindMeshConfig(t *testing.T) {
	for _, names := range [][]string{{"east"}, {"west"}, {"east", "different-roots"}, {"west", "different-roots"}} {
		config := mesh.DefaultMeshConfig()
		for _, name := range names {
			text, err := yaml.Marshal(kindValues(t, name).MeshConfig)
			if err != nil {
				t.Fatal(err)
			}
			if err := protomarshal.ApplyYAMLStrict(string(text), mesh.DefaultMeshConfig()); err != nil {
				t.Errorf("%s: meshConfig: %v", name, err)
			}
			if config, err = mesh.ApplyMeshConfig(string(text), config); err != nil {
				t.Fatalf("%s: meshConfig: %v", name, err)
			}
		}
		if _, err := agent.ValidateMeshConfig(config); err != nil {
			t.Errorf("%v: %v", names, err)
		}
		if proto.Equal(config, mesh.DefaultMeshConfig()) {
			t.Errorf("%v: nothing is configured", names)
		}
	}
}

// TestKindEnvironment: istiod and its agents ignore a variable that they do not know.
func TestKindEnvironment(t *testing.T) {
	var known []string
	for _, variable := range env.VarDescriptions() {
		known = append(known, variable.Name)
	}
	values := kindValues(t, "different-roots")
	metadata := values.MeshConfig["defaultConfig"].(map[string]any)["proxyMetadata"].(map[string]any)
	asked := []string{}
	for name := range values.Env {
		asked = append(asked, name)
	}
	for name := range metadata {
		asked = append(asked, name)
	}
	if len(asked) != 2 {
		t.Errorf("different roots take one switch of istiod and one of the agents, not %v", asked)
	}
	for _, name := range asked {
		if !slices.Contains(known, name) {
			t.Errorf("neither istiod nor an agent reads %s", name)
		}
	}
}
