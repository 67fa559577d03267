package io.meshfed.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.istio.api.api.networking.v1alpha3.ServiceEntryResolution;
import io.fabric8.istio.api.api.networking.v1alpha3.ServicePort;
import io.fabric8.istio.api.networking.v1.DestinationRule;
import io.fabric8.istio.api.networking.v1.ServiceEntry;
import io.fabric8.istio.api.networking.v1.WorkloadEntry;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.meshfed.api.Names;
import io.meshfed.plan.imports.ImportPlan;
import io.meshfed.plan.imports.world.EndpointAddressing;
import io.meshfed.plan.imports.world.OutputKey;
import java.util.List;

/** What Istio's schema and webhook ask of what we write, and our own canonical form. */
public final class IstioRules {
    private static final KubernetesSerialization MODELS = new KubernetesSerialization();

    private IstioRules() {}

    public static void check(ImportPlan plan) {
        assertThat(plan.wanted().stream().map(OutputKey::of)).doesNotHaveDuplicates();
        for (HasMetadata object : plan.wanted()) {
            noEmptyValues(object.getKind(), MODELS.convertValue(object, JsonNode.class));
            assertThat(object.getMetadata().getOwnerReferences()).isEmpty();
            assertThat(object.getMetadata().getLabels()).containsEntry(Names.MANAGED_BY, Names.MESHFED);
            if (object instanceof ServiceEntry entry) {
                serviceEntry(entry);
            } else if (object instanceof WorkloadEntry entry) {
                workloadEntry(entry);
            } else if (object instanceof DestinationRule rule) {
                assertThat(rule.getSpec().getSubsets()).isEmpty();
                assertThat(rule.getSpec().getTrafficPolicy().getTls()).isNull();
            }
        }
    }

    private static void serviceEntry(ServiceEntry entry) {
        var spec = entry.getSpec();
        List<String> portNames =
                spec.getPorts().stream().map(ServicePort::getName).toList();
        assertThat(portNames).isNotEmpty().doesNotHaveDuplicates().allMatch(n -> n.length() < 63);
        assertThat(spec.getPorts().stream().map(ServicePort::getNumber)).doesNotHaveDuplicates();
        for (var endpoint : spec.getEndpoints()) {
            String address = endpoint.getAddress();
            assertThat(endpoint.getNetwork()).as("trap 4").isNotNull();
            assertThat(endpoint.getLabels()).as("trap 3").containsEntry(Names.TLS_MODE_LABEL, "istio");
            if (spec.getResolution() == ServiceEntryResolution.DNS) {
                assertThat(address).as("DNS takes no address-less endpoint").isNotNull();
            } else {
                assertThat(address == null || EndpointAddressing.isIp(address))
                        .as("STATIC")
                        .isTrue();
            }
            if (address == null) {
                assertThat(endpoint.getPorts()).isNullOrEmpty();
            } else {
                assertThat(endpoint.getPorts().keySet()).containsExactlyInAnyOrderElementsOf(portNames);
            }
        }
    }

    private static void workloadEntry(WorkloadEntry entry) {
        var spec = entry.getSpec();
        assertThat(spec.getNetwork()).as("trap 4").isNotNull();
        assertThat(spec.getLabels()).as("trap 3").containsEntry(Names.TLS_MODE_LABEL, "istio");
        assertThat(spec.getAddress() == null || EndpointAddressing.isIp(spec.getAddress()))
                .as("trap 1")
                .isTrue();
        assertThat(spec.getServiceAccount()).isNotNull();
    }

    private static void noEmptyValues(String path, JsonNode node) {
        boolean empty = node.isNull()
                || (node.isTextual() && node.asText().isEmpty())
                || (node.isContainerNode() && node.isEmpty());
        assertThat(empty).as("empty value at " + path).isFalse();
        if (node.isObject()) {
            node.properties().forEach(field -> noEmptyValues(path + "." + field.getKey(), field.getValue()));
        } else {
            node.forEach(element -> noEmptyValues(path + "[]", element));
        }
    }
}
