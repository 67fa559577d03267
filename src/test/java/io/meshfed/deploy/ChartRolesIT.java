package io.meshfed.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.meshfed.api.Names;
import io.meshfed.testbed.Cluster;
import io.meshfed.testbed.ClusterOptions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the shipped roles let the operator do, asked of a real API server; every object of the chart is applied to it. */
class ChartRolesIT {
    private static final String FORBIDDEN_SECRET = "istio-ca-secret";
    private static final int FORBIDDEN = 403;

    private static Cluster cluster;
    private static KubernetesClient operator;

    @BeforeAll
    static void installTheChart() {
        Chart chart = Chart.ensure();
        cluster = Cluster.start(ClusterOptions.named("roles").withoutMeshfedCrds());
        cluster.createNamespace("meshfed-system");
        cluster.applyYaml(chart.template("controlPlane.create=true", "replicas=2", "networkPolicy.enabled=true"));
        operator = cluster.serviceAccountClient("meshfed-system", "meshfed");
        cluster.adminClient().resource(secret(FORBIDDEN_SECRET)).create();
    }

    @AfterAll
    static void stop() {
        operator.close();
        cluster.close();
    }

    @Test
    void cacertsCanBeAppliedAndWatchedByName() {
        assertThatCode(() -> apply(secret("cacerts"))).doesNotThrowAnyException();
        assertThatCode(() -> apply(secret("cacerts"))).doesNotThrowAnyException();
        assertThat(operator.secrets()
                        .inNamespace("istio-system")
                        .withField("metadata.name", "cacerts")
                        .list()
                        .getItems())
                .hasSize(1);
    }

    @Test
    void noOtherSecretOfTheControlPlaneCanBeMadeOrRead() {
        assertForbidden(() -> apply(secret("other")));
        assertForbidden(() -> apply(secret(FORBIDDEN_SECRET)));
        assertForbidden(() -> operator.secrets()
                .inNamespace("istio-system")
                .withName(FORBIDDEN_SECRET)
                .get());
        assertForbidden(() -> operator.secrets().inNamespace("istio-system").list());
        assertForbidden(() -> operator.secrets().inAnyNamespace().list());
    }

    @Test
    void cacertsCannotBeDeleted() {
        assertForbidden(() -> operator.secrets()
                .inNamespace("istio-system")
                .withName("cacerts")
                .delete());
    }

    @Test
    void workloadsCanBeWrittenInTheGatewayNamespaceOnly() {
        assertThatCode(() -> operator.apps()
                        .deployments()
                        .inNamespace("meshfed-gateway")
                        .list())
                .doesNotThrowAnyException();
        assertForbidden(() -> operator.resource(new DeploymentBuilder()
                        .withNewMetadata()
                        .withName("istiod")
                        .withNamespace("istio-system")
                        .endMetadata()
                        .build())
                .create());
        assertForbidden(
                () -> operator.apps().deployments().inNamespace("istio-system").list());
    }

    @Test
    void configurationOfIstiodCanBeReadAndNotWritten() {
        var mesh = new ConfigMapBuilder()
                .withNewMetadata()
                .withName("istio")
                .withNamespace("istio-system")
                .endMetadata()
                .build();
        cluster.adminClient().resource(mesh).create();

        assertThat(operator.configMaps()
                        .inNamespace("istio-system")
                        .withField("metadata.name", "istio")
                        .list()
                        .getItems())
                .hasSize(1);
        assertForbidden(() -> operator.resource(mesh).update());
        assertForbidden(() -> operator.configMaps()
                .inNamespace("istio-system")
                .withName("other")
                .get());
    }

    @Test
    void onlyTheControlPlaneNamespaceCanBeLabelled() {
        assertThatCode(() -> label("istio-system")).doesNotThrowAnyException();
        assertForbidden(() -> label("default"));
    }

    private static void label(String namespace) {
        operator.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .addToLabels("a", "b")
                        .endMetadata()
                        .build())
                .fieldManager(Names.MESHFED)
                .serverSideApply();
    }

    private static void apply(Secret secret) {
        operator.resource(secret).fieldManager(Names.MESHFED).forceConflicts().serverSideApply();
    }

    private static Secret secret(String name) {
        return new SecretBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("istio-system")
                .endMetadata()
                .build();
    }

    private static void assertForbidden(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(KubernetesClientException.class, refusal -> assertThat(refusal.getCode())
                        .isEqualTo(FORBIDDEN));
    }
}
