package io.meshfed.reconcile.imports;

import io.fabric8.istio.api.networking.v1.DestinationRule;
import io.meshfed.apply.Owner;
import io.meshfed.plan.LocalMesh;
import java.util.List;

/** Which DestinationRules of others speak of a host. */
final class RulesForHost {
    private RulesForHost() {}

    /** Rules for {@code name.namespace.svc.<clusterDomain>} that are not the owner's, short names resolved as Istio does. */
    static List<DestinationRule> others(
            List<DestinationRule> rules, Owner owner, String namespace, String name, LocalMesh mesh) {
        String host = name + "." + namespace + ".svc." + mesh.clusterDomain();
        return rules.stream()
                .filter(rule -> rule.getSpec() != null && rule.getSpec().getHost() != null)
                .filter(rule -> !owner.owns(rule))
                .filter(rule -> host.equals(
                        qualified(rule.getSpec().getHost(), rule.getMetadata().getNamespace(), mesh.clusterDomain())))
                .toList();
    }

    private static String qualified(String host, String namespace, String clusterDomain) {
        return host.contains(".") ? host : host + "." + namespace + ".svc." + clusterDomain;
    }
}
