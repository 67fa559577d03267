package io.meshfed.reconcile;

import io.fabric8.istio.api.networking.v1.DestinationRule;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.meshfed.api.ImportedService;
import io.meshfed.api.Names;
import io.meshfed.api.ObjectMetas;
import io.meshfed.plan.hosts.DestinationRuleHosts;
import io.meshfed.plan.imports.world.OutputNames;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Which imports an entry or a DestinationRule concerns: those owned by the operator, or a foreign one that blocks them. */
final class OutputRoutes {
    private final ResourceIndex known;

    OutputRoutes(ResourceIndex known) {
        this.known = known;
    }

    /** Whom it concerned before it changed must know too. */
    Collection<ImportedService> concerned(ClusterChange change) {
        Map<String, ImportedService> concerned = new LinkedHashMap<>();
        Stream.concat(change.before().stream(), change.after().stream())
                .flatMap(this::concerned)
                .forEach(i -> concerned.putIfAbsent(ObjectMetas.path(i), i));
        return concerned.values();
    }

    private Stream<ImportedService> concerned(HasMetadata object) {
        Stream<ImportedService> ofTheRule = object instanceof DestinationRule rule ? ofHost(rule) : Stream.empty();
        return Stream.concat(ofTheObject(object), ofTheRule);
    }

    private Stream<ImportedService> ofTheObject(HasMetadata object) {
        String namespace = object.getMetadata().getNamespace();
        String name = object.getMetadata().getName();
        Optional<ImportedService> labelled = ObjectMetas.label(object, Names.IMPORTED_SERVICE_LABEL)
                .flatMap(imported -> known.imported(namespace, imported));
        if (labelled.isPresent() || !OutputNames.isOne(name)) {
            return labelled.stream();
        }
        // An entry of the operator that lost its label, or a foreign one whose name blocks the operator's.
        return known.imports(namespace).stream()
                .filter(i -> OutputNames.mayBeOf(i.getMetadata().getName(), name));
    }

    private Stream<ImportedService> ofHost(DestinationRule rule) {
        if (DestinationRuleHosts.hasHost(rule) && DestinationRuleHosts.isWildcard(rule)) {
            return known.imports().stream().filter(i -> i.getSpec().loadBalancing() != null);
        }
        return DestinationRuleHosts.service(rule).stream()
                .flatMap(service -> known.imported(service.namespace(), service.name()).stream());
    }
}
