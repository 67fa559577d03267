package io.meshfed.testbed;

import io.fabric8.kubernetes.api.model.LoadBalancerIngress;
import io.fabric8.kubernetes.api.model.LoadBalancerIngressBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Plays the controller of a cloud that gives addresses to Services of type LoadBalancer. */
public final class Cloud {

    private final KubernetesClient client;
    private final Set<String> served = ConcurrentHashMap.newKeySet();
    private Optional<SharedIndexInformer<Service>> informer = Optional.empty();

    Cloud(KubernetesClient client) {
        this.client = client;
    }

    /**
     * Gives a LoadBalancer Service exactly these addresses.
     *
     * @param addresses IPv4, IPv6 or host names
     */
    public void assign(String namespace, String serviceName, String... addresses) {
        List<LoadBalancerIngress> ingress =
                Arrays.stream(addresses).map(Cloud::ingress).toList();
        client.services().inNamespace(namespace).withName(serviceName).editStatus(service -> {
            service.getStatus().getLoadBalancer().setIngress(ingress);
            return service;
        });
    }

    /** Takes all addresses from a Service. {@link #auto(Supplier)} gives it no new one. */
    public void remove(String namespace, String serviceName) {
        assign(namespace, serviceName);
    }

    /**
     * From now on gives every LoadBalancer Service without an address one, once.
     *
     * @param addresses the next address (IPv4, IPv6 or host name) at each call
     */
    public synchronized void auto(Supplier<String> addresses) {
        stop();
        informer = Optional.of(client.services().inAnyNamespace().inform(new ResourceEventHandler<>() {
            @Override
            public void onAdd(Service service) {
                serve(service, addresses);
            }

            @Override
            public void onUpdate(Service before, Service service) {
                serve(service, addresses);
            }

            @Override
            public void onDelete(Service service, boolean stale) {
                // Its address is not given again.
            }
        }));
    }

    /** Ends {@link #auto(Supplier)}; Services keep what they have. */
    public synchronized void stop() {
        informer.ifPresent(SharedIndexInformer::stop);
        informer = Optional.empty();
    }

    private void serve(Service service, Supplier<String> addresses) {
        var metadata = service.getMetadata();
        boolean waiting = "LoadBalancer".equals(service.getSpec().getType())
                && service.getStatus().getLoadBalancer().getIngress().isEmpty();
        if (!waiting || !served.add(metadata.getUid())) {
            return;
        }
        try {
            assign(metadata.getNamespace(), metadata.getName(), addresses.get());
        } catch (KubernetesClientException e) {
            // Deleted meanwhile, or an outage that a test wanted: the next event of the Service tries again.
            served.remove(metadata.getUid());
        }
    }

    private static LoadBalancerIngress ingress(String address) {
        var builder = new LoadBalancerIngressBuilder();
        boolean ip = address.contains(":") || address.matches("[0-9.]+");
        return ip
                ? builder.withIp(address).build()
                : builder.withHostname(address).build();
    }
}
