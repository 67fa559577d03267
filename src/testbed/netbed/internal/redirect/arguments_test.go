package redirect

import (
	"net/netip"
	"reflect"
	"strings"
	"testing"
)

func TestParseTakesFlagsInEveryForm(t *testing.T) {
	want := defaults()
	want.ProxyPort, want.InboundPort = 15002, 15007
	want.ProxyUsers, want.ProxyGroups = []uint32{1338}, []uint32{1338}
	want.InboundInclude = Ports{All: true}
	want.InboundExclude = []uint16{15090, 15021}
	want.OutboundInclude = Ranges{List: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}
	want.RedirectDNS = true
	for _, arguments := range []string{
		"-p 15002 -z 15007 -u 1338 -m REDIRECT -b * -d 15090,15021 -i 10.0.0.0/8 --redirect-dns --log_output_level=all:debug",
		"-p15002 -z=15007 -u1338 -m=REDIRECT -b* -d=15090,15021, -i10.0.0.0/8 --redirect-dns=true --force-apply",
		"--envoy-port 15002 --inbound-capture-port=15007 --proxy-uid 1338 --istio-inbound-ports=* " +
			"--istio-local-exclude-ports 15090,15021 --istio-service-cidr=10.0.0.0/8 --redirect-dns --dual-stack=false",
	} {
		got, err := Parse(append([]string{"istio-iptables"}, strings.Fields(arguments)...), nil)
		if err != nil {
			t.Errorf("%s: %v", arguments, err)
		} else if !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\n%+v, not\n%+v", arguments, got, want)
		}
	}
}

func TestParseReadsTheEnvironmentBeforeTheArguments(t *testing.T) {
	environment := map[string]string{"ISTIO_META_DNS_CAPTURE": "true", "ISTIO_OUTBOUND_OWNER_GROUPS": "*", "POD_NAME": "x"}
	for arguments, want := range map[string]bool{"istio-iptables": true, "istio-iptables --redirect-dns=false": false} {
		if got, err := Parse(strings.Fields(arguments), environment); err != nil || got.RedirectDNS != want {
			t.Errorf("%s: %v %v", arguments, got.RedirectDNS, err)
		}
	}
}

func TestParseNamesWhatItDoesNotUnderstand(t *testing.T) {
	for arguments, want := range map[string]string{
		"iptables":                              "istio-iptables",
		"istio-iptables --wat":                  "--wat",
		"istio-iptables -w 1":                   "-w",
		"istio-iptables wat":                    "wat",
		"istio-iptables -p":                     "-p",
		"istio-iptables -p x":                   "-p",
		"istio-iptables -m TPROXY":              "TPROXY",
		"istio-iptables -x *":                   "-x",
		"istio-iptables -i fd00::/8":            "fd00::/8",
		"istio-iptables --dual-stack":           "--dual-stack",
		"istio-iptables --run-validation":       "--run-validation",
		"istio-iptables --redirect-dns=perhaps": "--redirect-dns",
	} {
		if _, err := Parse(strings.Fields(arguments), nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v does not say %s", arguments, err, want)
		}
	}
	if _, err := Parse([]string{"istio-iptables"}, map[string]string{"ISTIO_DUAL_STACK": "true"}); err == nil {
		t.Error("ISTIO_DUAL_STACK was taken")
	}
}
