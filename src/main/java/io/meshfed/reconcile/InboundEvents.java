package io.meshfed.reconcile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import io.meshfed.api.ImportedService;
import io.meshfed.api.MeshFederation;
import io.meshfed.api.RemoteMesh;

/** The event sources through which code outside of JOSDK requests reconciliations. */
public final class InboundEvents implements ReconcileTriggers {
    private final SimpleInboundEventSource<MeshFederation> federations = source("federations");
    private final SimpleInboundEventSource<RemoteMesh> remotes = source("remotes");
    private final SimpleInboundEventSource<ImportedService> imports = source("imports");

    private static <P extends HasMetadata> SimpleInboundEventSource<P> source(String name) {
        return new SimpleInboundEventSource<>(name);
    }

    @Override
    public void federation(String name) {
        federations.propagateEvent(new ResourceID(name));
    }

    @Override
    public void remote(String name) {
        remotes.propagateEvent(new ResourceID(name));
    }

    @Override
    public void imported(String namespace, String name) {
        imports.propagateEvent(new ResourceID(name, namespace));
    }

    /** For the controller of that kind. */
    public SimpleInboundEventSource<MeshFederation> federationSource() {
        return federations;
    }

    /** For the controller of that kind. */
    public SimpleInboundEventSource<RemoteMesh> remoteSource() {
        return remotes;
    }

    /** For the controller of that kind. */
    public SimpleInboundEventSource<ImportedService> importSource() {
        return imports;
    }
}
