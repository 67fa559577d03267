package io.meshfed.testbed.live;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/** The contents of Secret and ConfigMap volumes, from a watch on a cluster. */
final class WatchedVolumeContents implements VolumeContents, AutoCloseable {
    private final SharedIndexInformer<Secret> secrets;
    private final SharedIndexInformer<ConfigMap> configMaps;

    /** @param changed called with the namespace of each change */
    WatchedVolumeContents(KubernetesClient client, Consumer<String> changed) {
        this.secrets = client.secrets().inAnyNamespace().inform(told(changed));
        this.configMaps = client.configMaps().inAnyNamespace().inform(told(changed));
    }

    @Override
    public Optional<SortedMap<String, byte[]>> secret(String namespace, String name) {
        return Optional.ofNullable(secrets.getStore().getByKey(namespace + "/" + name))
                .map(secret -> {
                    SortedMap<String, byte[]> bytes = new TreeMap<>();
                    if (secret.getData() != null) {
                        secret.getData()
                                .forEach((key, value) ->
                                        bytes.put(key, Base64.getDecoder().decode(value)));
                    }
                    return bytes;
                });
    }

    @Override
    public Optional<SortedMap<String, byte[]>> configMap(String namespace, String name) {
        return Optional.ofNullable(configMaps.getStore().getByKey(namespace + "/" + name))
                .map(map -> {
                    SortedMap<String, byte[]> bytes = new TreeMap<>();
                    if (map.getData() != null) {
                        map.getData().forEach((key, value) -> bytes.put(key, value.getBytes(StandardCharsets.UTF_8)));
                    }
                    if (map.getBinaryData() != null) {
                        map.getBinaryData()
                                .forEach((key, value) ->
                                        bytes.put(key, Base64.getDecoder().decode(value)));
                    }
                    return bytes;
                });
    }

    private static <T extends HasMetadata> ResourceEventHandler<T> told(Consumer<String> changed) {
        return new ResourceEventHandler<>() {
            @Override
            public void onAdd(T object) {
                changed.accept(object.getMetadata().getNamespace());
            }

            @Override
            public void onUpdate(T before, T object) {
                changed.accept(object.getMetadata().getNamespace());
            }

            @Override
            public void onDelete(T object, boolean stale) {
                changed.accept(object.getMetadata().getNamespace());
            }
        };
    }

    @Override
    public void close() {
        secrets.close();
        configMaps.close();
    }
}
