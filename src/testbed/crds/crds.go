// Package crds pins the modules whose CRD manifests the test clusters install; it is never compiled into anything.
package crds

import (
	_ "istio.io/api/label"
	_ "sigs.k8s.io/gateway-api/pkg/consts"
)
