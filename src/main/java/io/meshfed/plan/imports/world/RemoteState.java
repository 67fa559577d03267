package io.meshfed.plan.imports.world;

import io.meshfed.api.RemoteMeshStatus.Addressing;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an import needs to know of one RemoteMesh.
 *
 * @param name name of the RemoteMesh
 * @param network network of the other mesh, by which its endpoints are recognised
 * @param trustDomain SPIFFE trust domain of the other mesh, from spec
 * @param locality {@code region[/zone[/subzone]]} of the other mesh, if the spec has it
 * @param addressing where the gateway's addresses are written
 * @param gatewayRegistered RemoteGateway form: the {@code istio-remote} Gateway of this remote exists. Before that no
 *     entry without an address may be written: istiod would send it to Envoy with an empty address
 * @param addresses Inline form: IPs and host names of the gateway; empty means not known
 * @param port port of the gateway
 * @param resolved Inline form: host name to its last good IPs
 * @param participation whether its endpoints are written, removed, or left unchanged
 * @param refusal why nothing new may be written for this remote, a sentence for a status message
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
        RemoteParticipation participation,
        Optional<String> refusal) {

    public RemoteState {
        addresses = List.copyOf(addresses);
        resolved = Map.copyOf(resolved);
    }
}
