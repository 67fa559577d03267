package io.meshfed.plan.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.api.MeshFederation;
import io.meshfed.api.RemoteMesh;
import io.meshfed.api.condition.Condition;
import io.meshfed.api.condition.Condition.State;
import io.meshfed.plan.Yaml;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class MeshConfigCheckTest {
    private static final String GOOD_MESH =
            "{trustDomain: east.local, trustDomainAliases: [west.local], defaultConfig: {proxyMetadata: "
                    + "{ISTIO_META_DNS_CAPTURE: 'true', PROXY_CONFIG_XDS_AGENT: 'true'}}}";
    private static final String GOOD_VALUES = "{\"global\": {\"network\": \"east-network\"}}";
    private static final RemoteMesh WEST = Yaml.remote("west", "network: west-network\ntrustDomain: west.local\n");
    private static final RemoteMesh OWN_ROOTED = Yaml.remote(
            "west", "network: west-network\ntrustDomain: west.local\ntrust: {roots: [{name: r, pem: x}]}\n");

    static Stream<Arguments> problems() {
        return Stream.of(
                // mesh config, injector's values, namespace label, expected reason, words of the message
                problem(GOOD_MESH, GOOD_VALUES, "east-network", "True", "Configured", "fits this federation"),
                problem(GOOD_MESH, GOOD_VALUES, null, "True", "Configured", "fits this federation"),
                problem(
                        GOOD_MESH.replace("trustDomain: east.local", "trustDomain: old.local"),
                        GOOD_VALUES,
                        null,
                        "False",
                        "TrustDomainMismatch",
                        "spec.mesh.trustDomain is east.local, but istiod uses old.local",
                        "ConfigMap istio-system/istio, key mesh",
                        "nothing is imported"),
                problem(
                        GOOD_MESH.replace("trustDomain: east.local, ", ""),
                        GOOD_VALUES,
                        null,
                        "False",
                        "TrustDomainMismatch",
                        "istiod uses cluster.local",
                        "which does not set it"),
                problem(
                        GOOD_MESH,
                        "{\"global\": {\"network\": \"network1\"}}",
                        null,
                        "False",
                        "NetworkMismatch",
                        "global.network is network1, not east-network",
                        "ConfigMap istio-system/istio-sidecar-injector, key values",
                        "global.network=east-network"),
                problem(
                        GOOD_MESH,
                        "{}",
                        null,
                        "False",
                        "NetworkMismatch",
                        "global.network is not set; it must be east-network"),
                problem(
                        GOOD_MESH,
                        GOOD_VALUES,
                        "network1",
                        "False",
                        "NetworkLabelMismatch",
                        "namespace istio-system",
                        "topology.istio.io/network=network1",
                        "set it to east-network"),
                problem(
                        GOOD_MESH.replace("[west.local]", "[]"),
                        GOOD_VALUES,
                        null,
                        "False",
                        "TrustDomainNotAccepted",
                        "RemoteMesh west",
                        "add west.local to meshConfig.trustDomainAliases (",
                        "caCertificates[].trustDomains",
                        "must accept east.local in the same way"),
                problem(
                        GOOD_MESH.replace("ISTIO_META_DNS_CAPTURE: 'true'", "OTHER: 'true'"),
                        GOOD_VALUES,
                        null,
                        "False",
                        "DnsCaptureMissing",
                        "proxyMetadata.ISTIO_META_DNS_CAPTURE: \"true\"",
                        "ConfigMap istio-system/istio, key mesh"),
                problem(
                        null,
                        GOOD_VALUES,
                        null,
                        "Unknown",
                        "IstiodNotFound",
                        "ConfigMap istio-system/istio, key mesh not found",
                        "spec.mesh.revision"),
                problem(
                        GOOD_MESH,
                        null,
                        null,
                        "Unknown",
                        "IstiodNotFound",
                        "ConfigMap istio-system/istio-sidecar-injector, key values not found"),
                problem(
                        null,
                        null,
                        null,
                        "Unknown",
                        "IstiodNotFound",
                        "key mesh and ConfigMap istio-system/istio-sidecar-injector"));
    }

    @ParameterizedTest
    @MethodSource("problems")
    void namesTheKeyAndTheRemedy(
            Optional<String> mesh,
            Optional<String> values,
            Optional<String> label,
            String state,
            String reason,
            List<String> words) {
        Condition verdict = MeshConfigCheck.check(
                east("east.local"), IstioConfig.parse(mesh, values, "istio-system"), label, List.of(WEST), true);

        assertThat(verdict.type()).isEqualTo("MeshConfigured");
        assertThat(verdict.status()).isEqualTo(State.valueOf(state));
        assertThat(verdict.reason()).isEqualTo(reason);
        assertThat(verdict.message()).contains(words);
    }

    @Test
    void allProblemsAreToldTheGravestGivesTheReason() {
        Condition verdict = check("{trustDomain: old.local}", "{}", List.of(WEST));

        assertThat(verdict.reason()).isEqualTo("TrustDomainMismatch");
        assertThat(verdict.message())
                .containsSubsequence(
                        "spec.mesh.trustDomain", "global.network", "trustDomainAliases", "ISTIO_META_DNS_CAPTURE");
    }

    @Test
    void aContradictionIsKnownEvenWhereTheInjectorIsNot() {
        Condition verdict = MeshConfigCheck.check(
                east("east.local"),
                IstioConfig.parse(Optional.of("trustDomain: old.local"), Optional.empty(), "istio-system"),
                Optional.empty(),
                List.of(),
                false);

        assertThat(verdict.status()).isEqualTo(State.False);
        assertThat(verdict.reason()).isEqualTo("TrustDomainMismatch");
        assertThat(verdict.message()).contains("istio-sidecar-injector");
    }

    @Test
    void dnsCaptureIsNotAskedForWithoutNeed() {
        Condition verdict = MeshConfigCheck.check(
                east("east.local"),
                IstioConfig.parse(
                        Optional.of("{trustDomain: east.local, trustDomainAliases: [west.local]}"),
                        Optional.of(GOOD_VALUES),
                        "istio-system"),
                Optional.empty(),
                List.of(WEST),
                false);

        assertThat(verdict.holds()).isTrue();
    }

    @Test
    void aTrustDomainBesideACaCertificateIsAccepted() {
        assertThat(check(
                                GOOD_MESH.replace(
                                        "trustDomainAliases: [west.local]",
                                        "caCertificates: [{trustDomains: [west.local]}]"),
                                GOOD_VALUES,
                                List.of(WEST))
                        .holds())
                .isTrue();
    }

    @Test
    void aSharedTrustDomainNeedsNoAlias() {
        RemoteMesh same = Yaml.remote("west", "network: west-network\ntrustDomain: east.local\n");

        assertThat(check(GOOD_MESH.replace("[west.local]", "[]"), GOOD_VALUES, List.of(same))
                        .holds())
                .isTrue();
    }

    @Test
    void aRemoteOnItsWayOutAsksForNothing() {
        RemoteMesh going = Yaml.remote("west", "network: west-network\ntrustDomain: west.local\n");
        going.getMetadata().setDeletionTimestamp("2026-01-01T00:00:00Z");

        assertThat(check(GOOD_MESH.replace("[west.local]", "[]"), GOOD_VALUES, List.of(going))
                        .holds())
                .isTrue();
    }

    @Test
    void rootsOfTheirOwnNeedWhatCannotBeSeen() {
        Condition verdict = check(GOOD_MESH, GOOD_VALUES, List.of(OWN_ROOTED));

        assertThat(verdict.holds()).isTrue();
        assertThat(verdict.message())
                .contains("RemoteMesh west", "ISTIO_MULTIROOT_MESH=true", "operator cannot check")
                .doesNotContain("PROXY_CONFIG_XDS_AGENT");
    }

    @Test
    void withoutTheXdsAgentRootsWaitForARestart() {
        Condition verdict = check(
                GOOD_MESH.replace("PROXY_CONFIG_XDS_AGENT: 'true'", "OTHER: 'true'"), GOOD_VALUES, List.of(OWN_ROOTED));

        assertThat(verdict.holds()).isTrue();
        assertThat(verdict.message()).contains("PROXY_CONFIG_XDS_AGENT: \"true\"", "restart");
    }

    @Test
    void aRevisionsConfigMapsAreNamed() {
        MeshFederation canary =
                Yaml.mesh("mesh: {network: east-network, revision: canary, controlPlaneNamespace: cp}\ntrust: {}\n");

        Condition verdict = MeshConfigCheck.check(
                canary,
                IstioConfig.parse(Optional.empty(), Optional.empty(), "cp"),
                Optional.empty(),
                List.of(),
                false);

        assertThat(verdict.message()).contains("cp/istio-canary", "cp/istio-sidecar-injector-canary");
    }

    @ParameterizedTest
    @CsvSource({
        // spec,     mesh config,              in force
        "east.local, trustDomain: east.local,  east.local",
        "east.local, ,                         east.local",
        ",           trustDomain: east.local,  east.local",
        ",           rootNamespace: root,      cluster.local",
        ",           ,                         ",
        "east.local, trustDomain: old.local,   ",
        "east.local, rootNamespace: root,      ",
    })
    void trustDomainInForce(String spec, String mesh, String expected) {
        IstioConfig config = IstioConfig.parse(Optional.ofNullable(mesh), Optional.empty(), "istio-system");

        assertThat(MeshConfigCheck.effectiveTrustDomain(east(spec), config)).isEqualTo(Optional.ofNullable(expected));
    }

    private static Condition check(String mesh, String values, List<RemoteMesh> remotes) {
        return MeshConfigCheck.check(
                east("east.local"),
                IstioConfig.parse(Optional.of(mesh), Optional.of(values), "istio-system"),
                Optional.empty(),
                remotes,
                true);
    }

    private static Arguments problem(
            String mesh, String values, String label, String state, String reason, String... words) {
        return Arguments.of(
                Optional.ofNullable(mesh),
                Optional.ofNullable(values),
                Optional.ofNullable(label),
                state,
                reason,
                List.of(words));
    }

    private static MeshFederation east(String trustDomain) {
        return Yaml.mesh("mesh: {network: east-network" + (trustDomain == null ? "" : ", trustDomain: " + trustDomain)
                + "}\ntrust: {}\n");
    }
}
