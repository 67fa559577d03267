package io.meshfed.operator;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.meshfed.apply.WriteLog;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs every write as one line and counts it in {@code meshfed.writes}. Neither contains the content of the object, which
 * may be a key.
 */
@Singleton
class WriteMetrics implements WriteLog {
    private static final Logger LOG = LoggerFactory.getLogger("io.meshfed.writes");

    private final MeterRegistry registry;

    WriteMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void written(String verb, HasMetadata object) {
        String namespace = Optional.ofNullable(object.getMetadata().getNamespace())
                .map(n -> n + "/")
                .orElse("");
        LOG.info(
                "{} {} {}{}",
                verb,
                object.getKind(),
                namespace,
                object.getMetadata().getName());
        registry.counter("meshfed.writes", "verb", verb, "kind", object.getKind())
                .increment();
    }
}
