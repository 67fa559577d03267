package io.meshfed.plan.imports.world;

import io.meshfed.api.RemoteMeshStatus.Addressing;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One RemoteMesh as imports see it.
 *
 * @param name name of the RemoteMesh
 * @param network network of the other mesh; its endpoints are told from others by it
 * @param trustDomain SPIFFE trust domain of the other mesh, from spec
 * @param locality {@code region[/zone[/subzone]]} of the other mesh, if the user gave it
 * @param addressing where the gateway's addresses are written
 * @param gatewayRegistered RemoteGateway form: the {@code istio-remote} Gateway of this remote stands. Before that no
 *     address-less entry may be made: istiod would send it to Envoy with an empty address
 * @param addresses Inline form: IPs and host names of the gateway; empty means not known
 * @param port port of the gateway
 * @param resolved Inline form: host name to its last good IPs
 * @param suspended nothing of this remote may be touched
 * @param drained its endpoints are to leave balancing
 * @param refusal why nothing new may be written for this remote, a sentence for people
 */
public record RemoteState(
        String name,
        String network,
        String trustDomain,
        Optional<String> locality,
        Addressing addressing,
        boolean gatewayRegistered,
        List<String> addresses,
        int port,
        Map<String, List<String>> resolved,
        boolean suspended,
        boolean drained,
        Optional<String> refusal) {

    public RemoteState {
        addresses = List.copyOf(addresses);
        resolved = Map.copyOf(resolved);
    }
}
