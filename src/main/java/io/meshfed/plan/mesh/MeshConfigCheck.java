package io.meshfed.plan.mesh;

import io.meshfed.api.MeshFederation;
import io.meshfed.api.MeshFederationSpec.Mesh;
import io.meshfed.api.RemoteMesh;
import io.meshfed.api.condition.Condition;
import io.meshfed.api.condition.ConditionType;
import io.meshfed.api.condition.FederationReason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Whether istiod is configured for what the federation needs: which key is missing, what to write, on which side. */
public final class MeshConfigCheck {
    /** The trust domain of istiod if the mesh config does not set one. */
    public static final String DEFAULT_TRUST_DOMAIN = "cluster.local";

    /** The gravest first. Of several problems the gravest gives the condition its reason. */
    private static final List<FederationReason> RANK = List.of(
            FederationReason.TrustDomainMismatch,
            FederationReason.NetworkMismatch,
            FederationReason.NetworkLabelMismatch,
            FederationReason.IstiodNotFound,
            FederationReason.TrustDomainNotAccepted,
            FederationReason.DnsCaptureMissing);

    private MeshConfigCheck() {}

    private record Problem(FederationReason reason, String message) {
        int rank() {
            return RANK.indexOf(reason);
        }
    }

    /**
     * Checks istiod's configuration.
     *
     * @param config the content of istiod's ConfigMaps
     * @param namespaceNetworkLabel label {@code topology.istio.io/network} of the control plane's namespace
     * @param remotes every RemoteMesh; those that are being deleted do not count
     * @param remoteOnlyImports whether some imported host has no Service, so that cluster DNS does not resolve it
     * @return a draft of MeshConfigured with all problems in its message: True (Configured), False, or Unknown
     *     (IstiodNotFound) if a ConfigMap was not found and no graver problem is known
     */
    public static Condition check(
            MeshFederation mesh,
            IstioConfig config,
            Optional<String> namespaceNetworkLabel,
            List<RemoteMesh> remotes,
            boolean remoteOnlyImports) {
        Mesh own = mesh.getSpec().mesh();
        List<RemoteMesh> remaining = remotes.stream()
                .filter(remote -> remote.getMetadata().getDeletionTimestamp() == null)
                .sorted(Comparator.comparing(remote -> remote.getMetadata().getName()))
                .toList();
        List<Problem> problems = new ArrayList<>();
        missingConfigMaps(own, config).ifPresent(problems::add);
        trustDomainMismatch(own, config).ifPresent(problems::add);
        networkMismatch(own, config).ifPresent(problems::add);
        networkLabelMismatch(own, namespaceNetworkLabel).ifPresent(problems::add);
        trustDomainsNotAccepted(own, config, remaining).ifPresent(problems::add);
        dnsCaptureMissing(own, config, remoteOnlyImports).ifPresent(problems::add);

        String hint = hint(own, config, remaining).map(text -> ". " + text).orElse("");
        if (problems.isEmpty()) {
            return Condition.yes(
                    ConditionType.MeshConfigured,
                    FederationReason.Configured,
                    "istiod's configuration fits this federation" + hint);
        }
        problems.sort(Comparator.comparing(Problem::rank));
        String message = problems.stream().map(Problem::message).collect(Collectors.joining(". ")) + hint;
        FederationReason gravest = problems.get(0).reason();
        return gravest == FederationReason.IstiodNotFound
                ? Condition.unknown(ConditionType.MeshConfigured, gravest, message)
                : Condition.no(ConditionType.MeshConfigured, gravest, message);
    }

    /**
     * The trust domain in force: that of the spec, else that of istiod's mesh config, else istiod's default if the mesh
     * config was found.
     *
     * @return empty if it is not known, or if spec and mesh config contradict each other
     */
    public static Optional<String> effectiveTrustDomain(MeshFederation mesh, IstioConfig config) {
        Optional<String> running = running(config);
        Optional<String> specified = Optional.ofNullable(mesh.getSpec().mesh().trustDomain());
        boolean contradiction =
                specified.isPresent() && running.isPresent() && !specified.get().equals(running.get());
        return contradiction ? Optional.empty() : specified.or(() -> running);
    }

    private static Optional<String> running(IstioConfig config) {
        return config.meshConfigSeen()
                ? Optional.of(config.trustDomain().orElse(DEFAULT_TRUST_DOMAIN))
                : Optional.empty();
    }

    private static Optional<Problem> missingConfigMaps(Mesh own, IstioConfig config) {
        List<String> missing = new ArrayList<>();
        if (!config.meshConfigSeen()) {
            missing.add(meshConfigMap(own));
        }
        if (!config.valuesSeen()) {
            missing.add(valuesConfigMap(own));
        }
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of(new Problem(
                        FederationReason.IstiodNotFound,
                        String.join(" and ", missing)
                                + " not found, so istiod's configuration is not known; check spec.mesh.controlPlaneNamespace"
                                + " and spec.mesh.revision (the revision itself, not a tag)"));
    }

    private static Optional<Problem> trustDomainMismatch(Mesh own, IstioConfig config) {
        return running(config)
                .filter(running -> own.trustDomain() != null && !running.equals(own.trustDomain()))
                .map(running -> new Problem(
                        FederationReason.TrustDomainMismatch,
                        "spec.mesh.trustDomain is " + own.trustDomain() + ", but istiod uses " + running + " ("
                                + meshConfigMap(own)
                                + (config.trustDomain().isPresent() ? ", key trustDomain" : ", which does not set it")
                                + "); nothing is imported until they agree: correct spec.mesh.trustDomain, or set"
                                + " meshConfig.trustDomain and restart every proxy"));
    }

    private static Optional<Problem> networkMismatch(Mesh own, IstioConfig config) {
        if (!config.valuesSeen()
                || config.network().filter(own.network()::equals).isPresent()) {
            return Optional.empty();
        }
        return Optional.of(
                new Problem(
                        FederationReason.NetworkMismatch,
                        "istiod's global.network is "
                                + config.network()
                                        .map(network -> network + ", not ")
                                        .orElse("not set; it must be ")
                                + own.network() + " (" + valuesConfigMap(own)
                                + "); set the Helm value global.network=" + own.network()
                                + " and restart the workloads; otherwise proxies cannot tell local endpoints from remote ones"));
    }

    private static Optional<Problem> networkLabelMismatch(Mesh own, Optional<String> label) {
        return label.filter(network -> !network.equals(own.network()))
                .map(network -> new Problem(
                        FederationReason.NetworkLabelMismatch,
                        "namespace " + own.controlPlaneNamespace() + " has the label topology.istio.io/network="
                                + network + ", not " + own.network() + "; set it to " + own.network()));
    }

    private static Optional<Problem> trustDomainsNotAccepted(Mesh own, IstioConfig config, List<RemoteMesh> remotes) {
        if (!config.meshConfigSeen()) {
            return Optional.empty();
        }
        List<RemoteMesh> rejected = remotes.stream()
                .filter(remote -> !config.acceptsCallersOf(remote.getSpec().trustDomain()))
                .toList();
        if (rejected.isEmpty()) {
            return Optional.empty();
        }
        TreeSet<String> domains = rejected.stream()
                .map(remote -> remote.getSpec().trustDomain())
                .collect(Collectors.toCollection(TreeSet::new));
        return Optional.of(new Problem(
                FederationReason.TrustDomainNotAccepted,
                "proxies of this mesh reject callers from " + names(rejected) + ": add " + String.join(", ", domains)
                        + " to meshConfig.trustDomainAliases (" + meshConfigMap(own)
                        + "; their identities then count as this mesh's own), or to"
                        + " meshConfig.caCertificates[].trustDomains (not sufficient for imports that join a local"
                        + " Service). The mesh config of " + names(rejected) + " must accept "
                        + running(config).orElse(DEFAULT_TRUST_DOMAIN)
                        + " in the same way; the operator cannot check that"));
    }

    private static Optional<Problem> dnsCaptureMissing(Mesh own, IstioConfig config, boolean remoteOnlyImports) {
        return remoteOnlyImports && config.meshConfigSeen() && !config.dnsCapture()
                ? Optional.of(new Problem(
                        FederationReason.DnsCaptureMissing,
                        "hosts without a local Service do not resolve: set"
                                + " meshConfig.defaultConfig.proxyMetadata.ISTIO_META_DNS_CAPTURE: \"true\" ("
                                + meshConfigMap(own) + ") and restart the workloads that call them"))
                : Optional.empty();
    }

    /** A hint about settings that no ConfigMap shows, or that matter only while roots change. */
    private static Optional<String> hint(Mesh own, IstioConfig config, List<RemoteMesh> remotes) {
        List<RemoteMesh> ownRoots = remotes.stream()
                .filter(remote -> !remote.getSpec().trust().roots().isEmpty())
                .toList();
        if (ownRoots.isEmpty()) {
            return Optional.empty();
        }
        String agent = config.xdsAgent() || !config.meshConfigSeen()
                ? ""
                : ". Running proxies learn them only when they restart, unless"
                        + " meshConfig.defaultConfig.proxyMetadata.PROXY_CONFIG_XDS_AGENT: \"true\" is set ("
                        + meshConfigMap(own) + ")";
        return Optional.of("The roots of " + names(ownRoots)
                + " differ from those of this mesh: istiod accepts them only with env ISTIO_MULTIROOT_MESH=true, which the"
                + " operator cannot check" + agent);
    }

    private static String names(List<RemoteMesh> remotes) {
        return remotes.stream()
                .map(remote -> "RemoteMesh " + remote.getMetadata().getName())
                .collect(Collectors.joining(", "));
    }

    private static String meshConfigMap(Mesh own) {
        return configMap(own, IstioConfig.meshConfigMapName(Optional.ofNullable(own.revision())), IstioConfig.MESH_KEY);
    }

    private static String valuesConfigMap(Mesh own) {
        return configMap(
                own, IstioConfig.valuesConfigMapName(Optional.ofNullable(own.revision())), IstioConfig.VALUES_KEY);
    }

    private static String configMap(Mesh own, String name, String key) {
        return "ConfigMap " + own.controlPlaneNamespace() + "/" + name + ", key " + key;
    }
}
