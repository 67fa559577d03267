//go:build tools

// Package tools pins the commands that check the chart, deploy/ and the tutorial: helm, kubectl, kind, and the Lua that Argo CD
// uses.
package tools

import (
	_ "helm.sh/helm/v3/cmd/helm"
	_ "sigs.k8s.io/kind"
)
