package world

import (
	"fmt"

	"github.com/google/nftables"
	"github.com/google/nftables/expr"
	"meshfed.io/testbed/netbed/internal/nft"
)

// translate lets pods reach the other nodes' load balancers under the node's own address: nobody out there knows a way
// back to a pod.
func (c *cluster) translate() error {
	table, err := nft.Replace("netbed-nat")
	if err != nil {
		return err
	}
	table.Base("postrouting", nftables.ChainTypeNAT, nftables.ChainHookPostrouting, 100)
	table.Rule("postrouting", nft.Out(wanLink), nft.Source(nft.Is, c.gateway.Masked()), nft.Masquerade())
	return table.Commit()
}

// guard closes the node to the wan but for the load balancers, the way a cloud would. Call it again when those change.
func (c *cluster) guard() error {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.guardLocked()
}

func (c *cluster) guardLocked() error {
	err := c.node.Do(func() error {
		table, err := nft.Replace("netbed-filter")
		if err != nil {
			return err
		}
		c.filterUnknown(table)
		c.filterInput(table)
		c.filterForward(table)
		return table.Commit()
	})
	if err != nil {
		return fmt.Errorf("filter of cluster %s: %w", c.name, err)
	}
	return nil
}

var known = nft.State(expr.CtStateBitESTABLISHED | expr.CtStateBitRELATED)

func (c *cluster) filterInput(table *nft.Table) {
	const chain, output = "input", "output"
	table.Base(chain, nftables.ChainTypeFilter, nftables.ChainHookInput, 0)
	table.Base(output, nftables.ChainTypeFilter, nftables.ChainHookOutput, 0)
	for at := range c.lost {
		table.Rule(chain, nft.Protocol(nft.TCP), nft.Destination(nft.Is, alone(at.Addr())),
			nft.DestinationPort(nft.Is, at.Port()), nft.Drop())
		table.Rule(output, nft.Protocol(nft.TCP), nft.Source(nft.Is, alone(at.Addr())),
			nft.SourcePort(nft.Is, at.Port()), nft.Drop())
	}
	table.Rule(chain, nft.In(wanLink), known, nft.Accept())
	for at, b := range c.balancers {
		if b.inside {
			continue
		}
		table.Rule(chain, nft.In(wanLink), nft.Protocol(nft.TCP),
			nft.Destination(nft.Is, alone(at.Addr())), nft.DestinationPort(nft.Is, at.Port()), nft.Accept())
	}
	refuse(table, chain)
}

// filterUnknown refuses connections to where there is no route. The kernel's own answer, an ICMP message, comes back so
// fast on one machine that the connecting socket is still locked and misses it; the next one is seconds later.
func (c *cluster) filterUnknown(table *nft.Table) {
	const chain = "unknown"
	table.Base(chain, nftables.ChainTypeFilter, nftables.ChainHookPrerouting, 0)
	for address := range c.addresses {
		table.Rule(chain, nft.Destination(nft.Is, alone(address)), nft.Accept())
	}
	table.Rule(chain, nft.In(podBridge), nft.Protocol(nft.TCP), nft.Destination(nft.Not, c.gateway),
		nft.Destination(nft.Not, c.wan), nft.Reset())
}

func (c *cluster) filterForward(table *nft.Table) {
	const chain = "forward"
	table.Base(chain, nftables.ChainTypeFilter, nftables.ChainHookForward, 0)
	table.Rule(chain, nft.In(wanLink), known, nft.Accept())
	refuse(table, chain)
	// A resolver out there does not exist: refused at once instead of a time-out.
	table.Rule(chain, nft.Out(wanLink), nft.Protocol(nft.UDP), nft.DestinationPort(nft.Is, 53), nft.Unreachable())
}

func refuse(table *nft.Table, chain string) {
	table.Rule(chain, nft.In(wanLink), nft.Protocol(nft.TCP), nft.Reset())
	table.Rule(chain, nft.In(wanLink), nft.Unreachable())
}
