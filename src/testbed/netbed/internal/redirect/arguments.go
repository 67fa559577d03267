package redirect

import (
	"fmt"
	"strings"
)

// What the arguments of the container istio-init mean; the names are those of Istio's tools/istio-iptables/pkg/cmd.
var (
	valueFlags = map[string]func(*Config) setter{
		"envoy-port":                         func(c *Config) setter { return port(&c.ProxyPort) },
		"inbound-capture-port":               func(c *Config) setter { return port(&c.InboundPort) },
		"inbound-tunnel-port":                func(c *Config) setter { return port(&c.TunnelPort) },
		"proxy-uid":                          func(c *Config) setter { return ids(&c.ProxyUsers) },
		"proxy-gid":                          func(c *Config) setter { return ids(&c.ProxyGroups) },
		"istio-inbound-interception-mode":    func(*Config) setter { return only("REDIRECT") },
		"istio-inbound-ports":                func(c *Config) setter { return portsOrAll(&c.InboundInclude) },
		"istio-local-exclude-ports":          func(c *Config) setter { return ports(&c.InboundExclude) },
		"istio-exclude-interfaces":           func(c *Config) setter { return names(&c.ExcludeInterfaces) },
		"istio-service-cidr":                 func(c *Config) setter { return prefixesOrAll(&c.OutboundInclude) },
		"istio-service-exclude-cidr":         func(c *Config) setter { return prefixes(&c.OutboundExclude) },
		"istio-outbound-ports":               func(c *Config) setter { return ports(&c.OutboundPorts) },
		"istio-local-outbound-ports-exclude": func(c *Config) setter { return ports(&c.OutboundPortsExclude) },
		"kube-virt-interfaces":               func(c *Config) setter { return names(&c.VirtualInterfaces) },
		"log_output_level":                   func(*Config) setter { return anything() },
	}
	boolFlags = map[string]func(*Config) setter{
		"redirect-dns":    func(c *Config) setter { return flag(&c.RedirectDNS) },
		"capture-all-dns": func(c *Config) setter { return flag(&c.CaptureAllDNS) },
		"drop-invalid":    func(c *Config) setter { return flag(&c.DropInvalid) },
		"dual-stack":      func(*Config) setter { return only("false") },
		// How the rules come to be is netbed's own affair: always nftables, always in place of earlier ones.
		"force-apply":     func(*Config) setter { return truth() },
		"reconcile":       func(*Config) setter { return truth() },
		"native-nftables": func(*Config) setter { return truth() },
		"log_as_json":     func(*Config) setter { return truth() },
	}
	shorthands = map[string]string{
		"p": "envoy-port", "z": "inbound-capture-port", "e": "inbound-tunnel-port", "u": "proxy-uid", "g": "proxy-gid",
		"m": "istio-inbound-interception-mode", "b": "istio-inbound-ports", "d": "istio-local-exclude-ports",
		"c": "istio-exclude-interfaces", "i": "istio-service-cidr", "x": "istio-service-exclude-cidr",
		"q": "istio-outbound-ports", "o": "istio-local-outbound-ports-exclude", "k": "kube-virt-interfaces",
	}
)

// Parse reads the arguments of an istio-init container, and of its environment what istio-iptables reads too (the rest
// of an environment is ignored, as there). An argument that means nothing here is an error that names it.
func Parse(arguments []string, environment map[string]string) (Config, error) {
	config := defaults()
	if err := config.readEnvironment(environment); err != nil {
		return Config{}, err
	}
	if len(arguments) == 0 || arguments[0] != "istio-iptables" {
		return Config{}, fmt.Errorf("istioArgs must start with istio-iptables")
	}
	if err := config.readArguments(arguments[1:]); err != nil {
		return Config{}, err
	}
	if len(config.ProxyUsers) == 0 {
		config.ProxyUsers = defaults().ProxyUsers
	}
	if len(config.ProxyGroups) == 0 {
		config.ProxyGroups = config.ProxyUsers
	}
	return config, nil
}

func (c *Config) readArguments(arguments []string) error {
	for len(arguments) > 0 {
		argument := arguments[0]
		arguments = arguments[1:]
		name, value, inline, err := split(argument)
		if err != nil {
			return err
		}
		set, takesValue := valueFlags[name]
		if !takesValue {
			if set = boolFlags[name]; set == nil {
				return fmt.Errorf("argument %s is not understood", argument)
			}
			if !inline {
				value = "true"
			}
		} else if !inline {
			if len(arguments) == 0 {
				return fmt.Errorf("argument %s lacks its value", argument)
			}
			value, arguments = arguments[0], arguments[1:]
		}
		if err := set(c)(value); err != nil {
			return fmt.Errorf("argument %s: %w", argument, err)
		}
	}
	return nil
}

// split takes -p, -p15001, -p=15001, --name and --name=value apart; inline tells the forms that bring their value.
func split(argument string) (name, value string, inline bool, err error) {
	if long, is := strings.CutPrefix(argument, "--"); is {
		name, value, inline = strings.Cut(long, "=")
		return name, value, inline, nil
	}
	if len(argument) < 2 || argument[0] != '-' {
		return "", "", false, fmt.Errorf("argument %s is not understood", argument)
	}
	name, known := shorthands[argument[1:2]]
	if !known {
		return "", "", false, fmt.Errorf("argument %s is not understood", argument)
	}
	rest := argument[2:]
	return name, strings.TrimPrefix(rest, "="), rest != "", nil
}
