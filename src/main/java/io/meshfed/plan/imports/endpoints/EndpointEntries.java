package io.meshfed.plan.imports.endpoints;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.meshfed.plan.imports.world.Finding;
import io.meshfed.plan.imports.world.OutputKey;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;

/**
 * The entries of one import in one of its two forms.
 *
 * @param wanted the entries to write
 * @param kept existing entries to leave unchanged
 * @param remotes names of the remotes with an endpoint in balancing, sorted
 * @param addresses gateway addresses in the entries
 * @param traffic whether the host exists, so that a traffic policy is written for it; also while it has no endpoint
 * @param findings what was found on the way
 */
public record EndpointEntries(
        List<HasMetadata> wanted,
        Set<OutputKey> kept,
        List<String> remotes,
        SortedSet<String> addresses,
        boolean traffic,
        List<Finding> findings) {
    public EndpointEntries {
        wanted = List.copyOf(wanted);
        kept = Set.copyOf(kept);
        remotes = List.copyOf(remotes);
        findings = List.copyOf(findings);
    }
}
