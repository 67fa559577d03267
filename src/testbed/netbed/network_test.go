package main

import (
	"errors"
	"fmt"
	"strings"
	"syscall"
	"testing"
)

func TestPodsOfOneClusterReachEachOther(t *testing.T) {
	w := startWorld(t)
	w.cluster(t, "east", 10)
	one, two := at(t, w.pod(t, "east", "one", "10.10.0.2")), at(t, w.pod(t, "east", "two", "10.10.7.3"))
	two.say(t, "10.10.7.3:8080", "two")
	if got := one.ask(t, "10.10.7.3:8080"); got != "two" {
		t.Errorf("answer %q", got)
	}
}

func TestPodsOfTwoClustersHaveNoRouteToEachOther(t *testing.T) {
	w := startWorld(t)
	w.cluster(t, "east", 10)
	w.cluster(t, "west", 30)
	east, west := at(t, w.pod(t, "east", "pod", "10.10.0.2")), at(t, w.pod(t, "west", "pod", "10.30.0.2"))
	west.say(t, "10.30.0.2:8080", "west")
	for range 5 { // the first one is slower than the others: it looks for the gateway
		if err := east.cannotReach(t, "10.30.0.2:8080"); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("not refused: %v", err)
		}
	}
}

func TestPodsDoNotReachTheMachine(t *testing.T) {
	w := startWorld(t)
	w.cluster(t, "east", 10)
	pod := at(t, w.pod(t, "east", "pod", "10.10.0.2"))
	// An address that the machine's own routes would lead away from here.
	if err := pod.cannotReach(t, "172.31.255.1:80"); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("not refused: %v", err)
	}
}

func TestNodeRefusesTheWan(t *testing.T) {
	w := startWorld(t)
	w.cluster(t, "east", 10)
	node := at(t, w.cluster(t, "west", 30))
	node.say(t, "0.0.0.0:6443", "api server")
	pod := at(t, w.pod(t, "east", "pod", "10.10.0.2"))
	neighbour := at(t, w.pod(t, "west", "pod", "10.30.0.2"))

	if err := pod.cannotReach(t, "192.168.100.30:6443"); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("not refused: %v", err)
	}
	if got := neighbour.ask(t, "10.30.0.1:6443"); got != "api server" {
		t.Errorf("a pod of the node got %q", got)
	}
}

func TestPodListensOnLowPorts(t *testing.T) {
	w := startWorld(t)
	w.cluster(t, "east", 10)
	pod := at(t, w.pod(t, "east", "pod", "10.10.0.2"))
	pod.as(1337, 1337).say(t, "0.0.0.0:443", "gateway")
	if got := pod.ask(t, "10.10.0.2:443"); got != "gateway" {
		t.Errorf("answer %q", got)
	}
}

func TestDeletedPodIsOffTheNetworkAndItsAddressFree(t *testing.T) {
	w := startWorld(t)
	w.cluster(t, "east", 10)
	old, other := at(t, w.pod(t, "east", "old", "10.10.0.2")), at(t, w.pod(t, "east", "other", "10.10.0.3"))
	old.say(t, "0.0.0.0:8080", "old")
	path := w.pod(t, "east", "relayed", "10.10.0.4")
	w.do(t, "relay", fields{"name": "r", "listenNetns": "", "listen": "127.0.0.1:0", "dialNetns": path, "dial": "127.0.0.1:1"})

	w.do(t, "deletePod", fields{"cluster": "east", "name": "old"})
	w.do(t, "deletePod", fields{"cluster": "east", "name": "relayed"})

	if err := old.cannotReach(t, "10.10.0.3:1"); !errors.Is(err, syscall.ENETUNREACH) {
		t.Errorf("not unreachable: %v", err)
	}
	replacement := at(t, w.pod(t, "east", "new", "10.10.0.2"))
	replacement.say(t, "0.0.0.0:8080", "new")
	if got := other.ask(t, "10.10.0.2:8080"); got != "new" {
		t.Errorf("answer %q", got)
	}
	if got := w.refused(t, "closeRelay", fields{"name": "r"}); !strings.Contains(got, `no relay "r"`) {
		t.Errorf("error %q", got)
	}
}

func TestOperationsRunAtOnce(t *testing.T) {
	w := startWorld(t)
	var clusters, pods []<-chan fields
	for number := range 3 {
		clusters = append(clusters, w.send("cluster", fields{
			"name": fmt.Sprint(number), "podCidr": fmt.Sprintf("10.%d.0.0/16", number), "wanAddress": fmt.Sprintf("192.168.100.%d/24", number+1),
		}))
		for pod := range 5 {
			pods = append(pods, w.send("pod", fields{
				"cluster": fmt.Sprint(number), "name": fmt.Sprint(pod), "address": fmt.Sprintf("10.%d.0.%d", number, pod+2),
			}))
		}
	}
	for _, answer := range append(clusters, pods...) {
		if got := answerOf(t, answer); got["ok"] != true {
			t.Error(got)
		}
	}
}

func TestMistakesAreNamed(t *testing.T) {
	w := startWorld(t)
	w.cluster(t, "east", 10)
	w.cluster(t, "west", 30)
	w.do(t, "cluster", fields{
		"name": "north", "podCidr": "10.40.0.0/16", "serviceCidr": "10.255.0.0/16", "wanAddress": "192.168.100.40/24",
	})
	w.pod(t, "east", "pod", "10.10.0.2")
	w.do(t, "loadBalancer", fields{"cluster": "west", "address": "192.168.100.31", "port": 80, "targets": []string{}})
	for _, mistake := range []struct {
		op      string
		request fields
		want    string
	}{
		{"teleport", nil, `op "teleport" is not known`},
		{"pod", fields{"cluster": "east", "adress": "10.10.0.3"}, "adress"},
		{"cluster", fields{"name": "east", "podCidr": "10.10.0.0/16", "wanAddress": "192.168.100.9/24"}, `already a cluster "east"`},
		{"cluster", fields{"name": "six", "podCidr": "fd00::/64", "wanAddress": "192.168.100.9/24"}, `"fd00::/64"`},
		{"pod", fields{"cluster": "south", "name": "pod", "address": "10.10.0.3"}, `no cluster "south"`},
		{"pod", fields{"cluster": "east", "name": "pod", "address": "10.10.0.3"}, `already a pod "pod"`},
		{"pod", fields{"cluster": "east", "name": "two", "address": "10.30.0.3"}, "10.30.0.3"},
		{"pod", fields{"cluster": "east", "name": "two", "address": "10.10.0.1"}, "10.10.0.1"},
		{"deletePod", fields{"cluster": "east", "name": "two"}, `no pod "two"`},
		{"relay", fields{"name": "r", "listen": "127.0.0.1:0", "dial": "192.0.2.1:80"}, "loopback"},
		{"relay", fields{"name": "r", "listen": "127.0.0.1:0", "dial": "localhost:80"}, "localhost:80"},
		{"loadBalancer", fields{"cluster": "east", "address": "192.168.100.31", "port": 80}, "taken by cluster west"},
		{"loadBalancer", fields{"cluster": "east", "address": "192.168.100.10", "port": 80}, "192.168.100.10"},
		{"loadBalancer", fields{"cluster": "east", "address": "192.168.100.50"}, "port"},
		{"loadBalancer", fields{"cluster": "east", "address": "192.168.100.50", "port": 80, "targets": []string{"10.10.0.2"}}, "10.10.0.2"},
		{"removeLoadBalancer", fields{"cluster": "east", "address": "192.168.100.41", "port": 80}, "192.168.100.41:80"},
		{"removeService", fields{"cluster": "west", "address": "192.168.100.31", "port": 80}, "no Service at"},
		{"service", fields{"cluster": "east", "address": "10.10.0.9", "port": 80}, "10.10.0.9"},
		{"service", fields{"cluster": "east", "address": "192.168.100.77", "port": 80}, "192.168.100.77"},
		{"service", fields{"cluster": "north", "address": "10.254.0.9", "port": 80}, "10.254.0.9"},
		{"dns", fields{"cluster": "east", "records": fields{"a.": []string{"b"}}}, `"b"`},
		{"redirect", fields{"cluster": "east", "pod": "pod", "istioArgs": []string{"istio-iptables", "--wat"}}, "--wat"},
	} {
		if got := w.refused(t, mistake.op, mistake.request); !strings.Contains(got, mistake.want) {
			t.Errorf("%s %v: %q does not say %q", mistake.op, mistake.request, got, mistake.want)
		}
	}
}
