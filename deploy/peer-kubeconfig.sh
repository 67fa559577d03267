#!/bin/sh
# Prints a kubeconfig with which the meshfed of another cluster can read this cluster's gateway Service and public catalogue, and
# nothing else. Apply docs/examples/gateway-reader.yaml to this cluster first: it creates the account.
#
#   deploy/peer-kubeconfig.sh CONTEXT SERVER [DURATION [ACCOUNT]]
#
# CONTEXT   kubectl's context of the cluster to be read
# SERVER    the address at which the other cluster reaches its API server, such as https://172.18.0.3:6443
# DURATION  lifetime of the token (default 24h); the API server may grant less
# ACCOUNT   namespace/name of the account (default meshfed-gateway/meshfed-peer); another one is that of
#           docs/examples/cacerts-writer.yaml: meshfed-system/meshfed-cacerts-writer
set -eu

if [ $# -lt 2 ]; then
    echo "usage: peer-kubeconfig.sh CONTEXT SERVER [DURATION [ACCOUNT]]" >&2
    exit 2
fi
account=${4:-meshfed-gateway/meshfed-peer}
namespace=${account%%/*}
token=$(kubectl --context "$1" create token "${account#*/}" --namespace "$namespace" --duration "${3:-24h}")
# Every namespace has the CA of this cluster's API server.
ca=$(kubectl --context "$1" get configmap kube-root-ca.crt --namespace "$namespace" -o 'jsonpath={.data.ca\.crt}')
[ -n "$ca" ] || { echo "peer-kubeconfig.sh: ConfigMap kube-root-ca.crt in $namespace has no CA" >&2; exit 1; }
ca=$(printf '%s\n' "$ca" | base64 | tr -d '\n')

cat <<YAML
apiVersion: v1
kind: Config
current-context: peer
contexts:
  - name: peer
    context: {cluster: peer, user: peer}
clusters:
  - name: peer
    cluster:
      server: $2
      certificate-authority-data: $ca
users:
  - name: peer
    user:
      token: $token
YAML
