package io.meshfed.operator;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshfed.api.UnknownFields;
import io.quarkus.kubernetes.client.KubernetesClientObjectMapperCustomizer;
import jakarta.inject.Singleton;

/** How the client of the local cluster reads our own kinds. */
@Singleton
class UnknownFieldsModule implements KubernetesClientObjectMapperCustomizer {
    @Override
    public void customize(ObjectMapper mapper) {
        mapper.registerModule(new UnknownFields());
    }
}
