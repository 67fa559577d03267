package nft

import (
	"encoding/binary"
	"net/netip"

	"github.com/google/nftables/expr"
	"golang.org/x/sys/unix"
)

const register = 1

// Protocols.
const (
	TCP = unix.IPPROTO_TCP
	UDP = unix.IPPROTO_UDP
)

// Is and Not say how a match compares.
const (
	Is  = expr.CmpOpEq
	Not = expr.CmpOpNeq
)

// Protocol matches the transport protocol.
func Protocol(protocol byte) []expr.Any {
	return []expr.Any{
		&expr.Meta{Key: expr.MetaKeyL4PROTO, Register: register},
		&expr.Cmp{Op: Is, Register: register, Data: []byte{protocol}},
	}
}

// DestinationPort matches; the protocol must have been matched before.
func DestinationPort(how expr.CmpOp, port uint16) []expr.Any { return port16(how, 2, port) }

// SourcePort matches; the protocol must have been matched before.
func SourcePort(how expr.CmpOp, port uint16) []expr.Any { return port16(how, 0, port) }

func port16(how expr.CmpOp, offset uint32, port uint16) []expr.Any {
	return []expr.Any{
		&expr.Payload{DestRegister: register, Base: expr.PayloadBaseTransportHeader, Offset: offset, Len: 2},
		&expr.Cmp{Op: how, Register: register, Data: binary.BigEndian.AppendUint16(nil, port)},
	}
}

// Destination matches the address a packet goes to.
func Destination(how expr.CmpOp, prefix netip.Prefix) []expr.Any { return address(how, 16, prefix) }

// Source matches the address a packet comes from.
func Source(how expr.CmpOp, prefix netip.Prefix) []expr.Any { return address(how, 12, prefix) }

func address(how expr.CmpOp, offset uint32, prefix netip.Prefix) []expr.Any {
	network := prefix.Masked().Addr().As4()
	mask := binary.BigEndian.AppendUint32(nil, ^uint32(0)<<(32-prefix.Bits()))
	return []expr.Any{
		&expr.Payload{DestRegister: register, Base: expr.PayloadBaseNetworkHeader, Offset: offset, Len: 4},
		&expr.Bitwise{SourceRegister: register, DestRegister: register, Len: 4, Mask: mask, Xor: make([]byte, 4)},
		&expr.Cmp{Op: how, Register: register, Data: network[:]},
	}
}

// In matches the interface a packet came in by.
func In(name string) []expr.Any { return link(expr.MetaKeyIIFNAME, name) }

// Out matches the interface a packet leaves by.
func Out(name string) []expr.Any { return link(expr.MetaKeyOIFNAME, name) }

func link(key expr.MetaKey, name string) []expr.Any {
	padded := make([]byte, unix.IFNAMSIZ)
	copy(padded, name)
	return []expr.Any{&expr.Meta{Key: key, Register: register}, &expr.Cmp{Op: Is, Register: register, Data: padded}}
}

// User matches the user whose socket sends.
func User(how expr.CmpOp, id uint32) []expr.Any { return owner(expr.MetaKeySKUID, how, id) }

// Group matches the group whose socket sends.
func Group(how expr.CmpOp, id uint32) []expr.Any { return owner(expr.MetaKeySKGID, how, id) }

func owner(key expr.MetaKey, how expr.CmpOp, id uint32) []expr.Any {
	return []expr.Any{
		&expr.Meta{Key: key, Register: register},
		&expr.Cmp{Op: how, Register: register, Data: binary.NativeEndian.AppendUint32(nil, id)},
	}
}

// State matches connections in one of the states (expr.CtStateBit...).
func State(bits uint32) []expr.Any {
	return []expr.Any{
		&expr.Ct{Key: expr.CtKeySTATE, Register: register},
		&expr.Bitwise{
			SourceRegister: register, DestRegister: register, Len: 4,
			Mask: binary.NativeEndian.AppendUint32(nil, bits), Xor: make([]byte, 4),
		},
		&expr.Cmp{Op: Not, Register: register, Data: make([]byte, 4)},
	}
}
