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

/** This mesh: cluster-scoped, one active per control plane. */
@Group(Names.GROUP)
@Version(Names.VERSION)
@ShortNames("mfed")
@Plural("meshfederations")
@ValidationRule(
        value = "self.metadata.name.size() <= 63",
        message = "metadata.name must have at most 63 characters, because labels contain it: choose a shorter name")
@AdditionalPrinterColumn(name = "Network", jsonPath = ".spec.mesh.network")
@AdditionalPrinterColumn(name = "Trust Domain", jsonPath = ".status.trustDomain")
@AdditionalPrinterColumn(name = "Ready", jsonPath = ".status.conditions[?(@.type==\"Ready\")].status")
@AdditionalPrinterColumn(name = "Reason", jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason")
@AdditionalPrinterColumn(name = "Address", jsonPath = ".status.gateway.addresses[0]")
@AdditionalPrinterColumn(
        name = "Exported",
        type = AdditionalPrinterColumn.Type.INTEGER,
        jsonPath = ".status.exportedServices")
@AdditionalPrinterColumn(
        name = "Age",
        type = AdditionalPrinterColumn.Type.DATE,
        jsonPath = ".metadata.creationTimestamp")
public class MeshFederation extends CustomResource<MeshFederationSpec, MeshFederationStatus> {
    private static final long serialVersionUID = 1L;

    @Override
    protected @Nullable MeshFederationSpec initSpec() {
        return null;
    }

    @Override
    protected @Nullable MeshFederationStatus initStatus() {
        return null;
    }

    @Override
    @Required
    public MeshFederationSpec getSpec() {
        return super.getSpec();
    }
}
