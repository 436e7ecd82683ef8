{{- define "metastore.name" -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{- define "metastore.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "metastore.labels" -}}
{{ include "metastore.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "metastore.client-scheme" -}}
{{ if .Values.tls.client.secretName }}https{{ else }}http{{ end }}
{{- end -}}

{{- define "metastore.peer-scheme" -}}
{{ if .Values.tls.peer.secretName }}https{{ else }}http{{ end }}
{{- end -}}

{{/* Domain of the members' names. */}}
{{- define "metastore.domain" -}}
{{ include "metastore.name" . }}.{{ .Release.Namespace }}.svc.{{ .Values.clusterDomain }}
{{- end -}}

{{- define "metastore.initial-cluster" -}}
{{- $members := list -}}
{{- range $i := until (int .Values.replicas) -}}
{{- $name := printf "%s-%d" (include "metastore.name" $) $i -}}
{{- $members = append $members (printf "%s=%s://%s.%s:2380" $name (include "metastore.peer-scheme" $) $name (include "metastore.domain" $)) -}}
{{- end -}}
{{ join "," $members }}
{{- end -}}
