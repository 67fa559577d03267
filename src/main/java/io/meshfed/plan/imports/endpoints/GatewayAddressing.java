package io.meshfed.plan.imports.endpoints;

import io.meshfed.api.condition.ImportReason;
import io.meshfed.plan.imports.world.EndpointAddressing;
import io.meshfed.plan.imports.world.Finding;
import io.meshfed.plan.imports.world.IpFamily;
import io.meshfed.plan.imports.world.LocalMesh;
import io.meshfed.plan.imports.world.RemoteState;
import io.meshfed.plan.imports.world.WithFindings;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** How entries lead to a remote's gateway: by what is known of the gateway, else as existing entries do. */
final class GatewayAddressing {
    private GatewayAddressing() {}

    /**
     * The addressing to write for an active remote.
     *
     * @param observed the addressing of existing entries, which is kept while the gateway is not known
     * @return empty if nothing may be written; then the remote is left out
     */
    static WithFindings<Optional<EndpointAddressing>> of(
            RemoteState remote, LocalMesh mesh, Optional<EndpointAddressing> observed) {
        Optional<String> refusal = refusal(remote, mesh);
        if (refusal.isPresent()) {
            return observedOrLeftOut(remote, observed, ImportReason.RemoteRefused, refusal.get());
        }
        return switch (remote.addressing()) {
            case RemoteGateway ->
                remote.gatewayRegistered()
                        ? WithFindings.of(Optional.of(new EndpointAddressing.ByNetwork()))
                        : observedOrLeftOut(
                                remote,
                                observed,
                                ImportReason.GatewayUnknown,
                                "its Gateway of class istio-remote is not registered yet");
            case Inline ->
                remote.addresses().isEmpty()
                        ? observedOrLeftOut(
                                remote,
                                observed,
                                ImportReason.GatewayUnknown,
                                "no address of its gateway is known; set spec.gateway.addresses in the RemoteMesh, or give the operator access to its cluster")
                        : usable(remote, mesh);
        };
    }

    private static WithFindings<Optional<EndpointAddressing>> observedOrLeftOut(
            RemoteState remote, Optional<EndpointAddressing> observed, ImportReason reason, String why) {
        return WithFindings.of(
                observed,
                observed.isPresent()
                        ? new Finding.Note("existing endpoints of " + remote.name() + " are kept: " + why)
                        : new Finding.LeftOut(reason, remote.name() + " is left out: " + why));
    }

    /**
     * One IP family is enough: each of a gateway's addresses leads to the same mesh, and a client that has only the other
     * family could not connect. With a registered gateway istiod makes that choice for each client.
     */
    private static WithFindings<Optional<EndpointAddressing>> usable(RemoteState remote, LocalMesh mesh) {
        List<String> usable =
                mesh.ipFamily().map(family -> family.usable(remote.addresses())).orElse(remote.addresses());
        return new WithFindings<>(
                Optional.of(EndpointAddressing.ByAddress.of(usable)),
                mesh.ipFamily().flatMap(family -> familyNote(family, remote, usable)).stream()
                        .toList());
    }

    private static Optional<Finding> familyNote(IpFamily family, RemoteState remote, List<String> usable) {
        if (usable.size() < remote.addresses().size()) {
            return Optional.of(new Finding.Note("gateway addresses of " + remote.name() + " that are not " + family
                    + " are left out, because Services in this cluster use " + family));
        }
        boolean otherFamilyOnly =
                usable.stream().noneMatch(address -> !EndpointAddressing.isIp(address) || family.has(address));
        return otherFamilyOnly
                ? Optional.of(new Finding.Note("the gateway of " + remote.name() + " has no " + family
                        + " address, but Services in this cluster use " + family
                        + ": only dual-stack clients reach it"))
                : Optional.empty();
    }

    private static Optional<String> refusal(RemoteState remote, LocalMesh mesh) {
        if (remote.network().equals(mesh.network())) {
            // Envoy would take the remote's endpoint for a local one, and our own gateway would send its traffic back.
            return Optional.of(
                    "its spec.network is this mesh's own network " + mesh.network()
                            + ", so requests would loop; delete the RemoteMesh, and create it with the network of the other mesh");
        }
        return remote.refusal();
    }

    /**
     * The same with IPs only, for entries in which istiod drops host names. Each host name is replaced with its last good
     * IPs; while one of them has none, the IPs of existing entries are kept as well.
     *
     * @param observed the addressing of existing entries
     * @return empty if no IP is known
     */
    static WithFindings<Optional<EndpointAddressing.ByAddress>> ips(
            EndpointAddressing.ByAddress addressing,
            RemoteState remote,
            LocalMesh mesh,
            Optional<EndpointAddressing> observed) {
        TreeSet<String> ips = new TreeSet<>();
        boolean someUnresolved = false;
        for (String address : addressing.addresses()) {
            List<String> resolved = EndpointAddressing.isIp(address)
                    ? List.of(address)
                    : remote.resolved().getOrDefault(address, List.of());
            someUnresolved |= resolved.isEmpty();
            ips.addAll(resolved);
        }
        if (someUnresolved && observed.orElse(null) instanceof EndpointAddressing.ByAddress present) {
            present.addresses().stream().filter(EndpointAddressing::isIp).forEach(ips::add);
        }
        List<Finding> findings = someUnresolved && !ips.isEmpty()
                ? List.of(new Finding.Note("a host name of the gateway of " + remote.name()
                        + " has no known IP address; the other known addresses and those of existing entries are used"))
                : List.of();
        Collection<String> usable = mesh.ipFamily()
                .<Collection<String>>map(family -> family.usable(ips))
                .orElse(ips);
        return new WithFindings<>(
                usable.isEmpty() ? Optional.empty() : Optional.of(EndpointAddressing.ByAddress.of(usable)), findings);
    }
}
