package io.meshfed.operator;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshfed.api.UnknownFields;
import io.quarkus.kubernetes.client.KubernetesClientObjectMapperCustomizer;
import jakarta.inject.Singleton;

/** Makes the Kubernetes client read custom resources of a newer version, see {@link UnknownFields}. */
@Singleton
class UnknownFieldsCustomizer implements KubernetesClientObjectMapperCustomizer {
    @Override
    public void customize(ObjectMapper mapper) {
        mapper.registerModule(new UnknownFields());
    }
}
