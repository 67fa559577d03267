package io.meshfed.plan.imports.endpoints;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.meshfed.plan.imports.world.OutputKey;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;

/**
 * The entries of one import in one of its two forms.
 *
 * @param wanted the entries
 * @param kept entries to leave as they stand
 * @param remotes remotes with an endpoint in balancing, sorted
 * @param addresses gateway addresses in the entries
 * @param traffic whether there is a host to write a traffic policy for, although perhaps no endpoint just now
 */
public record EndpointEntries(
        List<HasMetadata> wanted,
        Set<OutputKey> kept,
        List<String> remotes,
        SortedSet<String> addresses,
        boolean traffic) {}
