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
                "spec.loadBalancing.locality.shares: a share names a remote that is not in spec.from; add it there or drop the share")
public record ImportedServiceSpec(
        @JsonPropertyDescription("Remotes that serve this host. Default: every RemoteMesh.") @Size(max = 16)
                List<From> from,
        @JsonPropertyDescription("Local: join the local Service of this name. Remote: the host exists only remotely. "
                        + "Auto: Local while a local Service (ClusterIP, with a selector) exists, else Remote.")
                @Default("Auto")
                Mode mode,
        @JsonPropertyDescription(
                        "Ports of the service, numbered as in the remote mesh; needed where no local Service can be asked.")
                @Size(max = 32)
                @ValidationRule(
                        value =
                                "self.all(p, !has(p.name) || self.exists_one(other, has(other.name) && other.name == p.name))",
                        message = "spec.ports: two ports have the same name; give each a name of its own")
                List<Port> ports,
        @JsonPropertyDescription(
                        "Service accounts of the remote workload, in this namespace's name over there; clients accept only these.")
                @Size(max = 16)
                List<@Pattern("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$") @Size(min = 1, max = 253) String> serviceAccounts,
        @JsonPropertyDescription("Traffic policy of the host, written as a DestinationRule.") @Nullable
                LoadBalancing loadBalancing,
        @JsonPropertyDescription("Namespaces that see the host, as in Istio's exportTo; empty: Istio's default.")
                @Size(max = 64)
                List<@Pattern("^(\\.|\\*|~|[a-z0-9]([-a-z0-9]*[a-z0-9])?)$") @Size(min = 1, max = 63) String> exportTo,
        @JsonPropertyDescription("true: touch nothing that belongs to this import.") @Default("false")
                Boolean suspend) {

    /** Envoy reads a duration of zero as "never" in one place and as an error in the next. */
    private static final String AT_LEAST_1MS = "duration(self) >= duration('1ms')";

    private static final String AT_LEAST_1MS_MESSAGE = "must be longer than zero; leave the field out for the default";

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
            @JsonPropertyDescription("Share of the remote as a whole, a local pod being 1.")
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
            @JsonPropertyDescription("Name of the port, unique.")
                    @Nullable
                    @Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
                    @Size(min = 1, max = 62)
                    String name,
            @JsonPropertyDescription("Number of the Service port, the same as in the remote mesh.")
                    @Required
                    @Min(1)
                    @Max(65535)
                    Integer port,
            @JsonPropertyDescription(
                            "Protocol, in the words of a Service's appProtocol: http, http2, grpc, https, tls, tcp, mongo, mysql, redis; "
                                    + "default: what the name's prefix says, else tcp.")
                    @Nullable
                    @Pattern("^[a-zA-Z0-9]([-a-zA-Z0-9./]*[a-zA-Z0-9])?$")
                    @Size(min = 1, max = 253)
                    String appProtocol) {}

    /** Traffic policy. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record LoadBalancing(
            @JsonPropertyDescription(
                            "Requests after which a connection is replaced; 1 spreads every request over the remote's pods.")
                    @Nullable
                    @Min(1)
                    @Max(1073741824)
                    Integer maxRequestsPerConnection,
            @JsonPropertyDescription("Age at which a connection is replaced, as a Go duration such as 5m.")
                    @Nullable
                    @Pattern(Durations.PATTERN)
                    @Size(max = 32)
                    @ValidationRule(value = AT_LEAST_1MS, message = AT_LEAST_1MS_MESSAGE)
                    String maxConnectionDuration,
            @JsonPropertyDescription("Balancing between localities.") @Nullable Locality locality,
            @JsonPropertyDescription("When an endpoint is taken out of balancing for its errors.") @Nullable
                    OutlierDetection outlierDetection) {}

    /** Balancing between localities. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @ValidationRule(
            value =
                    "self.mode == 'Distribute' ? (has(self.shares) && size(self.shares) > 0) : (!has(self.shares) || size(self.shares) == 0)",
            message = "spec.loadBalancing.locality: mode Distribute needs shares, and only Distribute takes them")
    public record Locality(
            @JsonPropertyDescription(
                            "None: no preference. Failover: local first, remotes when local is gone. Distribute: fixed shares.")
                    @Required
                    LocalityMode mode,
            @JsonPropertyDescription("Percent of traffic for each remote; the rest stays local.")
                    @Size(max = 16)
                    @ValidationRule(
                            value = "self.map(s, s.percent).sum() <= 100",
                            message = "spec.loadBalancing.locality.shares: the percentages add up to more than 100")
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
            @JsonPropertyDescription("Percent of the traffic.") @Required @Min(1) @Max(100) Integer percent) {}

    /** When an endpoint is ejected. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record OutlierDetection(
            @JsonPropertyDescription("Consecutive 5xx answers that eject an endpoint.")
                    @Default("5")
                    @Min(1)
                    @Max(10000)
                    Integer consecutive5xxErrors,
            @JsonPropertyDescription("How often endpoints are judged, as a Go duration.")
                    @Default("5s")
                    @Pattern(Durations.PATTERN)
                    @Size(max = 32)
                    @ValidationRule(value = AT_LEAST_1MS, message = AT_LEAST_1MS_MESSAGE)
                    String interval,
            @JsonPropertyDescription("How long an endpoint stays out at first, as a Go duration.")
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
