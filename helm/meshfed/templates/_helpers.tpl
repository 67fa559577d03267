{{- /* Name of everything the chart makes. */ -}}
{{- define "meshfed.name" -}}
{{- .Values.fullnameOverride | default "meshfed" -}}
{{- end -}}

{{- define "meshfed.serviceAccount" -}}
{{- .Values.serviceAccount.name | default (include "meshfed.name" .) -}}
{{- end -}}

{{- define "meshfed.selectorLabels" -}}
app.kubernetes.io/name: meshfed
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "meshfed.labels" -}}
{{ include "meshfed.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "meshfed.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end -}}

{{- /* The subject of every binding. */ -}}
{{- define "meshfed.subject" -}}
- kind: ServiceAccount
  name: {{ include "meshfed.serviceAccount" . }}
  namespace: {{ .Release.Namespace }}
{{- end -}}

{{- /* What must hold between values, and no schema can say. */ -}}
{{- define "meshfed.check" -}}
{{- if and .Values.gateway.managed (eq .Values.gateway.namespace .Values.controlPlane.namespace) -}}
{{- fail "gateway.namespace: must not be controlPlane.namespace while gateway.managed is true, because the operator would get the right to write Deployments beside istiod; choose another namespace" -}}
{{- end -}}
{{- if has .Release.Namespace (list .Values.gateway.namespace .Values.controlPlane.namespace) -}}
{{- fail (printf "namespace %s: the operator needs a namespace of its own, because it may read every Secret there; install with --namespace meshfed-system --create-namespace" .Release.Namespace) -}}
{{- end -}}
{{- end -}}
