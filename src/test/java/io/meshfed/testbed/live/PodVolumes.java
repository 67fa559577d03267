package io.meshfed.testbed.live;

import io.fabric8.kubernetes.api.model.DownwardAPIVolumeFile;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.ProjectedVolumeSource;
import io.fabric8.kubernetes.api.model.ServiceAccountTokenProjection;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.meshfed.testbed.TestbedException;
import io.meshfed.testbed.live.ContainerSpec.Bind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** The volumes of a pod as folders of this machine. What comes from a Secret or a ConfigMap follows it at once. */
final class PodVolumes {
    private final Path folder;
    private final PodFields fields;
    private final VolumeContents mountables;
    private final Function<ServiceAccountTokenProjection, String> tokens;
    private final Map<String, String> issued = new HashMap<>();

    /** @param tokens asks for a token that is bound to the pod; each is kept as long as the pod lives */
    PodVolumes(
            Path folder,
            PodFields fields,
            VolumeContents mountables,
            Function<ServiceAccountTokenProjection, String> tokens) {
        this.folder = folder;
        this.fields = fields;
        this.mountables = mountables;
        this.tokens = tokens;
    }

    /**
     * Makes the volumes, or brings their content up to date.
     *
     * @throws TestbedException if something that is not optional does not exist (yet)
     */
    void refresh() {
        try {
            for (Volume volume : fields.pod().getSpec().getVolumes()) {
                Path path = Files.createDirectories(folder.resolve(volume.getName()));
                if (volume.getEmptyDir() != null) {
                    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));
                } else {
                    AtomicFolder.write(path, content(volume));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write the volumes of " + fields.field("metadata.name"), e);
        }
    }

    /**
     * Where a container sees its volumes. A mount below another one gets a folder in that volume as mount point, as a
     * container runtime makes it.
     */
    List<Bind> binds(List<VolumeMount> mounts) {
        List<Bind> binds = mounts.stream().map(this::bind).toList();
        for (Bind outer : binds) {
            for (Bind inner : binds) {
                if (inner.target().startsWith(outer.target() + "/")) {
                    try {
                        Files.createDirectories(Path.of(outer.source())
                                .resolve(inner.target().substring(outer.target().length() + 1)));
                    } catch (IOException e) {
                        throw new UncheckedIOException("Cannot make the mount point " + inner.target(), e);
                    }
                }
            }
        }
        return binds;
    }

    private Bind bind(VolumeMount mount) {
        Path source = folder.resolve(mount.getName());
        String subPath = Optional.ofNullable(mount.getSubPath()).orElse("");
        return new Bind(
                (subPath.isEmpty() ? source : source.resolve(subPath)).toString(),
                mount.getMountPath(),
                Boolean.TRUE.equals(mount.getReadOnly()));
    }

    private SortedMap<String, byte[]> content(Volume volume) {
        if (volume.getConfigMap() != null) {
            var source = volume.getConfigMap();
            return configMap(source.getName(), source.getOptional(), source.getItems());
        }
        if (volume.getSecret() != null) {
            var source = volume.getSecret();
            return secret(source.getSecretName(), source.getOptional(), source.getItems());
        }
        if (volume.getDownwardAPI() != null) {
            return downward(volume.getDownwardAPI().getItems());
        }
        if (volume.getProjected() != null) {
            return projected(volume.getName(), volume.getProjected());
        }
        throw new TestbedException("the testbed's kubelet knows no volume like " + volume);
    }

    private SortedMap<String, byte[]> projected(String volume, ProjectedVolumeSource projected) {
        SortedMap<String, byte[]> all = new TreeMap<>();
        for (VolumeProjection source : projected.getSources()) {
            if (source.getServiceAccountToken() != null) {
                var token = source.getServiceAccountToken();
                all.put(
                        token.getPath(),
                        bytes(issued.computeIfAbsent(volume + "/" + token.getPath(), path -> tokens.apply(token))));
            } else if (source.getConfigMap() != null) {
                var map = source.getConfigMap();
                all.putAll(configMap(map.getName(), map.getOptional(), map.getItems()));
            } else if (source.getSecret() != null) {
                var secret = source.getSecret();
                all.putAll(secret(secret.getName(), secret.getOptional(), secret.getItems()));
            } else if (source.getDownwardAPI() != null) {
                all.putAll(downward(source.getDownwardAPI().getItems()));
            } else {
                throw new TestbedException("the testbed's kubelet knows no projection like " + source);
            }
        }
        return all;
    }

    private SortedMap<String, byte[]> configMap(String name, Boolean optional, List<KeyToPath> items) {
        return chosen("ConfigMap " + name, mountables.configMap(namespace(), name), optional, items);
    }

    private SortedMap<String, byte[]> secret(String name, Boolean optional, List<KeyToPath> items) {
        return chosen("Secret " + name, mountables.secret(namespace(), name), optional, items);
    }

    private static SortedMap<String, byte[]> chosen(
            String what, Optional<SortedMap<String, byte[]>> data, Boolean optional, List<KeyToPath> items) {
        if (data.isEmpty()) {
            if (Boolean.TRUE.equals(optional)) {
                return new TreeMap<>();
            }
            throw new TestbedException(what + " does not exist");
        }
        if (items.isEmpty()) {
            return data.get();
        }
        SortedMap<String, byte[]> chosen = new TreeMap<>();
        for (KeyToPath item : items) {
            byte[] value = data.get().get(item.getKey());
            if (value != null) {
                chosen.put(item.getPath(), value);
            } else if (!Boolean.TRUE.equals(optional)) {
                throw new TestbedException(what + " has no key " + item.getKey());
            }
        }
        return chosen;
    }

    private SortedMap<String, byte[]> downward(List<DownwardAPIVolumeFile> items) {
        SortedMap<String, byte[]> files = new TreeMap<>();
        for (DownwardAPIVolumeFile item : items) {
            if (item.getFieldRef() == null) {
                throw new TestbedException("the testbed's kubelet knows no downward API file like " + item);
            }
            files.put(item.getPath(), bytes(fields.field(item.getFieldRef().getFieldPath())));
        }
        return files;
    }

    private String namespace() {
        return fields.field("metadata.namespace");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
