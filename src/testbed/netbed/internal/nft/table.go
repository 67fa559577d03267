// Package nft writes nftables rules the way nft(8) would, through netlink.
package nft

import (
	"github.com/google/nftables"
	"github.com/google/nftables/expr"
)

// Table is an IPv4 table that is being written. Everything happens at once on Commit, in the namespace of the thread
// that calls it.
type Table struct {
	conn   *nftables.Conn
	table  *nftables.Table
	chains map[string]*nftables.Chain
}

// Replace starts a table that takes the place of the one with the same name, if there is one.
func Replace(name string) (*Table, error) {
	conn, err := nftables.New()
	if err != nil {
		return nil, err
	}
	table := &nftables.Table{Family: nftables.TableFamilyIPv4, Name: name}
	conn.AddTable(table) // so that the deletion finds one
	conn.DelTable(table)
	conn.AddTable(table)
	return &Table{conn: conn, table: table, chains: map[string]*nftables.Chain{}}, nil
}

// Base adds a chain that packets enter at a hook.
func (t *Table) Base(name string, kind nftables.ChainType, hook *nftables.ChainHook, priority int32) {
	t.chains[name] = t.conn.AddChain(&nftables.Chain{
		Name: name, Table: t.table, Type: kind, Hooknum: hook, Priority: nftables.ChainPriorityRef(nftables.ChainPriority(priority)),
	})
}

// Chain adds a chain that packets enter by a jump.
func (t *Table) Chain(name string) {
	t.chains[name] = t.conn.AddChain(&nftables.Chain{Name: name, Table: t.table})
}

// Rule appends a rule: matches, then what to do.
func (t *Table) Rule(chain string, parts ...[]expr.Any) {
	rule := &nftables.Rule{Table: t.table, Chain: t.chains[chain]}
	for _, part := range parts {
		rule.Exprs = append(rule.Exprs, part...)
	}
	t.conn.AddRule(rule)
}

// Commit makes it so, all or nothing.
func (t *Table) Commit() error { return t.conn.Flush() }
