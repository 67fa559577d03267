package io.meshfed.api;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;
import org.jspecify.annotations.Nullable;

/** One other mesh: cluster-scoped. */
@Group(Names.GROUP)
@Version(Names.VERSION)
@ShortNames("rmesh")
@Plural("remotemeshes")
@ValidationRule(
        value = "self.metadata.name.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$') && self.metadata.name.size() <= 52",
        message =
                "metadata.name must have at most 52 lower-case letters, digits and '-', because objects and labels contain it: choose another name")
@AdditionalPrinterColumn(name = "Network", jsonPath = ".spec.network")
@AdditionalPrinterColumn(name = "Ready", jsonPath = ".status.conditions[?(@.type==\"Ready\")].status")
@AdditionalPrinterColumn(name = "Reason", jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason")
@AdditionalPrinterColumn(name = "Connected", jsonPath = ".status.conditions[?(@.type==\"Connected\")].status")
@AdditionalPrinterColumn(name = "Address", jsonPath = ".status.gateway.addresses[0]")
@AdditionalPrinterColumn(name = "Addressing", jsonPath = ".status.addressing")
@AdditionalPrinterColumn(name = "Imports", type = AdditionalPrinterColumn.Type.INTEGER, jsonPath = ".status.imports")
@AdditionalPrinterColumn(
        name = "Age",
        type = AdditionalPrinterColumn.Type.DATE,
        jsonPath = ".metadata.creationTimestamp")
public class RemoteMesh extends CustomResource<RemoteMeshSpec, RemoteMeshStatus> {
    private static final long serialVersionUID = 1L;

    @Override
    protected @Nullable RemoteMeshSpec initSpec() {
        return null;
    }

    @Override
    protected @Nullable RemoteMeshStatus initStatus() {
        return null;
    }

    @Override
    @Required
    public RemoteMeshSpec getSpec() {
        return super.getSpec();
    }
}
