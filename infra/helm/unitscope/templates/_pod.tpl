{{/* What the workers' pods and those of the jobs have in common. */}}

{{- define "unitscope.podSecurity" -}}
runAsNonRoot: true
runAsUser: 1000
runAsGroup: 1000
fsGroup: 1000
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "unitscope.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{/* Of (dict "root" $ "env" list): addresses from the ConfigMap, credentials from their Secrets, and variables of the user. */}}
{{- define "unitscope.environment" -}}
{{- $values := .root.Values -}}
envFrom:
  - configMapRef:
      name: {{ include "unitscope.fullname" .root }}
{{- if or $values.temporal.apiKey.existingSecret $values.s3.existingSecret .env }}
env:
  {{- with $values.temporal.apiKey }}
  {{- if .existingSecret }}
  - name: TEMPORAL_API_KEY
    valueFrom:
      secretKeyRef: { name: {{ .existingSecret | quote }}, key: {{ .key | quote }} }
  {{- end }}
  {{- end }}
  {{- with $values.s3.existingSecret }}
  - name: AWS_ACCESS_KEY_ID
    valueFrom:
      secretKeyRef: { name: {{ . | quote }}, key: access-key-id }
  - name: AWS_SECRET_ACCESS_KEY
    valueFrom:
      secretKeyRef: { name: {{ . | quote }}, key: secret-access-key }
  - name: AWS_SESSION_TOKEN
    valueFrom:
      secretKeyRef: { name: {{ . | quote }}, key: session-token, optional: true }
  {{- end }}
  {{- with .env }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}
{{- end -}}

{{/* Of (dict "root" $ "extra" list): mounts of certificates, and those of the user. */}}
{{- define "unitscope.mounts" -}}
{{- if .root.Values.temporal.tls.existingSecret -}}
- name: temporal-tls
  mountPath: /etc/unitscope/temporal-tls
  readOnly: true
{{ end }}
{{- if or .root.Values.caBundle.configMap .root.Values.caBundle.secret -}}
- name: ca-bundle
  mountPath: /etc/unitscope/ca
  readOnly: true
{{ end }}
{{- with .extra }}{{ toYaml . }}{{ end }}
{{- end -}}

{{/* Of (dict "root" $ "extra" list): the volumes of these mounts. */}}
{{- define "unitscope.volumes" -}}
{{- with .root.Values.temporal.tls.existingSecret -}}
- name: temporal-tls
  secret:
    secretName: {{ . | quote }}
    defaultMode: 0440
{{ end }}
{{- with .root.Values.caBundle }}
{{- if .configMap -}}
- name: ca-bundle
  configMap:
    name: {{ .configMap | quote }}
    items: [{ key: {{ .key | quote }}, path: ca.crt }]
{{ else if .secret -}}
- name: ca-bundle
  secret:
    secretName: {{ .secret | quote }}
    items: [{ key: {{ .key | quote }}, path: ca.crt }]
    defaultMode: 0440
{{ end }}
{{- end }}
{{- with .extra }}{{ toYaml . }}{{ end }}
{{- end -}}
