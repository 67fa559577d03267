package io.meshfed.plan;

import io.fabric8.kubernetes.api.model.HasMetadata;
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
record Entries(
        List<HasMetadata> wanted,
        Set<ObjectKey> kept,
        List<String> remotes,
        SortedSet<String> addresses,
        boolean traffic) {}
