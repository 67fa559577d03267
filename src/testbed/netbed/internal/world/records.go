package world

import (
	"fmt"
	"net/netip"
)

type setRecords struct {
	envelope
	Cluster    string              `json:"cluster"`
	Records    map[string][]string `json:"records"`
	TTLSeconds uint32              `json:"ttlSeconds"`
}

func (o *setRecords) things() []string { return []string{"dns " + o.Cluster} }

func (o *setRecords) run(w *world) (reply, error) {
	c, err := w.cluster(o.Cluster)
	if err != nil {
		return nil, err
	}
	records := make(map[string][]netip.Addr, len(o.Records))
	for name, texts := range o.Records {
		records[name] = nil
		for _, text := range texts {
			address, err := netip.ParseAddr(text)
			if err != nil {
				return nil, fmt.Errorf("record %s: %q is not an address", name, text)
			}
			records[name] = append(records[name], address)
		}
	}
	c.dns.Replace(records, o.TTLSeconds)
	return nil, nil
}
