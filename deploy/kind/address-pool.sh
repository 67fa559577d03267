#!/bin/sh
# Prints MetalLB's address pool for one kind cluster: a part of the docker network that all kind clusters share.
#
#   docker network inspect -f '{{.IPAM.Config}}' kind | deploy/kind/address-pool.sh east
#   deploy/kind/address-pool.sh west 172.18.0.0/16
#
# Nodes get their addresses from the first quarter of the network. The second quarter is for load balancers of east, the third one for
# those of west.
set -euf

fail() {
    echo "address-pool.sh: $1" >&2
    exit 1
}

octet() {
    case $1 in
    '' | *[!0-9]* | 0?* | ????*) fail "$subnet is no IPv4 network" ;;
    esac
    [ "$1" -le 255 ] || fail "$subnet is no IPv4 network"
}

dotted() {
    echo "$(($1 >> 24)).$(($1 >> 16 & 255)).$(($1 >> 8 & 255)).$(($1 & 255))"
}

case ${1-} in
east) quarter=1 ;;
west) quarter=2 ;;
*) fail "say whose pool: east or west" ;;
esac
if [ $# -gt 1 ]; then
    text=$2
else
    text=$(cat)
fi

# docker prints brackets, gateways, and an IPv6 network next to the IPv4 one.
subnet=
for word in $(echo "$text" | tr '[]{},' '     '); do
    case $word in
    *:*) ;;
    *.*.*.*/*)
        subnet=$word
        break
        ;;
    esac
done
[ -n "$subnet" ] || fail "no IPv4 network such as 172.18.0.0/16 in: $text"

address=${subnet%%/*}
prefix=${subnet#*/}
case $prefix in
'' | *[!0-9]* | 0?* | ???*) fail "$subnet is no IPv4 network" ;;
esac
[ "$prefix" -le 32 ] || fail "$subnet is no IPv4 network"
[ "$prefix" -ge 8 ] && [ "$prefix" -le 26 ] ||
    fail "$subnet does not fit: a network between /8 and /26 has room for nodes and two pools"

rest=$address.
number=0
count=0
while [ -n "$rest" ]; do
    part=${rest%%.*}
    rest=${rest#*.}
    octet "$part"
    number=$((number * 256 + part))
    count=$((count + 1))
done
[ "$count" -eq 4 ] || fail "$subnet is no IPv4 network"

size=$((1 << (32 - prefix)))
start=$((number / size * size + quarter * size / 4))

cat <<YAML
apiVersion: metallb.io/v1beta1
kind: IPAddressPool
metadata:
  name: kind
  namespace: metallb-system
spec:
  addresses:
    - $(dotted $start)/$((prefix + 2))
---
apiVersion: metallb.io/v1beta1
kind: L2Advertisement
metadata:
  name: kind
  namespace: metallb-system
spec:
  ipAddressPools:
    - kind
YAML
