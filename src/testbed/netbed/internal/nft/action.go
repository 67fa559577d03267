package nft

import (
	"encoding/binary"

	"github.com/google/nftables/expr"
	"golang.org/x/sys/unix"
)

// Return goes back to the calling chain, or out of a base chain.
func Return() []expr.Any { return []expr.Any{&expr.Verdict{Kind: expr.VerdictReturn}} }

// Accept lets a packet pass this hook.
func Accept() []expr.Any { return []expr.Any{&expr.Verdict{Kind: expr.VerdictAccept}} }

// Drop loses a packet.
func Drop() []expr.Any { return []expr.Any{&expr.Verdict{Kind: expr.VerdictDrop}} }

// Jump enters a chain.
func Jump(chain string) []expr.Any {
	return []expr.Any{&expr.Verdict{Kind: expr.VerdictJump, Chain: chain}}
}

// Redirect sends a connection to a port of this namespace; SO_ORIGINAL_DST tells where it was going.
func Redirect(port uint16) []expr.Any {
	return []expr.Any{
		&expr.Immediate{Register: register, Data: binary.BigEndian.AppendUint16(nil, port)},
		&expr.Redir{RegisterProtoMin: register, RegisterProtoMax: register},
	}
}

// Masquerade gives a connection the address of the interface it leaves by.
func Masquerade() []expr.Any { return []expr.Any{&expr.Masq{}} }

// Reset refuses a TCP connection.
func Reset() []expr.Any { return []expr.Any{&expr.Reject{Type: unix.NFT_REJECT_TCP_RST}} }

// Unreachable refuses by ICMP: no such port.
func Unreachable() []expr.Any {
	const portUnreachable = 3
	return []expr.Any{&expr.Reject{Type: unix.NFT_REJECT_ICMP_UNREACH, Code: portUnreachable}}
}

// Zone puts a packet into a zone of its own for connection tracking; only before conntrack has seen it.
func Zone(zone uint16) []expr.Any {
	return []expr.Any{
		&expr.Immediate{Register: register, Data: binary.NativeEndian.AppendUint16(nil, zone)},
		&expr.Ct{Key: expr.CtKeyZONE, Register: register, SourceRegister: true},
	}
}
