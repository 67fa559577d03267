package io.meshfed.plan.imports.endpoints;

import io.meshfed.api.RemoteMeshStatus.Addressing;
import io.meshfed.plan.imports.world.EndpointAddressing;
import io.meshfed.plan.imports.world.ImportConditions;
import io.meshfed.plan.imports.world.ImportConditions.Absence;
import io.meshfed.plan.imports.world.LocalMesh;
import io.meshfed.plan.imports.world.RemoteState;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** How a remote's gateway is to be reached now: from what is known of it, else from what stands. */
final class GatewayAddressing {
    private GatewayAddressing() {}

    /**
     * The reach to write for a remote that is neither suspended nor drained; empty if nothing may be written, which
     * becomes a finding.
     *
     * @param standing how present entries reach it
     */
    static Optional<EndpointAddressing> of(
            RemoteState remote, LocalMesh mesh, Optional<EndpointAddressing> standing, ImportConditions findings) {
        Optional<String> refusal = refusal(remote, mesh);
        if (refusal.isEmpty()) {
            if (remote.addressing() == Addressing.RemoteGateway && remote.gatewayRegistered()) {
                return Optional.of(new EndpointAddressing.ByNetwork());
            }
            if (remote.addressing() == Addressing.Inline && !remote.addresses().isEmpty()) {
                return Optional.of(EndpointAddressing.ByAddress.of(usable(remote, mesh, findings)));
            }
        }
        Absence why = refusal.isPresent() ? Absence.RemoteRefused : Absence.GatewayUnknown;
        String reason = refusal.orElseGet(
                () -> remote.addressing() == Addressing.RemoteGateway
                        ? "its Gateway of class istio-remote is not registered yet"
                        : "no address of its gateway is known; give spec.gateway.addresses in the RemoteMesh or make its cluster readable");
        if (standing.isPresent()) {
            findings.note(remote.name() + " stays as it stands: " + reason);
        } else {
            findings.absent(why, remote.name() + " is left out: " + reason);
        }
        return standing;
    }

    /**
     * One family is enough: each of a gateway's addresses leads to the same mesh, and a client that has only the other
     * family would run into a wall. A registered gateway needs no such choice, istiod makes it for each client.
     */
    private static List<String> usable(RemoteState remote, LocalMesh mesh, ImportConditions findings) {
        List<String> usable =
                mesh.ipFamily().map(f -> f.usable(remote.addresses())).orElse(remote.addresses());
        mesh.ipFamily().ifPresent(family -> {
            if (usable.size() < remote.addresses().size()) {
                findings.note("of the gateway of " + remote.name() + " the addresses that are not " + family
                        + " are left out, because Services of this cluster are " + family);
            } else if (usable.stream().noneMatch(a -> !EndpointAddressing.isIp(a) || family.has(a))) {
                findings.note("the gateway of " + remote.name() + " has no " + family
                        + " address, which Services of this cluster are: only clients with both families reach it");
            }
        });
        return usable;
    }

    private static Optional<String> refusal(RemoteState remote, LocalMesh mesh) {
        if (remote.network().equals(mesh.network())) {
            // Envoy would take the remote's endpoint for a local one, and our own gateway would send its traffic back.
            return Optional.of("its spec.network is this mesh's own network " + mesh.network()
                    + "; traffic would loop. Delete the RemoteMesh and create it with the network of the other mesh");
        }
        return remote.refusal();
    }

    /**
     * IPs only, for forms in which istiod drops host names. Host names are replaced with their last good IPs; while
     * one of them has none, the IPs that stand are kept too.
     *
     * @return empty if no IP is known at all
     */
    static Optional<EndpointAddressing.ByAddress> ips(
            EndpointAddressing.ByAddress reach,
            RemoteState remote,
            LocalMesh mesh,
            Optional<EndpointAddressing> standing,
            ImportConditions findings) {
        TreeSet<String> ips = new TreeSet<>();
        boolean someUnresolved = false;
        for (String address : reach.addresses()) {
            List<String> resolved = EndpointAddressing.isIp(address)
                    ? List.of(address)
                    : remote.resolved().getOrDefault(address, List.of());
            someUnresolved |= resolved.isEmpty();
            ips.addAll(resolved);
        }
        if (someUnresolved && standing.orElse(null) instanceof EndpointAddressing.ByAddress present) {
            present.addresses().stream().filter(EndpointAddressing::isIp).forEach(ips::add);
        }
        if (someUnresolved && !ips.isEmpty()) {
            findings.note("a host name of the gateway of " + remote.name()
                    + " has no known IP address; the addresses known or standing are used");
        }
        Collection<String> usable = mesh.ipFamily()
                .<Collection<String>>map(family -> family.usable(ips))
                .orElse(ips);
        return usable.isEmpty() ? Optional.empty() : Optional.of(EndpointAddressing.ByAddress.of(usable));
    }
}
