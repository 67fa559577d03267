package io.meshfed.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the user says of one imported service. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value =
                "!has(self.from) || size(self.from) == 0 || !has(self.loadBalancing) || !has(self.loadBalancing.locality) || "
                        + "!has(self.loadBalancing.locality.shares) || "
                        + "self.loadBalancing.locality.shares.all(s, self.from.exists(f, f.remote == s.remote))",
        message =
                "spec.loadBalancing.locality.shares: a share names a remote that is not in spec.from; add the remote to spec.from, or remove the share")
public record ImportedServiceSpec(
        @JsonPropertyDescription("RemoteMeshes that serve this host. Default: all RemoteMeshes.") @Size(max = 16)
                List<From> from,
        @JsonPropertyDescription(
                        "How the import relates to a local Service of the same name. Local: the remote endpoints are added to the local Service. Remote: there is no local Service, and the host has remote endpoints only. Auto: Local while a local Service (type ClusterIP, with a selector) exists, otherwise Remote.")
                @Default("Auto")
                Mode mode,
        @JsonPropertyDescription(
                        "Ports of the service, with the port numbers of the Service in the remote mesh. Required if there is no local Service from which the operator can read them.")
                @Size(max = 32)
                @ValidationRule(
                        value =
                                "self.all(p, !has(p.name) || self.exists_one(other, has(other.name) && other.name == p.name))",
                        message = "spec.ports: two ports have the same name; give each port its own name")
                List<Port> ports,
        @JsonPropertyDescription(
                        "Service accounts of the remote workload, in the namespace of the same name in the remote cluster. Clients accept only these. Required to add remote endpoints to a local Service (exactly one). If empty and there is no local Service, clients accept any workload of either mesh.")
                @Size(max = 16)
                List<@Pattern("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$") @Size(min = 1, max = 253) String> serviceAccounts,
        @JsonPropertyDescription("Traffic policy of the host. The operator writes it as a DestinationRule.") @Nullable
                LoadBalancing loadBalancing,
        @JsonPropertyDescription(
                        "Namespaces that can use the host, as in Istio's exportTo: a name, '.' (this namespace), '*' (all) or '~' (none). Empty: Istio's default.")
                @Size(max = 64)
                List<@Pattern("^(\\.|\\*|~|[a-z0-9]([-a-z0-9]*[a-z0-9])?)$") @Size(min = 1, max = 63) String> exportTo,
        @JsonPropertyDescription(
                        "true: the operator does not create, change or delete any object for this import. Existing objects stay in use.")
                @Default("false")
                Boolean suspend) {

    /** Envoy reads a duration of zero as "never" in one place and as an error in the next. */
    private static final String AT_LEAST_1MS = "duration(self) >= duration('1ms')";

    private static final String AT_LEAST_1MS_MESSAGE = "must be longer than zero; omit the field to use the default";

    /** The spec that asks for every default. */
    public static final ImportedServiceSpec DEFAULT = new ImportedServiceSpec(null, null, null, null, null, null, null);

    public ImportedServiceSpec(
            @Nullable List<From> from,
            @Nullable Mode mode,
            @Nullable List<Port> ports,
            @Nullable List<String> serviceAccounts,
            @Nullable LoadBalancing loadBalancing,
            @Nullable List<String> exportTo,
            @Nullable Boolean suspend) {
        this.from = from == null ? List.of() : List.copyOf(from);
        this.mode = mode == null ? Mode.Auto : mode;
        this.ports = ports == null ? List.of() : List.copyOf(ports);
        this.serviceAccounts = serviceAccounts == null ? List.of() : List.copyOf(serviceAccounts);
        this.loadBalancing = loadBalancing;
        this.exportTo = exportTo == null ? List.of() : List.copyOf(exportTo);
        this.suspend = suspend != null && suspend;
    }

    /** One remote that serves the host. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record From(
            @JsonPropertyDescription("Name of the RemoteMesh.")
                    @Required
                    @Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
                    @Size(min = 1, max = 52)
                    String remote,
            @JsonPropertyDescription("Weight of the remote as a whole in load balancing. A local pod has the weight 1.")
                    @Default("1")
                    @Min(1)
                    @Max(10000)
                    Integer weight) {

        public From(String remote, @Nullable Integer weight) {
            this.remote = remote;
            this.weight = weight == null ? 1 : weight;
        }
    }

    /** How an import relates to a local Service of its name. */
    public enum Mode {
        Auto,
        Local,
        Remote
    }

    /** One port. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Port(
            @JsonPropertyDescription("Name of the port, unique in the list.")
                    @Nullable
                    @Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
                    @Size(min = 1, max = 62)
                    String name,
            @JsonPropertyDescription("Port number of the Service, the same as in the remote mesh.")
                    @Required
                    @Min(1)
                    @Max(65535)
                    Integer port,
            @JsonPropertyDescription(
                            "Protocol, with the values of a Service's appProtocol: http, http2, grpc, https, tls, tcp, mongo, mysql or redis. Default: the protocol that the prefix of the port's name says, otherwise tcp.")
                    @Nullable
                    @Pattern("^[a-zA-Z0-9]([-a-zA-Z0-9./]*[a-zA-Z0-9])?$")
                    @Size(min = 1, max = 253)
                    String appProtocol) {}

    /** Traffic policy. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record LoadBalancing(
            @JsonPropertyDescription(
                            "Number of requests after which a connection is replaced. With 1, every request is balanced over the remote's pods.")
                    @Nullable
                    @Min(1)
                    @Max(1073741824)
                    Integer maxRequestsPerConnection,
            @JsonPropertyDescription(
                            "Age at which a connection is replaced, as a Go duration such as 5m. Default: none.")
                    @Nullable
                    @Pattern(Durations.PATTERN)
                    @Size(max = 32)
                    @ValidationRule(value = AT_LEAST_1MS, message = AT_LEAST_1MS_MESSAGE)
                    String maxConnectionDuration,
            @JsonPropertyDescription("Load balancing between localities.") @Nullable Locality locality,
            @JsonPropertyDescription(
                            "When an endpoint is ejected from load balancing because of errors. Default: none; with locality mode Failover, the defaults of the fields below.")
                    @Nullable
                    OutlierDetection outlierDetection) {}

    /** Balancing between localities. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @ValidationRule(
            value =
                    "self.mode == 'Distribute' ? (has(self.shares) && size(self.shares) > 0) : (!has(self.shares) || size(self.shares) == 0)",
            message = "spec.loadBalancing.locality: mode Distribute requires shares; with another mode, remove shares")
    public record Locality(
            @JsonPropertyDescription(
                            "None: no preference. Failover: local endpoints first, and remote ones if no local endpoint is healthy. Distribute: fixed percentages, see shares.")
                    @Required
                    LocalityMode mode,
            @JsonPropertyDescription(
                            "Percentage of the traffic for each remote. The rest stays local. Required for mode Distribute; not allowed otherwise.")
                    @Size(max = 16)
                    @ValidationRule(
                            value = "self.map(s, s.percent).sum() <= 100",
                            message =
                                    "spec.loadBalancing.locality.shares: the percentages add up to more than 100; reduce them")
                    List<Share> shares) {

        public Locality(LocalityMode mode, @Nullable List<Share> shares) {
            this.mode = mode;
            this.shares = shares == null ? List.of() : List.copyOf(shares);
        }
    }

    /** How localities are balanced. */
    public enum LocalityMode {
        None,
        Failover,
        Distribute
    }

    /** Share of one remote. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Share(
            @JsonPropertyDescription("Name of the RemoteMesh.")
                    @Required
                    @Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
                    @Size(min = 1, max = 52)
                    String remote,
            @JsonPropertyDescription("Percentage of the host's traffic.") @Required @Min(1) @Max(100)
                    Integer percent) {}

    /** When an endpoint is ejected. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record OutlierDetection(
            @JsonPropertyDescription("Number of consecutive 5xx responses after which an endpoint is ejected.")
                    @Default("5")
                    @Min(1)
                    @Max(10000)
                    Integer consecutive5xxErrors,
            @JsonPropertyDescription("Interval between two checks of the endpoints, as a Go duration such as 5s.")
                    @Default("5s")
                    @Pattern(Durations.PATTERN)
                    @Size(max = 32)
                    @ValidationRule(value = AT_LEAST_1MS, message = AT_LEAST_1MS_MESSAGE)
                    String interval,
            @JsonPropertyDescription(
                            "How long the first ejection of an endpoint lasts, as a Go duration such as 30s. Each further ejection lasts longer.")
                    @Default("30s")
                    @Pattern(Durations.PATTERN)
                    @Size(max = 32)
                    @ValidationRule(value = AT_LEAST_1MS, message = AT_LEAST_1MS_MESSAGE)
                    String baseEjectionTime) {

        /** What Failover uses when the user says nothing. */
        public static final OutlierDetection DEFAULT = new OutlierDetection(null, null, null);

        public OutlierDetection(
                @Nullable Integer consecutive5xxErrors, @Nullable String interval, @Nullable String baseEjectionTime) {
            this.consecutive5xxErrors = consecutive5xxErrors == null ? 5 : consecutive5xxErrors;
            this.interval = interval == null ? "5s" : interval;
            this.baseEjectionTime = baseEjectionTime == null ? "30s" : baseEjectionTime;
        }
    }
}
