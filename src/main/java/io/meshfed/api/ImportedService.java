package io.meshfed.api;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;
import org.jspecify.annotations.Nullable;

/** A remote service under its own name, here: its host is always {@code <name>.<namespace>.svc.<clusterDomain>}. */
@Group(Names.GROUP)
@Version(Names.VERSION)
@ShortNames("imps")
@Plural("importedservices")
@ValidationRule(
        value = "self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$') && self.metadata.name.size() <= 63",
        message =
                "metadata.name must be a Service name (at most 63 lower-case letters, digits and '-', a letter first), because it is the name of the remote Service")
@AdditionalPrinterColumn(name = "Mode", jsonPath = ".status.mode")
@AdditionalPrinterColumn(name = "Remotes", jsonPath = ".status.remoteNames")
@AdditionalPrinterColumn(name = "Ports", jsonPath = ".status.portNumbers")
@AdditionalPrinterColumn(name = "Ready", jsonPath = ".status.conditions[?(@.type==\"Ready\")].status")
@AdditionalPrinterColumn(name = "Reason", jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason")
@AdditionalPrinterColumn(
        name = "Age",
        type = AdditionalPrinterColumn.Type.DATE,
        jsonPath = ".metadata.creationTimestamp")
public class ImportedService extends CustomResource<ImportedServiceSpec, ImportedServiceStatus> implements Namespaced {
    private static final long serialVersionUID = 1L;

    @Override
    protected @Nullable ImportedServiceSpec initSpec() {
        return null;
    }

    @Override
    protected @Nullable ImportedServiceStatus initStatus() {
        return null;
    }

    /** The spec; an ImportedService without one asks for every default. */
    @Override
    public ImportedServiceSpec getSpec() {
        return super.getSpec() == null ? ImportedServiceSpec.DEFAULT : super.getSpec();
    }
}
