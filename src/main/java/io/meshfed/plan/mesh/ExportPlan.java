package io.meshfed.plan.mesh;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import java.util.List;

/**
 * What this mesh exports.
 *
 * @param hosts names of the exported Services, {@code <name>.<namespace>.svc.<clusterDomain>}, sorted; never a wildcard
 * @param exported those Services, by namespace and name
 * @param objects the Istio Gateway that lets them through; none when nothing is exported
 * @param notes one sentence for each selected Service that is not exported, or only in part, with the reason; sorted
 */
public record ExportPlan(List<String> hosts, List<Service> exported, List<HasMetadata> objects, List<String> notes) {
    public ExportPlan {
        hosts = List.copyOf(hosts);
        exported = List.copyOf(exported);
        objects = List.copyOf(objects);
        notes = List.copyOf(notes);
    }
}
