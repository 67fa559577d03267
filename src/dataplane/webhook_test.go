package dataplane

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	admission "k8s.io/api/admission/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"

	"istio.io/istio/pkg/config/schema/collections"
	"istio.io/istio/pkg/webhooks/validation/server"
)

// admit asks istiod's validating webhook about one document, as an API server would. It gives the webhook's warnings;
// objects that are not Istio's own never get there.
func admit(t *testing.T, document string) []string {
	t.Helper()
	raw, err := yaml.YAMLToJSON([]byte(document))
	if err != nil {
		t.Fatal(err)
	}
	object := read[struct {
		metav1.TypeMeta   `json:",inline"`
		metav1.ObjectMeta `json:"metadata"`
	}](t, document)
	kind := object.GroupVersionKind()
	if !strings.HasSuffix(kind.Group, ".istio.io") {
		return nil
	}
	mux := http.NewServeMux()
	if _, err := server.New(server.Options{Schemas: collections.Pilot, DomainSuffix: "cluster.local", Mux: mux}); err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(admission.AdmissionReview{
		TypeMeta: metav1.TypeMeta{APIVersion: "admission.k8s.io/v1", Kind: "AdmissionReview"},
		Request: &admission.AdmissionRequest{
			UID:       "1",
			Kind:      metav1.GroupVersionKind(kind),
			Name:      object.Name,
			Namespace: object.Namespace,
			Operation: admission.Create,
			Object:    runtime.RawExtension{Raw: raw},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	request := httptest.NewRequest(http.MethodPost, "/validate", bytes.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	recorder := httptest.NewRecorder()
	mux.ServeHTTP(recorder, request)
	review := read[admission.AdmissionReview](t, recorder.Body.String())
	if review.Response == nil || !review.Response.Allowed {
		t.Errorf("istiod's webhook refuses %s %s/%s: %s\n%s",
			kind.Kind, object.Namespace, object.Name, recorder.Body.String(), document)
		return nil
	}
	var warnings []string
	for _, warning := range review.Response.Warnings {
		warnings = append(warnings, kind.Kind+" "+object.Name+": "+warning)
	}
	return warnings
}
