package io.meshfed.plan.imports;

import io.fabric8.istio.api.networking.v1.ServiceEntry;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.meshfed.api.ImportedServiceSpec.Mode;
import io.meshfed.api.ImportedServiceSpec.Port;
import io.meshfed.api.ImportedServiceStatus;
import io.meshfed.api.condition.Condition;
import io.meshfed.api.condition.ConditionType;
import io.meshfed.api.condition.ImportReason;
import io.meshfed.plan.imports.endpoints.EndpointEntries;
import io.meshfed.plan.imports.endpoints.LocalForm;
import io.meshfed.plan.imports.endpoints.LocalServiceCheck;
import io.meshfed.plan.imports.endpoints.RemoteForm;
import io.meshfed.plan.imports.traffic.TrafficRule;
import io.meshfed.plan.imports.world.Finding;
import io.meshfed.plan.imports.world.ImportSource;
import io.meshfed.plan.imports.world.ImportTarget;
import io.meshfed.plan.imports.world.ImportWorld;
import io.meshfed.plan.imports.world.LocalMesh;
import io.meshfed.plan.imports.world.ObservedEndpoints;
import io.meshfed.plan.imports.world.OutputKey;
import io.meshfed.plan.imports.world.ServicePorts;
import io.meshfed.plan.imports.world.WithFindings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Plans one import: the entries that bring a remote service under its own name into this mesh, and the DestinationRule
 * that balances it. Pure: equal worlds give equal plans.
 *
 * <p>Unknown input keeps existing objects (design, rule 1). Endpoints are removed only on positive evidence: the spec or
 * the RemoteMesh no longer asks for them, the remote is drained, the namespace is no longer allowed, or joining them would
 * make a healthy local Service worse (rule 8).
 */
public final class ImportPlanner {
    private final ImportWorld world;
    private final ImportTarget target;

    private ImportPlanner(ImportWorld world, LocalMesh mesh) {
        this.world = world;
        this.target = ImportTarget.of(world.service(), mesh);
    }

    /** What should exist for one import. */
    public static ImportPlan plan(ImportWorld world) {
        if (world.service().getSpec().suspend()) {
            return untouched(world, ImportReason.Suspended, "spec.suspend is true: nothing is written or deleted");
        }
        return world.mesh()
                .map(mesh -> new ImportPlanner(world, mesh).plan())
                .orElseGet(
                        () -> untouched(
                                world,
                                ImportReason.MeshUnknown,
                                "the trust domain or the mesh config of this mesh is not known: existing objects are left unchanged; see condition MeshConfigured of the MeshFederation"));
    }

    /**
     * The plan of an import while there is no MeshFederation. Nothing is written or deleted: the deletion of the
     * MeshFederation has already removed the entries.
     */
    public static ImportPlan withoutMesh(ImportWorld world) {
        if (world.service().getSpec().suspend()) {
            return plan(world);
        }
        ImportReason reason = ImportReason.NoMeshFederation;
        String message = "there is no MeshFederation: create one to describe this mesh";
        boolean entriesExist = world.presentServiceEntry().isPresent()
                || !world.presentWorkloadEntries().isEmpty();
        if (entriesExist) {
            return untouched(world, reason, message + "; existing objects are left unchanged");
        }
        return new ImportPlan(
                true,
                List.of(),
                Set.of(),
                List.of(
                        Condition.no(ConditionType.Resolved, reason, message + "; until then nothing is imported"),
                        Condition.unknown(ConditionType.IdentityAccepted, reason, message),
                        ImportConditions.noConflict("no conflict found")),
                Optional.empty(),
                "",
                List.of(),
                rememberedPorts(world),
                List.of());
    }

    private static ImportPlan untouched(ImportWorld world, ImportReason reason, String message) {
        Optional<ImportedServiceStatus> status =
                Optional.ofNullable(world.service().getStatus());
        return new ImportPlan(
                true,
                List.of(),
                Set.of(),
                List.of(
                        Condition.unknown(ConditionType.Resolved, reason, message),
                        Condition.unknown(ConditionType.IdentityAccepted, reason, message),
                        Condition.unknown(ConditionType.Conflict, reason, message)),
                status.map(ImportedServiceStatus::mode),
                status.map(ImportedServiceStatus::host).orElse(""),
                status.map(ImportedServiceStatus::remotes).orElse(List.of()),
                status.map(ImportedServiceStatus::ports).orElse(List.of()),
                status.map(ImportedServiceStatus::addresses).orElse(List.of()));
    }

    private ImportPlan plan() {
        Optional<Finding> refusal = refusal();
        if (refusal.isPresent()) {
            return nothing(Optional.empty(), List.of(refusal.get()));
        }
        WithFindings<List<ImportSource>> sources = ImportSource.select(target, world.remotes());
        Mode mode = target.spec().mode();
        if (world.localService().isPresent()) {
            return mode == Mode.Remote
                    ? nothing(Optional.of(Mode.Remote), with(sources.findings(), localServiceExists()))
                    : planLocal(world.localService().get(), sources);
        }
        return mode == Mode.Local
                ? nothing(Optional.of(Mode.Local), with(sources.findings(), localServiceMissing()))
                : planRemote(sources);
    }

    private Optional<Finding> refusal() {
        if (!target.mesh().importNamespaces().matches(world.namespaceLabels())) {
            return Optional.of(new Finding.Problem(
                    ImportReason.NamespaceNotAllowed,
                    "spec.imports.namespaceSelector of MeshFederation "
                            + target.mesh().name() + " does not match namespace " + target.namespace()
                            + ": add the labels that the selector asks for, or import in another namespace"));
        }
        boolean apiServer =
                target.namespace().equals("default") && target.name().equals("kubernetes");
        boolean controlPlane = target.namespace().equals(target.mesh().controlPlaneNamespace())
                && (target.name().startsWith("istiod") || target.name().startsWith("istio-pilot"));
        return apiServer || controlPlane
                ? Optional.of(
                        new Finding.Problem(
                                ImportReason.ReservedName,
                                target.host()
                                        + " belongs to this cluster's control plane and cannot be imported; delete this ImportedService"))
                : Optional.empty();
    }

    private Finding localServiceExists() {
        return new Finding.BlockingConflict(
                ImportReason.LocalServiceExists,
                "spec.mode is Remote, but Service " + target.namespace() + "/" + target.name()
                        + " exists, and Istio would mix its endpoints with the imported ones; delete the Service, or set spec.mode to Auto or Local");
    }

    private Finding localServiceMissing() {
        return new Finding.Problem(
                ImportReason.LocalServiceMissing,
                "spec.mode is Local, but there is no Service " + target.namespace() + "/" + target.name()
                        + "; create it, or set spec.mode to Auto or Remote");
    }

    private ImportPlan planLocal(Service service, WithFindings<List<ImportSource>> sources) {
        Optional<Mode> mode = Optional.of(Mode.Local);
        List<Finding.BlockingConflict> conflicts = LocalServiceCheck.conflicts(target, service, world.otherServices());
        if (!conflicts.isEmpty()) {
            return nothing(mode, with(sources.findings(), conflicts));
        }
        ServicePorts ports = ServicePorts.of(service);
        List<Finding> findings = ports.someUdp()
                ? with(sources.findings(), new Finding.Note("ports that are not TCP are not joined; they stay local"))
                : sources.findings();
        EndpointEntries entries = LocalForm.plan(target, service, ObservedEndpoints.of(world), sources.value());
        return result(mode, "joined to the local Service", ports, entries, sources.value(), findings);
    }

    private ImportPlan planRemote(WithFindings<List<ImportSource>> sources) {
        Optional<Mode> mode = Optional.of(Mode.Remote);
        if (sources.value().isEmpty()) {
            return nothing(mode, sources.findings());
        }
        ServicePorts ports = knownPorts();
        if (ports.ports().isEmpty()) {
            return keepRemoteForm(
                    mode,
                    with(
                            sources.findings(),
                            new Finding.Problem(
                                    ImportReason.PortsUnknown,
                                    "the ports of " + target.host()
                                            + " are not known: list them in spec.ports, with the numbers that they have in the remote mesh")));
        }
        List<Finding> findings = ports.someUdp()
                ? with(sources.findings(), new Finding.Note("UDP ports are left out, because they cannot be imported"))
                : sources.findings();
        EndpointEntries entries = RemoteForm.plan(target, ports, ObservedEndpoints.of(world), sources.value());
        return result(mode, "imported", ports, entries, sources.value(), findings);
    }

    /** Ports of the spec, else those remembered in the status, else those of the existing ServiceEntry. */
    private ServicePorts knownPorts() {
        if (!target.spec().ports().isEmpty()) {
            return ServicePorts.of(target.spec().ports());
        }
        List<Port> remembered = rememberedPorts(world);
        if (!remembered.isEmpty()) {
            return ServicePorts.of(remembered);
        }
        return world.presentServiceEntry()
                .map(ServiceEntry::getSpec)
                .map(spec -> ServicePorts.ofServiceEntry(spec.getPorts()))
                .orElse(new ServicePorts(List.of(), false));
    }

    private static List<Port> rememberedPorts(ImportWorld world) {
        return Optional.ofNullable(world.service().getStatus())
                .map(ImportedServiceStatus::ports)
                .orElse(List.of());
    }

    private ImportPlan result(
            Optional<Mode> mode,
            String how,
            ServicePorts ports,
            EndpointEntries entries,
            List<ImportSource> sources,
            List<Finding> soFar) {
        List<HasMetadata> wanted = new ArrayList<>(entries.wanted());
        Set<OutputKey> kept = new HashSet<>(entries.kept());
        List<Finding> findings = with(soFar, entries.findings());
        if (entries.traffic()) {
            TrafficRule.Decision decision =
                    TrafficRule.decide(target, sources, entries.remotes(), world.otherRules(), world.exportedThrough());
            decision.rule().ifPresent(wanted::add);
            if (decision.keep()) {
                kept.add(trafficRuleKey());
            }
            findings = with(findings, decision.findings());
        }
        return new ImportPlan(
                false,
                wanted,
                kept,
                ImportConditions.of(findings, summary(how, ports, entries)),
                mode,
                target.host(),
                entries.remotes(),
                ports.ports(),
                List.copyOf(entries.addresses()));
    }

    private static Optional<String> summary(String how, ServicePorts ports, EndpointEntries entries) {
        return entries.remotes().isEmpty()
                ? Optional.empty()
                : Optional.of(how + ": " + (entries.remotes().size() == 1 ? "remote " : "remotes ")
                        + String.join(", ", entries.remotes()) + "; "
                        + (ports.ports().size() == 1 ? "port " : "ports ") + ports.text());
    }

    /** Nothing may exist for this import; its ports stay remembered. */
    private ImportPlan nothing(Optional<Mode> mode, List<Finding> findings) {
        return new ImportPlan(
                false,
                List.of(),
                Set.of(),
                ImportConditions.of(findings, Optional.empty()),
                mode,
                target.host(),
                List.of(),
                knownPorts().ports(),
                List.of());
    }

    /** Without ports no entry can be written; an existing one is left unchanged. */
    private ImportPlan keepRemoteForm(Optional<Mode> mode, List<Finding> findings) {
        Set<OutputKey> kept = new HashSet<>();
        world.presentServiceEntry().ifPresent(entry -> {
            kept.add(OutputKey.of(entry));
            kept.add(trafficRuleKey());
        });
        List<Condition> conditions = ImportConditions.of(findings, Optional.empty());
        return new ImportPlan(false, List.of(), kept, conditions, mode, target.host(), List.of(), List.of(), List.of());
    }

    private OutputKey trafficRuleKey() {
        return new OutputKey("DestinationRule", target.namespace(), target.objectName());
    }

    private static List<Finding> with(List<Finding> findings, Finding more) {
        return with(findings, List.of(more));
    }

    private static List<Finding> with(List<Finding> findings, List<? extends Finding> more) {
        return Stream.<Finding>concat(findings.stream(), more.stream()).toList();
    }
}
