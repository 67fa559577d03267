package main

import (
	"bufio"
	"errors"
	"io"
	"net"
	"syscall"
	"testing"
	"time"
)

const balanced = "192.168.100.31:15443"

// startBalanced is a client in east, and in west two pods that say their names, before which there is a load balancer.
func startBalanced(t *testing.T, targets ...string) (w *worldClient, client place) {
	t.Helper()
	w = startWorld(t)
	w.cluster(t, "east", 10)
	w.cluster(t, "west", 30)
	client = at(t, w.pod(t, "east", "client", "10.10.0.2"))
	at(t, w.pod(t, "west", "one", "10.30.0.2")).say(t, "0.0.0.0:15443", "one")
	at(t, w.pod(t, "west", "two", "10.30.0.3")).say(t, "0.0.0.0:15443", "two")
	balance(t, w, targets...)
	return w, client
}

func balance(t *testing.T, w *worldClient, targets ...string) {
	t.Helper()
	w.do(t, "loadBalancer", fields{"cluster": "west", "address": "192.168.100.31", "port": 15443, "targets": targets})
}

func unbalance(t *testing.T, w *worldClient, cut bool) {
	t.Helper()
	w.do(t, "removeLoadBalancer", fields{"cluster": "west", "address": "192.168.100.31", "port": 15443, "cut": cut})
}

// hold opens a connection and gives what reads from it.
func (p place) hold(t *testing.T, address string) (net.Conn, *bufio.Reader) {
	t.Helper()
	conn, err := p.dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(patience))
	reader := bufio.NewReader(conn)
	if _, err := reader.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	return conn, reader
}

func TestBalancerTakesTargetsInTurnOverTheWan(t *testing.T) {
	w, client := startBalanced(t, "10.30.0.2:15443", "10.30.0.3:15443")
	answers := map[string]int{}
	for range 10 {
		answers[client.ask(t, balanced)]++
	}
	if answers["one"] != 5 || answers["two"] != 5 {
		t.Errorf("%v", answers)
	}
	neighbour := at(t, w.pod(t, "west", "neighbour", "10.30.0.4"))
	if got := neighbour.ask(t, balanced); got != "one" {
		t.Errorf("a pod of the own cluster got %q", got)
	}
}

func TestBalancerSkipsTargetThatRefuses(t *testing.T) {
	_, client := startBalanced(t, "10.30.0.2:1", "10.30.0.3:15443")
	for range 4 {
		if got := client.ask(t, balanced); got != "two" {
			t.Error(got)
		}
	}
}

func TestBalancerResetsWhenAllTargetsRefuse(t *testing.T) {
	_, client := startBalanced(t, "10.30.0.2:1", "10.30.0.3:1")
	conn, err := client.dial("tcp", balanced) // the reset may come before this returns
	if err == nil {
		defer conn.Close()
		_, err = conn.Read(make([]byte, 1))
	}
	if !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("not reset: %v", err)
	}
}

func TestBalancerWithoutTargetsRefuses(t *testing.T) {
	w, client := startBalanced(t)
	if err := client.cannotReach(t, balanced); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("not refused: %v", err)
	}
	balance(t, w, "10.30.0.2:15443")
	if got := client.ask(t, balanced); got != "one" {
		t.Error(got)
	}
	balance(t, w)
	if err := client.cannotReach(t, balanced); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("not refused: %v", err)
	}
}

func TestBalancerWithOtherTargetsKeepsConnections(t *testing.T) {
	w, client := startBalanced(t, "10.30.0.2:15443")
	conn, _ := client.hold(t, balanced)

	balance(t, w, "10.30.0.3:15443")

	if got := client.ask(t, balanced); got != "two" {
		t.Error(got)
	}
	now := func(targets fields, target string) any { return targets[target].(map[string]any)["now"] }
	counted := func() fields { return w.do(t, "counters", nil)["loadBalancers"].([]any)[0].(map[string]any) }
	targets := func() fields { return counted()["targets"].(map[string]any) }
	eventually(t, "only the first is open", func() bool {
		return now(targets(), "10.30.0.2:15443") == 1.0 && now(targets(), "10.30.0.3:15443") == 0.0
	})
	if got := counted(); got["taken"] != 2.0 || got["now"] != 1.0 || got["address"] != "192.168.100.31" || got["port"] != 15443.0 {
		t.Errorf("%v", got)
	}
	conn.Close()
	eventually(t, "none is open", func() bool { return now(targets(), "10.30.0.2:15443") == 0.0 })
}

func TestOtherPortsOfBalancerAddressRefuse(t *testing.T) {
	w, client := startBalanced(t, "10.30.0.2:15443")
	w.do(t, "loadBalancer", fields{
		"cluster": "west", "address": "192.168.100.31", "port": 15021, "targets": []string{"10.30.0.3:15443"},
	})
	if got := client.ask(t, "192.168.100.31:15021"); got != "two" {
		t.Error(got)
	}
	if err := client.cannotReach(t, "192.168.100.31:80"); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("not refused: %v", err)
	}
	unbalance(t, w, true)
	if got := client.ask(t, "192.168.100.31:15021"); got != "two" {
		t.Errorf("the address was taken away from the other port: %q", got)
	}
}

func TestRemovedBalancerCutsConnections(t *testing.T) {
	w, client := startBalanced(t, "10.30.0.2:15443")
	_, reader := client.hold(t, balanced)

	unbalance(t, w, true)

	if _, err := reader.ReadByte(); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("not reset: %v", err)
	}
	if err := client.cannotReach(t, balanced); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("not refused: %v", err)
	}
	balance(t, w, "10.30.0.3:15443")
	if got := client.ask(t, balanced); got != "two" {
		t.Error(got)
	}
}

func TestRemovedBalancerLetsConnectionsEnd(t *testing.T) {
	w, client := startBalanced(t, "10.30.0.2:15443")
	conn, reader := client.hold(t, balanced)

	unbalance(t, w, false)

	if err := client.cannotReach(t, balanced); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("not refused: %v", err)
	}
	_ = conn.(*net.TCPConn).CloseWrite() // the pod ends then, and its end comes back
	if _, err := reader.ReadByte(); !errors.Is(err, io.EOF) {
		t.Errorf("the connection was cut: %v", err)
	}
}

func TestBlackholeLosesConnections(t *testing.T) {
	w, client := startBalanced(t, "10.30.0.2:15443")
	open, reader := client.hold(t, balanced)

	w.do(t, "removeLoadBalancer", fields{"cluster": "west", "address": "192.168.100.31", "port": 15443, "blackhole": true})

	lost := func(what string, err error) {
		t.Helper()
		if timeout := net.Error(nil); !errors.As(err, &timeout) || !timeout.Timeout() {
			t.Errorf("%s did not hang: %v", what, err)
		}
	}
	_ = open.SetDeadline(time.Now().Add(300 * time.Millisecond))
	_ = open.(*net.TCPConn).CloseWrite()
	_, err := reader.ReadByte()
	lost("the open connection", err)
	err = client.do(func() error {
		_, err := net.DialTimeout("tcp", balanced, 300*time.Millisecond)
		return err
	})
	lost("a new connection", err)
	balance(t, w, "10.30.0.3:15443")
	if got := client.ask(t, balanced); got != "two" {
		t.Error(got)
	}
	_ = open.SetDeadline(time.Now().Add(patience))
	if _, err := reader.ReadByte(); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("what hung was not reset: %v", err)
	}
}

func TestBalancerAddressMovesToAnotherCluster(t *testing.T) {
	w, client := startBalanced(t, "10.30.0.2:15443")
	w.cluster(t, "north", 40)
	at(t, w.pod(t, "north", "pod", "10.40.0.2")).say(t, "0.0.0.0:15443", "north")
	former := at(t, w.pod(t, "west", "client", "10.30.0.9"))
	for _, each := range []place{client, former} {
		if got := each.ask(t, balanced); got != "one" {
			t.Error(got)
		}
	}
	unbalance(t, w, true)

	w.do(t, "loadBalancer", fields{
		"cluster": "north", "address": "192.168.100.31", "port": 15443, "targets": []string{"10.40.0.2:15443"},
	})

	for _, each := range []place{client, former} {
		if got := each.ask(t, balanced); got != "north" {
			t.Error(got)
		}
	}
}

func TestServiceIsForItsClusterOnly(t *testing.T) {
	w, stranger := startBalanced(t)
	client := at(t, w.pod(t, "west", "client", "10.30.0.9"))
	service := fields{"cluster": "west", "address": "10.255.30.7", "port": 8000, "targets": []string{"10.30.0.2:15443", "10.30.0.3:15443"}}
	w.do(t, "service", service)

	answers := map[string]int{}
	for range 4 {
		answers[client.ask(t, "10.255.30.7:8000")]++
	}
	if answers["one"] != 2 || answers["two"] != 2 {
		t.Errorf("%v", answers)
	}
	for _, c := range []struct {
		from    place
		address string
	}{{client, "10.255.30.7:8001"}, {client, "10.255.30.8:8000"}, {stranger, "10.255.30.7:8000"}} {
		if err := c.from.cannotReach(t, c.address); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("%s: not refused: %v", c.address, err)
		}
	}
	if got := w.do(t, "counters", nil)["services"].([]any)[0].(map[string]any)["taken"]; got != 4.0 {
		t.Errorf("taken %v", got)
	}
	service["targets"] = []string{}
	w.do(t, "service", service)
	if err := client.cannotReach(t, "10.255.30.7:8000"); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("without targets: %v", err)
	}
	delete(service, "targets")
	w.do(t, "removeService", service)
	if err := client.cannotReach(t, "10.255.30.7:8000"); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("removed: %v", err)
	}
}
