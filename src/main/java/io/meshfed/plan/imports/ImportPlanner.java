package io.meshfed.plan.imports;

import io.fabric8.istio.api.networking.v1.ServiceEntry;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.meshfed.api.ImportedServiceSpec.Mode;
import io.meshfed.api.ImportedServiceSpec.Port;
import io.meshfed.api.ImportedServiceStatus;
import io.meshfed.api.condition.Condition;
import io.meshfed.plan.imports.endpoints.EndpointEntries;
import io.meshfed.plan.imports.endpoints.LocalForm;
import io.meshfed.plan.imports.endpoints.LocalServiceCheck;
import io.meshfed.plan.imports.endpoints.RemoteForm;
import io.meshfed.plan.imports.traffic.TrafficRule;
import io.meshfed.plan.imports.world.ImportConditions;
import io.meshfed.plan.imports.world.ImportSource;
import io.meshfed.plan.imports.world.ImportTarget;
import io.meshfed.plan.imports.world.ImportWorld;
import io.meshfed.plan.imports.world.LocalMesh;
import io.meshfed.plan.imports.world.ObservedEndpoints;
import io.meshfed.plan.imports.world.OutputKey;
import io.meshfed.plan.imports.world.ServicePorts;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Plans one import: the entries that bring a remote service under its own name into this mesh, and the DestinationRule
 * that balances it. Pure: equal worlds give equal plans.
 *
 * <p>What is not known keeps what stands (design, rule 1). Endpoints go only on positive evidence: the import or the
 * RemoteMesh no longer asks for them, the remote is drained, the namespace is no longer allowed, or joining them would
 * make a healthy local Service worse (rule 8).
 */
public final class ImportPlanner {
    private final ImportWorld world;
    private final ImportTarget target;
    private final ImportConditions findings = new ImportConditions();

    private ImportPlanner(ImportWorld world, LocalMesh mesh) {
        this.world = world;
        this.target = ImportTarget.of(world.service(), mesh);
    }

    /** What should exist for one import. */
    public static ImportPlan plan(ImportWorld world) {
        if (world.service().getSpec().suspend()) {
            return untouched(world, "Suspended", "spec.suspend is true: nothing is written or deleted");
        }
        return world.mesh()
                .map(mesh -> new ImportPlanner(world, mesh).plan())
                .orElseGet(
                        () -> untouched(
                                world,
                                "MeshUnknown",
                                "what this mesh is is not known, so everything stays as it stands; create a MeshFederation, or see MeshConfigured of the one that exists"));
    }

    /**
     * What is left of an import where there is no MeshFederation at all. Nothing is written or deleted: its deletion has
     * taken the entries away.
     */
    public static ImportPlan withoutMesh(ImportWorld world) {
        if (world.service().getSpec().suspend()) {
            return plan(world);
        }
        String reason = "NoMeshFederation";
        String message = "there is no MeshFederation, which says what this mesh is: create one";
        boolean stands = world.presentServiceEntry().isPresent()
                || !world.presentWorkloadEntries().isEmpty();
        if (stands) {
            return untouched(world, reason, message + "; what stands is kept");
        }
        List<Port> remembered = Optional.ofNullable(world.service().getStatus())
                .map(ImportedServiceStatus::ports)
                .orElse(List.of());
        return new ImportPlan(
                true,
                List.of(),
                Set.of(),
                List.of(
                        Condition.no("Resolved", reason, message + "; until then nothing is imported"),
                        Condition.unknown("IdentityAccepted", reason, message),
                        Condition.no("Conflict", "NoConflict", "nothing is in the way")),
                Optional.empty(),
                "",
                List.of(),
                remembered,
                List.of());
    }

    private static ImportPlan untouched(ImportWorld world, String reason, String message) {
        Optional<ImportedServiceStatus> status =
                Optional.ofNullable(world.service().getStatus());
        return new ImportPlan(
                true,
                List.of(),
                Set.of(),
                List.of(
                        Condition.unknown("Resolved", reason, message),
                        Condition.unknown("IdentityAccepted", reason, message),
                        Condition.unknown("Conflict", reason, message)),
                status.map(ImportedServiceStatus::mode),
                status.map(ImportedServiceStatus::host).orElse(""),
                status.map(ImportedServiceStatus::remotes).orElse(List.of()),
                status.map(ImportedServiceStatus::ports).orElse(List.of()),
                status.map(ImportedServiceStatus::addresses).orElse(List.of()));
    }

    private ImportPlan plan() {
        if (refused()) {
            return nothing(Optional.empty());
        }
        List<ImportSource> sources = ImportSource.select(target, world.remotes(), findings);
        Mode asked = target.spec().mode();
        if (world.localService().isPresent()) {
            Service service = world.localService().get();
            if (asked == Mode.Remote) {
                findings.stoppedByConflict(
                        "LocalServiceExists",
                        "a local Service " + target.namespace() + "/" + target.name()
                                + " exists, and Istio would mix its endpoints with the imported ones; delete it, or set spec.mode to Auto or Local");
                return nothing(Optional.of(Mode.Remote));
            }
            return planLocal(service, sources);
        }
        if (asked == Mode.Local) {
            findings.problem(
                    "LocalServiceMissing",
                    "spec.mode is Local and there is no Service " + target.namespace() + "/" + target.name()
                            + "; create it, or set spec.mode to Auto or Remote");
            return nothing(Optional.of(Mode.Local));
        }
        return planRemote(sources);
    }

    private boolean refused() {
        if (!target.mesh().importNamespaces().matches(world.namespaceLabels())) {
            findings.problem(
                    "NamespaceNotAllowed",
                    "MeshFederation " + target.mesh().name()
                            + " honours no ImportedService in namespace " + target.namespace()
                            + ": label the namespace as its spec.imports.namespaceSelector asks");
            return true;
        }
        boolean apiServer =
                target.namespace().equals("default") && target.name().equals("kubernetes");
        boolean controlPlane = target.namespace().equals(target.mesh().controlPlaneNamespace())
                && (target.name().startsWith("istiod") || target.name().startsWith("istio-pilot"));
        if (apiServer || controlPlane) {
            findings.problem(
                    "ReservedName",
                    target.host()
                            + " belongs to this cluster's control plane and cannot be imported; delete this ImportedService");
            return true;
        }
        return false;
    }

    private ImportPlan planLocal(Service service, List<ImportSource> sources) {
        Optional<Mode> mode = Optional.of(Mode.Local);
        if (!LocalServiceCheck.of(target, service, world.otherServices(), findings)
                .joinable()) {
            return nothing(mode);
        }
        ServicePorts ports = ServicePorts.of(service);
        if (ports.someUdp()) {
            findings.note("ports that are not TCP stay local");
        }
        EndpointEntries entries = LocalForm.plan(target, service, ObservedEndpoints.of(world), sources, findings);
        return result(mode, "joined to the local Service", ports, entries, sources);
    }

    private ImportPlan planRemote(List<ImportSource> sources) {
        Optional<Mode> mode = Optional.of(Mode.Remote);
        if (sources.isEmpty()) {
            return nothing(mode);
        }
        ServicePorts ports = knownPorts();
        if (ports.ports().isEmpty()) {
            findings.problem(
                    "PortsUnknown",
                    "the ports of " + target.host()
                            + " are not known: list them in spec.ports, numbered as in the remote mesh");
            return keepRemoteForm(mode);
        }
        if (ports.someUdp()) {
            findings.note("UDP ports cannot be imported and are left out");
        }
        EndpointEntries entries = RemoteForm.plan(target, ports, ObservedEndpoints.of(world), sources, findings);
        return result(mode, "imported", ports, entries, sources);
    }

    /** Ports of the spec, else the remembered ones, else those of the entry that stands. */
    private ServicePorts knownPorts() {
        if (!target.spec().ports().isEmpty()) {
            return ServicePorts.of(target.spec().ports());
        }
        List<Port> remembered = Optional.ofNullable(world.service().getStatus())
                .map(ImportedServiceStatus::ports)
                .orElse(List.of());
        if (!remembered.isEmpty()) {
            return ServicePorts.of(remembered);
        }
        return world.presentServiceEntry()
                .map(ServiceEntry::getSpec)
                .map(spec -> ServicePorts.ofServiceEntry(spec.getPorts()))
                .orElse(new ServicePorts(List.of(), false));
    }

    private ImportPlan result(
            Optional<Mode> mode, String how, ServicePorts ports, EndpointEntries entries, List<ImportSource> sources) {
        List<HasMetadata> wanted = new ArrayList<>(entries.wanted());
        Set<OutputKey> kept = new HashSet<>(entries.kept());
        if (entries.traffic()) {
            TrafficRule.Decision decision = TrafficRule.decide(
                    target, sources, entries.remotes(), world.otherRules(), world.exportedThrough(), findings);
            decision.rule().ifPresent(wanted::add);
            if (decision.keep()) {
                kept.add(trafficRuleKey());
            }
        }
        Optional<String> summary = entries.remotes().isEmpty()
                ? Optional.empty()
                : Optional.of(how + ": " + (entries.remotes().size() == 1 ? "remote " : "remotes ")
                        + String.join(", ", entries.remotes()) + "; "
                        + (ports.ports().size() == 1 ? "port " : "ports ") + ports.text());
        return new ImportPlan(
                false,
                wanted,
                kept,
                findings.conditions(summary),
                mode,
                target.host(),
                entries.remotes(),
                ports.ports(),
                List.copyOf(entries.addresses()));
    }

    /** Nothing may exist for this import; the memory of its ports stays. */
    private ImportPlan nothing(Optional<Mode> mode) {
        return new ImportPlan(
                false,
                List.of(),
                Set.of(),
                findings.conditions(Optional.empty()),
                mode,
                target.host(),
                List.of(),
                knownPorts().ports(),
                List.of());
    }

    /** Without ports no entry can be written; one that stands is left alone. */
    private ImportPlan keepRemoteForm(Optional<Mode> mode) {
        Set<OutputKey> kept = new HashSet<>();
        world.presentServiceEntry().ifPresent(entry -> {
            kept.add(OutputKey.of(entry));
            kept.add(trafficRuleKey());
        });
        List<Condition> conditions = findings.conditions(Optional.empty());
        return new ImportPlan(false, List.of(), kept, conditions, mode, target.host(), List.of(), List.of(), List.of());
    }

    private OutputKey trafficRuleKey() {
        return new OutputKey("DestinationRule", target.namespace(), target.objectName());
    }
}
