package io.meshfed.plan.imports;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.meshfed.api.ImportedServiceSpec;
import io.meshfed.api.condition.Condition;
import io.meshfed.plan.imports.world.OutputKey;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What should exist for one import, and what its status reports.
 *
 * @param untouched apply nothing, prune nothing: the import is suspended or this mesh is not known
 * @param wanted complete desired objects in canonical form, without owner and hash
 * @param kept existing objects of ours to keep unchanged, although they are not wanted
 * @param conditions drafts of Resolved, IdentityAccepted and Conflict, always all three and in this order
 * @param mode mode in force; empty while none could be chosen
 * @param host host under which the service answers; empty while the cluster domain was never known
 * @param remotes remotes whose endpoints are in balancing, sorted
 * @param ports ports in force, by number; what status must remember
 * @param addresses gateway addresses in the entries, sorted; only with Inline addressing
 */
public record ImportPlan(
        boolean untouched,
        List<HasMetadata> wanted,
        Set<OutputKey> kept,
        List<Condition> conditions,
        Optional<ImportedServiceSpec.Mode> mode,
        String host,
        List<String> remotes,
        List<ImportedServiceSpec.Port> ports,
        List<String> addresses) {

    public ImportPlan {
        wanted = List.copyOf(wanted);
        kept = Set.copyOf(kept);
        conditions = List.copyOf(conditions);
        remotes = List.copyOf(remotes);
        ports = List.copyOf(ports);
        addresses = List.copyOf(addresses);
    }
}
