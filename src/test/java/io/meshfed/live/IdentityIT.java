package io.meshfed.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.meshfed.api.condition.Condition;
import io.meshfed.testbed.Mesh;
import io.meshfed.testbed.live.Answers;
import io.meshfed.testbed.live.App;
import io.meshfed.testbed.live.Client.Requests;
import io.meshfed.testbed.live.LiveMesh;
import io.meshfed.testbed.live.LiveMeshes;
import io.meshfed.testbed.live.Load;
import io.meshfed.testbed.live.WithMeshes;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A remote whose identity clients would reject is not joined: the local service stays as healthy as it was. */
@WithMeshes
class IdentityIT {
    private static final int PER_SECOND = 20;
    private static final Duration AT_MOST = Duration.ofMinutes(2);

    private static App shop;
    private static App visitor;
    private static LiveMesh east;

    @BeforeAll
    static void deployInBoth(LiveMeshes meshes) {
        String namespace = meshes.newName("identity");
        shop = App.server("shop").in(namespace).http(8000).exports();
        visitor = App.client("visitor").in(namespace);
        east = meshes.east();
        meshes.west().deploy(shop);
        east.deploy(shop, visitor);
    }

    @AfterEach
    void endImport() {
        east.stopsImporting(shop);
        east.until("the end of the import", () -> east.imported(shop.namespace(), shop.name())
                .isEmpty());
    }

    private static Requests requests() {
        return east.client(visitor).get("http://" + shop.host() + ":8000/");
    }

    /** Applies an import while requests are made, and waits until the operator has refused the remote. */
    private static Answers answersWhileRefused(String serviceAccounts, String reason) {
        east.until("the local pod alone in the client's proxy", IdentityIT::knowsLocalPodOnly);
        try (Load load = requests().untilAnsweredBy("east/").rate(PER_SECOND, AT_MOST)) {
            east.apply(
                    """
                    apiVersion: meshfed.io/v1alpha1
                    kind: ImportedService
                    metadata: {name: %s, namespace: %s}
                    spec:
                      serviceAccounts: %s
                      from: [{remote: west}]
                    """
                            .formatted(shop.name(), shop.namespace(), serviceAccounts));
            east.until("IdentityAccepted " + reason, () -> Mesh.reason(
                            east.imported(shop.namespace(), shop.name()), "IdentityAccepted")
                    .equals(reason));
            int soFar = load.requests().size();
            east.until("requests after that", () -> load.requests().size() > soFar + 5 * PER_SECOND);
            return load.stop();
        }
    }

    private static boolean knowsLocalPodOnly() {
        String local = east.sidecar(shop).podAddress();
        var known = east.sidecar(visitor).endpoints(shop.host(), 8000);
        return known.size() == 1 && known.get(0).address().startsWith(local + ":");
    }

    private static String withoutAliases(String meshConfig) {
        ObjectNode tree = Serialization.unmarshal(meshConfig, ObjectNode.class);
        assertThat(tree.remove("trustDomainAliases")).hasToString("[\"west.local\"]");
        return Serialization.asYaml(tree);
    }

    private static void assertLocalOnly(Answers answers) {
        assertThat(answers.failed()).as("%s", answers.failures()).isZero();
        assertThat(answers.shareOf("east/")).as("%s", answers.byPod()).isEqualTo(1.0);
        assertThat(Mesh.condition(east.imported(shop.namespace(), shop.name()), "IdentityAccepted"))
                .hasValueSatisfying(accepted -> assertThat(accepted.status()).isEqualTo(Condition.State.False));
        assertThat(knowsLocalPodOnly()).isTrue();
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource({"[], ServiceAccountsUnknown", "'[shop, other]', SeveralServiceAccounts"})
    void localAnswersAloneWhenNotOneServiceAccountIsNamed(String serviceAccounts, String reason) {
        Answers answers = answersWhileRefused(serviceAccounts, reason);

        assertLocalOnly(answers);
    }

    @Test
    void localAnswersAloneUntilTheTrustDomainIsAccepted() {
        String before = east.meshConfig();
        east.meshConfig(withoutAliases(before));
        try {
            Answers answers = answersWhileRefused("[shop]", "TrustDomainNotAccepted");

            assertLocalOnly(answers);
        } finally {
            east.meshConfig(before);
        }
        assertThat(requests().untilAnsweredBy("west/").times(50).failed()).isZero();
    }
}
