package io.meshfed.reconcile.imports;

import io.fabric8.istio.api.networking.v1.DestinationRule;
import io.fabric8.istio.api.networking.v1.ServiceEntry;
import io.fabric8.istio.api.networking.v1.WorkloadEntry;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.meshfed.api.ImportedService;
import io.meshfed.api.Names;
import io.meshfed.api.ObjectMetas;
import io.meshfed.apply.Applier;
import io.meshfed.apply.Outcome;
import io.meshfed.apply.Owner;
import io.meshfed.plan.imports.ImportPlan;
import io.meshfed.plan.imports.world.OutputKey;
import io.meshfed.reconcile.LocalCluster;
import io.meshfed.reconcile.Outcomes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The existing objects of one import, and how they are changed to match a plan. */
final class ImportOutputs {
    /** The kinds of the two forms of an import; one form replaces the other. */
    private static final Set<String> ENTRIES = Set.of("ServiceEntry", "WorkloadEntry");

    private final LocalCluster cluster;
    private final Applier applier;

    ImportOutputs(LocalCluster cluster, Applier applier) {
        this.cluster = cluster;
        this.applier = applier;
    }

    record Present(
            Optional<ServiceEntry> serviceEntry, List<WorkloadEntry> workloadEntries, List<DestinationRule> rules) {
        private Stream<HasMetadata> all() {
            return Stream.of(serviceEntry.stream(), workloadEntries.stream(), rules.stream())
                    .flatMap(s -> s);
        }
    }

    Present present(ImportedService service) {
        Owner owner = Owner.of(service);
        String namespace = service.getMetadata().getNamespace();
        return new Present(
                owned(cluster.all(ServiceEntry.class).list(namespace), owner).findFirst(),
                owned(cluster.all(WorkloadEntry.class).list(namespace), owner).toList(),
                owned(cluster.all(DestinationRule.class).list(namespace), owner).toList());
    }

    private static <T extends HasMetadata> Stream<T> owned(List<T> objects, Owner owner) {
        return objects.stream().filter(owner::owns);
    }

    /**
     * Writes before it deletes, so that no host is without endpoints in between. If an entry could not be written, the entry that
     * it should replace is kept.
     */
    Outcomes apply(ImportedService service, ImportPlan plan, Present present) {
        Owner owner = Owner.of(service);
        Map<OutputKey, HasMetadata> leftover = present.all().collect(Collectors.toMap(OutputKey::of, o -> o));
        List<Outcome> outcomes = new ArrayList<>();
        List<HasMetadata> failed = new ArrayList<>();
        for (HasMetadata wanted : plan.wanted()) {
            Outcome outcome = applier.apply(owner, wanted, find(wanted));
            outcomes.add(outcome);
            if (outcome instanceof Outcome.Obstacle) {
                failed.add(wanted);
            }
            leftover.remove(OutputKey.of(wanted));
        }
        leftover.forEach((key, object) -> {
            if (!plan.kept().contains(key) && failed.stream().noneMatch(missing -> replaces(missing, object))) {
                outcomes.add(applier.delete(object));
            }
        });
        return outcomes.stream().collect(Outcomes.collect());
    }

    /** Whether an entry should replace another: the other form of the import, or an entry of the same remote with another name. */
    private static boolean replaces(HasMetadata wanted, HasMetadata existing) {
        return ENTRIES.contains(wanted.getKind())
                && ENTRIES.contains(existing.getKind())
                && (!wanted.getKind().equals(existing.getKind())
                        || remote(wanted).equals(remote(existing)));
    }

    private static Optional<String> remote(HasMetadata entry) {
        return ObjectMetas.label(entry, Names.REMOTE_LABEL);
    }

    private Optional<? extends HasMetadata> find(HasMetadata wanted) {
        return cluster.all(wanted.getClass())
                .get(wanted.getMetadata().getNamespace(), wanted.getMetadata().getName());
    }
}
