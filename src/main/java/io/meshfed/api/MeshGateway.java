package io.meshfed.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The east-west gateway of this mesh. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MeshGateway(
        @JsonPropertyDescription(
                        "true: meshfed installs the gateway. false: meshfed uses the existing gateway that selector matches; replicas, service and resources have no effect.")
                @Default("true")
                Boolean managed,
        @JsonPropertyDescription("Namespace of the gateway. Immutable.")
                @Default("meshfed-gateway")
                @Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
                @Size(min = 1, max = 63)
                String namespace,
        @JsonPropertyDescription("Labels of the gateway's pods and Service. Default: istio: eastwestgateway.")
                @Size(min = 1, max = 8)
                @ValidationRule(value = Selector.KEYS_RULE, message = Selector.KEYS_MESSAGE)
                Map<String, @Pattern(Selector.LABEL_VALUE) @Size(max = 63) String> selector,
        @JsonPropertyDescription("Port on which other meshes reach the gateway.") @Default("15443") @Min(1) @Max(65535)
                Integer port,
        @JsonPropertyDescription("Number of gateway pods. If max is above min, meshfed creates an autoscaler.")
                Replicas replicas,
        @JsonPropertyDescription("The Service of the gateway.") GatewayService service,
        @JsonPropertyDescription("Compute resources of each gateway pod.") Resources resources) {

    /** The gateway of a mesh whose spec says nothing of it. */
    public static final MeshGateway DEFAULT = new MeshGateway(null, null, null, null, null, null, null);

    public MeshGateway(
            @Nullable Boolean managed,
            @Nullable String namespace,
            @Nullable Map<String, String> selector,
            @Nullable Integer port,
            @Nullable Replicas replicas,
            @Nullable GatewayService service,
            @Nullable Resources resources) {
        this.managed = managed == null || managed;
        this.namespace = namespace == null ? "meshfed-gateway" : namespace;
        this.selector =
                selector == null || selector.isEmpty() ? Map.of("istio", "eastwestgateway") : Map.copyOf(selector);
        this.port = port == null ? Names.GATEWAY_PORT : port;
        this.replicas = replicas == null ? new Replicas(null, null) : replicas;
        this.service = service == null ? new GatewayService(null, null, null, null) : service;
        this.resources = resources == null ? new Resources(null, null) : resources;
    }

    /** Bounds of the number of gateway pods. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @ValidationRule(
            value = "!has(self.max) || self.min <= self.max",
            message = "spec.gateway.replicas: min must not be above max; increase max, or omit it")
    public record Replicas(
            @JsonPropertyDescription("Minimum number of gateway pods.") @Default("1") @Min(1) @Max(100) Integer min,
            @JsonPropertyDescription(
                            "Maximum number of gateway pods. Equal to min: meshfed creates no autoscaler. Default: 5, or min if that is greater.")
                    @Min(1)
                    @Max(100)
                    Integer max) {

        public Replicas(@Nullable Integer min, @Nullable Integer max) {
            this.min = min == null ? 1 : min;
            this.max = max == null ? Math.max(5, this.min) : max;
        }
    }

    /** The gateway's Service. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record GatewayService(
            @JsonPropertyDescription("Type of the Service. Other meshes must be able to reach its address.")
                    @Default("LoadBalancer")
                    ServiceType type,
            @JsonPropertyDescription(
                            "Load balancer class of the Service (its spec.loadBalancerClass). Empty: the cluster's default.")
                    @Nullable
                    @Pattern("^([a-z0-9]([-a-z0-9./]*[a-z0-9])?)?$")
                    @Size(max = 253)
                    String loadBalancerClass,
            @JsonPropertyDescription(
                            "CIDRs from which the load balancer accepts connections, such as 192.0.2.0/24. Empty: from anywhere.")
                    @Size(max = 64)
                    @ValidationRule(
                            value = "self.all(range, isCIDR(range))",
                            message =
                                    "spec.gateway.service.loadBalancerSourceRanges: every entry must be a CIDR, such as 192.0.2.0/24")
                    List<@Size(min = 1, max = 49) String> loadBalancerSourceRanges,
            @JsonPropertyDescription("Annotations of the Service, such as those that a cloud provider requires.")
                    @Size(max = 64)
                    @ValidationRule(value = Selector.KEYS_RULE, message = Selector.KEYS_MESSAGE)
                    Map<String, @Size(max = 8192) String> annotations) {

        public GatewayService(
                @Nullable ServiceType type,
                @Nullable String loadBalancerClass,
                @Nullable List<String> loadBalancerSourceRanges,
                @Nullable Map<String, String> annotations) {
            this.type = type == null ? ServiceType.LoadBalancer : type;
            this.loadBalancerClass =
                    loadBalancerClass == null || loadBalancerClass.isEmpty() ? null : loadBalancerClass;
            this.loadBalancerSourceRanges =
                    loadBalancerSourceRanges == null ? List.of() : List.copyOf(loadBalancerSourceRanges);
            this.annotations = annotations == null ? Map.of() : Map.copyOf(annotations);
        }
    }

    /** Types of Service that a gateway can have. */
    public enum ServiceType {
        LoadBalancer,
        NodePort,
        ClusterIP
    }

    /** Compute resources, as in a container. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Resources(
            @JsonPropertyDescription("Resources that are reserved for a pod, such as cpu: 100m.") @Size(max = 16)
                    Map<String, Quantity> requests,
            @JsonPropertyDescription("Maximum resources that a pod may use, such as memory: 512Mi.") @Size(max = 16)
                    Map<String, Quantity> limits) {

        public Resources(@Nullable Map<String, Quantity> requests, @Nullable Map<String, Quantity> limits) {
            this.requests = requests == null ? Map.of() : Map.copyOf(requests);
            this.limits = limits == null ? Map.of() : Map.copyOf(limits);
        }
    }
}
