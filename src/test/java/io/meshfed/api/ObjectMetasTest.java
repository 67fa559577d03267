package io.meshfed.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ObjectMetasTest {
    private static final Service SERVICE = new ServiceBuilder()
            .withNewMetadata()
            .withNamespace("shop")
            .withName("web")
            .addToLabels(Names.MANAGED_BY, Names.MESHFED)
            .addToAnnotations(Names.ADOPT, "true")
            .endMetadata()
            .build();
    private static final Namespace BARE = new NamespaceBuilder()
            .withNewMetadata()
            .withName("shop")
            .endMetadata()
            .build();

    static {
        BARE.getMetadata().setLabels(null);
        BARE.getMetadata().setAnnotations(null);
    }

    @Test
    void absentMapsAreEmpty() {
        assertThat(ObjectMetas.labels(BARE)).isEmpty();
        assertThat(ObjectMetas.annotations(BARE)).isEmpty();
        assertThat(ObjectMetas.label(BARE, "a")).isEmpty();
        assertThat(ObjectMetas.annotation(BARE, "a")).isEmpty();
        assertThat(ObjectMetas.hasOurLabel(BARE)).isFalse();
        assertThat(ObjectMetas.isHandedOver(BARE)).isFalse();
    }

    @Test
    void marksAreRead() {
        assertThat(ObjectMetas.hasOurLabel(SERVICE)).isTrue();
        assertThat(ObjectMetas.isHandedOver(SERVICE)).isTrue();
        assertThat(ObjectMetas.label(SERVICE, Names.MANAGED_BY)).contains("meshfed");
    }

    @Test
    void pathHasTheNamespaceWhereThereIsOne() {
        assertThat(ObjectMetas.path(SERVICE)).isEqualTo("shop/web");
        assertThat(ObjectMetas.describe(SERVICE)).isEqualTo("Service shop/web");
        assertThat(ObjectMetas.path(BARE)).isEqualTo("shop");
        assertThat(ObjectMetas.describe(BARE)).isEqualTo("Namespace shop");
    }

    @Test
    void settingKeepsTheOthersAndTheGivenMap() {
        ObjectMeta metadata = new ObjectMeta();
        metadata.setLabels(Map.of("a", "1"));
        metadata.setAnnotations(null);

        ObjectMetas.setLabel(metadata, "b", "2");
        ObjectMetas.setAnnotation(metadata, "c", "3");

        assertThat(metadata.getLabels()).containsOnly(Map.entry("a", "1"), Map.entry("b", "2"));
        assertThat(metadata.getAnnotations()).containsOnly(Map.entry("c", "3"));
    }
}
