// Package redirect does in a pod's namespace what Istio's istio-iptables does for the same arguments, with nftables and
// without any system package. IPv4 and the REDIRECT mode only.
package redirect

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// Config says what is redirected where.
type Config struct {
	ProxyPort, InboundPort, TunnelPort uint16
	ProxyUsers, ProxyGroups            []uint32
	InboundInclude                     Ports
	InboundExclude                     []uint16
	OutboundInclude                    Ranges
	OutboundExclude                    []netip.Prefix
	OutboundPorts                      []uint16
	OutboundPortsExclude               []uint16
	ExcludeInterfaces                  []string
	VirtualInterfaces                  []string
	OwnerGroups, OwnerGroupsExclude    []uint32 // an empty OwnerGroups is every group
	Loopback                           netip.Prefix
	RedirectDNS, CaptureAllDNS         bool
	DropInvalid                        bool
}

// Ports is every port or a list.
type Ports struct {
	All  bool
	List []uint16
}

// Ranges is every address or a list.
type Ranges struct {
	All  bool
	List []netip.Prefix
}

func defaults() Config {
	return Config{
		ProxyPort: 15001, InboundPort: 15006, TunnelPort: 15008, ProxyUsers: []uint32{1337},
		Loopback: netip.MustParsePrefix("127.0.0.1/32"),
	}
}

// readEnvironment takes what has no argument, or a second name, in Istio.
func (c *Config) readEnvironment(environment map[string]string) error {
	known := map[string]setter{
		"ISTIO_META_DNS_CAPTURE":              flag(&c.RedirectDNS),
		"REDIRECT_DNS":                        flag(&c.RedirectDNS),
		"CAPTURE_ALL_DNS":                     flag(&c.CaptureAllDNS),
		"INVALID_DROP":                        flag(&c.DropInvalid),
		"ISTIO_DUAL_STACK":                    only("false"),
		"ISTIO_OUTBOUND_OWNER_GROUPS":         idsOrAll(&c.OwnerGroups),
		"ISTIO_OUTBOUND_OWNER_GROUPS_EXCLUDE": ids(&c.OwnerGroupsExclude),
		"ISTIO_OUTBOUND_IPV4_LOOPBACK_CIDR":   prefix(&c.Loopback),
	}
	for _, name := range slices.Sorted(maps.Keys(known)) {
		if value := environment[name]; value != "" {
			if err := known[name](value); err != nil {
				return fmt.Errorf("environment %s: %w", name, err)
			}
		}
	}
	return nil
}

type setter func(value string) error

func port(into *uint16) setter {
	return func(value string) error {
		number, err := strconv.ParseUint(value, 10, 16)
		*into = uint16(number)
		return err
	}
}

func ports(into *[]uint16) setter {
	return list(into, func(value string) (uint16, error) {
		number, err := strconv.ParseUint(value, 10, 16)
		return uint16(number), err
	})
}

func portsOrAll(into *Ports) setter { return orAll(&into.All, ports(&into.List)) }

func ids(into *[]uint32) setter {
	return list(into, func(value string) (uint32, error) {
		number, err := strconv.ParseUint(value, 10, 32)
		return uint32(number), err
	})
}

func idsOrAll(into *[]uint32) setter {
	var all bool
	return orAll(&all, ids(into))
}

func prefix(into *netip.Prefix) setter {
	return func(value string) error {
		parsed, err := prefix4(value)
		*into = parsed
		return err
	}
}

func prefixes(into *[]netip.Prefix) setter { return list(into, prefix4) }

func prefixesOrAll(into *Ranges) setter { return orAll(&into.All, prefixes(&into.List)) }

func prefix4(value string) (netip.Prefix, error) {
	parsed, err := netip.ParsePrefix(value)
	if err == nil && !parsed.Addr().Is4() {
		err = fmt.Errorf("%s is not IPv4", value)
	}
	return parsed, err
}

func names(into *[]string) setter {
	return list(into, func(value string) (string, error) { return value, nil })
}

func flag(into *bool) setter {
	return func(value string) error {
		parsed, err := strconv.ParseBool(value)
		*into = parsed
		return err
	}
}

func truth() setter {
	var ignored bool
	return flag(&ignored)
}

func anything() setter { return func(string) error { return nil } }

func only(supported string) setter {
	return func(value string) error {
		if value != supported {
			return fmt.Errorf("%s is not supported, only %s", value, supported)
		}
		return nil
	}
}

func orAll(all *bool, other setter) setter {
	return func(value string) error {
		if *all = value == "*"; *all {
			return nil
		}
		return other(value)
	}
}

func list[T any](into *[]T, parse func(string) (T, error)) setter {
	return func(value string) error {
		*into = nil
		for part := range strings.SplitSeq(value, ",") {
			if part == "" {
				continue
			}
			item, err := parse(part)
			if err != nil {
				return err
			}
			*into = append(*into, item)
		}
		return nil
	}
}
