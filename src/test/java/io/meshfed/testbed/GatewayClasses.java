package io.meshfed.testbed;

import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewayClass;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewayClassBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

/** The Gateway API classes that istiod makes by itself, as it leaves them: accepted. */
final class GatewayClasses {

    private static final Map<String, String> CONTROLLERS =
            Map.of("istio", "istio.io/gateway-controller", "istio-remote", "istio.io/unmanaged-gateway");

    private GatewayClasses() {}

    /** Does nothing in a cluster without the Gateway API. */
    static void install(KubernetesClient client) {
        if (client.supports(GatewayClass.class)) {
            CONTROLLERS.forEach((name, controller) -> install(client, name, controller));
        }
    }

    private static void install(KubernetesClient client, String name, String controller) {
        GatewayClass applied = client.resource(new GatewayClassBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .withNewSpec()
                        .withControllerName(controller)
                        .withDescription("The Istio GatewayClass " + name)
                        .endSpec()
                        .build())
                .fieldManager("istio")
                .forceConflicts()
                .serverSideApply();
        var accepted = new ConditionBuilder()
                .withType("Accepted")
                .withStatus("True")
                .withReason("Accepted")
                .withMessage("Handled by Istio controller")
                .withObservedGeneration(applied.getMetadata().getGeneration())
                .withLastTransitionTime(
                        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString())
                .build();
        client.resource(applied).editStatus(current -> {
            current.getStatus().setConditions(List.of(accepted));
            return current;
        });
    }
}
