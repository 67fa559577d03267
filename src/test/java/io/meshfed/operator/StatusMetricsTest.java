package io.meshfed.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.meshfed.api.MeshFederation;
import io.meshfed.api.RemoteMesh;
import io.meshfed.reconcile.ClusterChange;
import io.meshfed.remote.kubeconfig.Validity;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StatusMetricsTest {
    private static final String OWN = "ab".repeat(32);
    private static final String WEST = "cd".repeat(32);
    private static final String EAST = "{kind=\"MeshFederation\",name=\"east\"";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final StatusMetrics metrics = new StatusMetrics(registry);

    @Test
    void aConditionThatNoLongerAppliesIsGone() {
        RemoteMesh stalled = remote("west", "Stalled");
        change(null, stalled);
        assertThat(series("meshfed_condition"))
                .containsExactly("meshfed_condition{condition=\"Stalled\",kind=\"RemoteMesh\",name=\"west\",} 1.0");

        change(stalled, remote("west", "Ready"));

        assertThat(series("meshfed_condition"))
                .containsExactly("meshfed_condition{condition=\"Ready\",kind=\"RemoteMesh\",name=\"west\",} 1.0");
    }

    @Test
    void aRemoteThatIsGoneLeavesNoSeriesAndTakesNoOther() {
        RemoteMesh west = remote("west", "Ready");
        change(null, west);
        metrics.credential("west", Optional.of(year(1_800_000_000)));
        change(null, remote("north", "Ready"));

        change(west, null);

        assertThat(series("meshfed_"))
                .containsExactly(
                        "meshfed_condition{condition=\"Ready\",kind=\"RemoteMesh\",name=\"north\",} 1.0",
                        "meshfed_gateway_addresses{kind=\"RemoteMesh\",name=\"north\",} 1.0");
    }

    @Test
    void aRemoteMadeAnewInheritsNoCredential() {
        RemoteMesh west = remote("west", "Ready");
        change(null, west);
        metrics.credential("west", Optional.of(year(1_800_000_000)));
        change(west, null);

        change(null, west);

        assertThat(series("meshfed_certificate")).isEmpty();
    }

    /** A token that ends unseen ends the sight of the other mesh; the figure is what an alert needs. */
    @Test
    void theEndOfACredentialIsAFigureUntilItIsNotKnownAnyMore() {
        RemoteMesh west = remote("west", "Ready");
        metrics.credential("west", Optional.of(year(1_800_000_000)));
        change(null, west);
        change(west, west);
        String labels = "{certificate=\"credential\",kind=\"RemoteMesh\",name=\"west\",sha256=\"\",}";
        assertThat(series("meshfed_certificate"))
                .containsExactly(
                        "meshfed_certificate_expiry_timestamp_seconds" + labels + " 1.8E9",
                        "meshfed_certificate_lifetime_seconds" + labels + " 3.1536E7");

        metrics.credential("west", Optional.of(new Validity(Optional.empty(), Instant.ofEpochSecond(1_900_000_000))));
        assertThat(series("meshfed_certificate"))
                .containsExactly("meshfed_certificate_expiry_timestamp_seconds" + labels + " 1.9E9");

        metrics.credential("west", Optional.empty());
        assertThat(series("meshfed_certificate")).isEmpty();
    }

    @Test
    void everyCertificateOfTheMeshHasItsEnd() {
        change(null, mesh("intermediateRenewal: \"2027-01-22T05:00:00Z\""));

        assertThat(series("meshfed_certificate"))
                .containsExactlyInAnyOrder(
                        expiry("intermediate", "") + at("2027-02-21T05:00:00Z"),
                        expiry("root", "abababababababab") + at("2036-11-23T05:00:00Z"),
                        expiry("trusted-root", "cdcdcdcdcdcdcdcd") + at("2029-11-23T05:00:00Z"),
                        "meshfed_certificate_lifetime_seconds" + labels("intermediate", "") + " 7776000.0",
                        "meshfed_certificate_renewal_timestamp_seconds" + labels("intermediate", "")
                                + at("2027-01-22T05:00:00Z"));
    }

    @Test
    void everyRevocationListHasItsEndAndTheMomentWhenItIsMissed() {
        change(
                null,
                mesh(
                        """
                        crl:
                            - {issuer: CN=root, key: 0a1b, thisUpdate: "2026-11-23T05:00:00Z",
                               nextUpdate: "2026-12-23T05:00:00Z", neededUntil: "2026-12-20T05:00:00Z"}
                            - {issuer: CN=root, key: 2c3d, nextUpdate: "2026-12-24T05:00:00Z"}
                        """
                                .strip()));

        String first = "{issuer=\"CN=root\",key=\"0a1b\",kind=\"MeshFederation\",name=\"east\",}";
        assertThat(series("meshfed_crl"))
                .containsExactlyInAnyOrder(
                        "meshfed_crl_expiry_timestamp_seconds" + first + at("2026-12-23T05:00:00Z"),
                        "meshfed_crl_needed_timestamp_seconds" + first + at("2026-12-20T05:00:00Z"),
                        "meshfed_crl_lifetime_seconds" + first + " 2592000.0",
                        "meshfed_crl_expiry_timestamp_seconds" + first.replace("0a1b", "2c3d")
                                + at("2026-12-24T05:00:00Z"));
    }

    @Test
    void aCacertsThatIsMadeForAnotherMeshHasItsEndAndSoHasTheCredentialForIt() {
        change(
                null,
                Serialization.unmarshal(
                        """
                        apiVersion: meshfed.io/v1alpha1
                        kind: RemoteMesh
                        metadata: {name: west}
                        spec: {network: west-net}
                        status:
                          trust:
                            issued: {notAfter: "2027-02-21T05:00:00Z", renewal: "2027-01-22T05:00:00Z"}
                            credential: {notBefore: "2026-12-22T05:00:00Z", notAfter: "2026-12-23T05:00:00Z"}
                        """,
                        RemoteMesh.class));

        String issued = "{certificate=\"issued-intermediate\",kind=\"RemoteMesh\",name=\"west\",sha256=\"\",}";
        assertThat(series("meshfed_certificate"))
                .containsExactlyInAnyOrder(
                        "meshfed_certificate_expiry_timestamp_seconds" + issued + at("2027-02-21T05:00:00Z"),
                        "meshfed_certificate_renewal_timestamp_seconds" + issued + at("2027-01-22T05:00:00Z"),
                        "meshfed_certificate_expiry_timestamp_seconds"
                                + issued.replace("issued-intermediate", "writer-credential")
                                + at("2026-12-23T05:00:00Z"),
                        "meshfed_certificate_lifetime_seconds"
                                + issued.replace("issued-intermediate", "writer-credential") + " 86400.0");
    }

    @Test
    void aRootThatLeftTheBundleAndARotationThatIsOverAreGone() {
        MeshFederation rotating = mesh("rotation: {from: x, to: y, phase: AwaitTrust, since: \"2026-11-23T05:00:00Z\","
                + " dwellEnds: \"2026-11-24T05:10:00Z\", waitingFor: z}");
        change(null, rotating);
        assertThat(series("meshfed_rotation"))
                .containsExactlyInAnyOrder(
                        phase("AddRoot", 0),
                        phase("AwaitTrust", 1),
                        phase("Sign", 0),
                        phase("AwaitRenewal", 0),
                        phase("RemoveRoot", 0),
                        "meshfed_rotation_since_timestamp_seconds" + EAST + ",}" + at("2026-11-23T05:00:00Z"),
                        "meshfed_rotation_dwell_end_timestamp_seconds" + EAST + ",}" + at("2026-11-24T05:10:00Z"));

        MeshFederation over = mesh("issuer: mesh-root-2027", List.of(OWN));
        change(rotating, over);

        assertThat(series("meshfed_rotation_since")).isEmpty();
        assertThat(series("meshfed_rotation_dwell")).isEmpty();
        assertThat(series("meshfed_rotation_phase")).hasSize(5).allMatch(line -> line.endsWith(" 0.0"));
        assertThat(series("meshfed_certificate")).noneMatch(line -> line.contains("trusted-root"));

        change(over, null);
        assertThat(series("meshfed_")).isEmpty();
    }

    @Test
    void aTimeThatIsNoneIsLeftOutAndHarmsNoOtherFigure() {
        change(null, mesh("intermediateRenewal: tomorrow"));

        assertThat(series("meshfed_certificate_renewal")).isEmpty();
        assertThat(series("meshfed_certificate_expiry")).hasSize(3);
    }

    private void change(HasMetadata before, HasMetadata after) {
        HasMetadata any = after == null ? before : after;
        metrics.observe(new ClusterChange(any.getClass(), Optional.ofNullable(before), Optional.ofNullable(after)));
    }

    /** As Prometheus gets them. */
    private List<String> series(String prefix) {
        return registry.scrape()
                .lines()
                .filter(line -> line.startsWith(prefix))
                .sorted()
                .toList();
    }

    private static String expiry(String certificate, String sha256) {
        return "meshfed_certificate_expiry_timestamp_seconds" + labels(certificate, sha256);
    }

    private static String labels(String certificate, String sha256) {
        return "{certificate=\"%s\",kind=\"MeshFederation\",name=\"east\",sha256=\"%s\",}"
                .formatted(certificate, sha256);
    }

    private static String phase(String phase, int value) {
        return "meshfed_rotation_phase" + EAST + ",phase=\"" + phase + "\",} " + value + ".0";
    }

    private static String at(String time) {
        return " " + (double) Instant.parse(time).getEpochSecond();
    }

    private static Validity year(long end) {
        Instant until = Instant.ofEpochSecond(end);
        return new Validity(Optional.of(until.minusSeconds(365 * 86400)), until);
    }

    private static MeshFederation mesh(String more) {
        return mesh(more, List.of(OWN, WEST));
    }

    private static MeshFederation mesh(String more, List<String> roots) {
        return Serialization.unmarshal(
                """
                apiVersion: meshfed.io/v1alpha1
                kind: MeshFederation
                metadata: {name: east}
                spec: {mesh: {network: n}, trust: {type: External}}
                status:
                  trust:
                    roots: %s
                    intermediateNotBefore: "2026-11-23T05:00:00Z"
                    intermediateNotAfter: "2027-02-21T05:00:00Z"
                    rootNotAfter: "2036-11-23T05:00:00Z"
                    %s
                    history:
                    - {sha256: %s, notAfter: "2036-11-23T05:00:00Z"}
                    - {sha256: %s, notAfter: "2029-11-23T05:00:00Z"}
                """
                        .formatted(roots, more, OWN, WEST),
                MeshFederation.class);
    }

    private static RemoteMesh remote(String name, String condition) {
        return Serialization.unmarshal(
                """
                apiVersion: meshfed.io/v1alpha1
                kind: RemoteMesh
                metadata: {name: %s}
                spec: {network: n, trustDomain: t.local, gateway: {addresses: [192.0.2.1]}}
                status:
                  gateway: {addresses: [192.0.2.1], source: Spec}
                  conditions:
                  - {type: %s, status: "True", reason: R, message: m}
                """
                        .formatted(name, condition),
                RemoteMesh.class);
    }
}
