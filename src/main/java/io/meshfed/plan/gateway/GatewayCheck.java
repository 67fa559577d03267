package io.meshfed.plan.gateway;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.meshfed.api.MeshFederation;
import io.meshfed.api.MeshGateway;
import io.meshfed.api.Selector;
import io.meshfed.api.condition.Condition;
import io.meshfed.api.condition.ConditionType;
import io.meshfed.api.condition.FederationReason;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Whether a gateway that the operator did not install can serve this federation. */
final class GatewayCheck {
    private GatewayCheck() {}

    static Optional<Condition> judge(MeshFederation mesh, List<Service> found, List<Deployment> deployments) {
        MeshGateway gateway = mesh.getSpec().gateway();
        return checkServices(gateway, services(gateway, found)).or(() -> checkWorkloads(mesh, deployments));
    }

    private static Optional<Condition> checkServices(MeshGateway gateway, List<Service> services) {
        if (services.isEmpty()) {
            return no(
                    FederationReason.GatewayNotFound,
                    "no Service in namespace " + gateway.namespace() + " has the labels " + labels(gateway)
                            + " of spec.gateway.selector; install a gateway there, or set spec.gateway.managed: true");
        }
        List<Service> withPort = services.stream()
                .filter(service -> hasPort(service, gateway.port()))
                .toList();
        if (withPort.isEmpty()) {
            return no(
                    FederationReason.PortMissing,
                    "Service " + names(services) + " in namespace " + gateway.namespace() + " has no TCP port "
                            + gateway.port() + "; add it, or set spec.gateway.port to the port that the gateway has");
        }
        if (withPort.size() > 1) {
            return no(
                    FederationReason.GatewayAmbiguous,
                    "Services " + names(withPort) + " in namespace " + gateway.namespace() + " all have the labels "
                            + labels(gateway) + " and port " + gateway.port()
                            + "; set spec.gateway.selector to labels that only one of them has");
        }
        return Optional.empty();
    }

    private static Optional<Condition> checkWorkloads(MeshFederation mesh, List<Deployment> deployments) {
        MeshGateway gateway = mesh.getSpec().gateway();
        List<Deployment> matching = deployments.stream()
                .filter(deployment ->
                        gateway.namespace().equals(deployment.getMetadata().getNamespace()))
                .filter(deployment -> hasLabels(template(deployment), gateway))
                .sorted(Comparator.comparing(
                        deployment -> deployment.getMetadata().getName()))
                .toList();
        if (matching.isEmpty()) {
            return Optional.of(Condition.unknown(
                    ConditionType.GatewayReady,
                    FederationReason.GatewayWorkloadNotFound,
                    "no Deployment in namespace " + gateway.namespace() + " makes pods with the labels "
                            + labels(gateway) + " of spec.gateway.selector, so the operator cannot check whether "
                            + GatewayDeployment.NETWORK_VIEW
                            + " is set; correct the selector, or run the gateway as a Deployment"));
        }
        return matching.stream()
                .map(deployment -> checkNetworkView(mesh, deployment))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<Condition> checkNetworkView(MeshFederation mesh, Deployment deployment) {
        String network = mesh.getSpec().mesh().network();
        String subject = "Deployment " + mesh.getSpec().gateway().namespace() + "/"
                + deployment.getMetadata().getName();
        String remedy = "; requests can loop between the meshes: set env " + GatewayDeployment.NETWORK_VIEW + "="
                + network + " on container istio-proxy";
        List<EnvVar> views = template(deployment).getSpec().getContainers().stream()
                .flatMap(container -> container.getEnv().stream())
                .filter(env -> GatewayDeployment.NETWORK_VIEW.equals(env.getName()))
                .toList();
        if (views.isEmpty()) {
            return no(
                    FederationReason.NetworkViewMissing,
                    subject + ": env " + GatewayDeployment.NETWORK_VIEW
                            + " is not set, so the gateway sees the endpoints of other networks" + remedy);
        }
        if (views.stream().anyMatch(env -> env.getValueFrom() != null)) {
            return Optional.of(Condition.unknown(
                    ConditionType.GatewayReady,
                    FederationReason.NetworkViewNotReadable,
                    subject + ": env " + GatewayDeployment.NETWORK_VIEW
                            + " is set with valueFrom, which the operator does not read" + remedy));
        }
        if (views.stream().anyMatch(env -> !network.equals(env.getValue()))) {
            return no(
                    FederationReason.NetworkViewWrong,
                    subject + ": env " + GatewayDeployment.NETWORK_VIEW + " is not exactly this mesh's network"
                            + remedy);
        }
        return Optional.empty();
    }

    private static List<Service> services(MeshGateway gateway, List<Service> found) {
        Selector selector = new Selector(gateway.selector(), List.of());
        return found.stream()
                .filter(service ->
                        gateway.namespace().equals(service.getMetadata().getNamespace()))
                .filter(service -> selector.matches(service.getMetadata().getLabels()))
                .sorted(Comparator.comparing(service -> service.getMetadata().getName()))
                .toList();
    }

    private static boolean hasLabels(PodTemplateSpec template, MeshGateway gateway) {
        return template.getMetadata() != null
                && new Selector(gateway.selector(), List.of())
                        .matches(template.getMetadata().getLabels());
    }

    private static PodTemplateSpec template(Deployment deployment) {
        return deployment.getSpec().getTemplate();
    }

    private static boolean hasPort(Service service, int port) {
        return service.getSpec().getPorts().stream()
                .anyMatch(candidate -> candidate.getPort() == port
                        && (candidate.getProtocol() == null
                                || candidate.getProtocol().equals("TCP")));
    }

    private static String labels(MeshGateway gateway) {
        return gateway.selector().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(label -> label.getKey() + "=" + label.getValue())
                .collect(Collectors.joining(","));
    }

    private static String names(List<Service> services) {
        return services.stream().map(service -> service.getMetadata().getName()).collect(Collectors.joining(", "));
    }

    private static Optional<Condition> no(FederationReason reason, String message) {
        return Optional.of(Condition.no(ConditionType.GatewayReady, reason, message));
    }
}
