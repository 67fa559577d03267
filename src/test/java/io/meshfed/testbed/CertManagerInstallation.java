package io.meshfed.testbed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * cert-manager in a test cluster: its own CRDs, and its own controllers for certificates and for issuers of type CA and
 * SelfSigned, built from the pinned module in {@code src/testbed/certmanager}. Its webhook, which only validates, is left
 * out.
 */
public final class CertManagerInstallation implements AutoCloseable {
    private static final String MODULE = "src/testbed/certmanager";

    private final Cluster cluster;
    private final Path binary;
    private ChildProcess controllers;

    private CertManagerInstallation(Cluster cluster, Path binary) {
        this.cluster = cluster;
        this.binary = binary;
        this.controllers = start();
    }

    /**
     * The binary, built now if this machine does not have it: about two minutes.
     *
     * @throws TestbedException in one sentence, when go is missing or too old, or a module cannot be fetched
     */
    public static Path ensure() {
        GoModule module = module();
        return BuildCache.ensure("certmanager", List.of(MODULE), folder -> {
                    module.requireGo();
                    module.build(folder, "", List.of("."), "cert-manager");
                })
                .resolve("certmanager");
    }

    private static GoModule module() {
        return new GoModule(Repository.root().resolve(MODULE));
    }

    /** Installs the CRDs and starts the controllers. */
    public static CertManagerInstallation on(Cluster cluster) {
        Path binary = ensure();
        try {
            cluster.installCrds(CrdFiles.ofCertManager(module()));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read cert-manager's CRDs", e);
        }
        return new CertManagerInstallation(cluster, binary);
    }

    private ChildProcess start() {
        Path kubeconfig = cluster.writeAdminKubeconfig(cluster.folder().resolve("cert-manager.kubeconfig"));
        return ChildProcess.start(
                "cert-manager", cluster.folder(), Map.of(), List.of(binary.toString(), "--kubeconfig=" + kubeconfig));
    }

    /** The controllers end; what they made stays. */
    public void stop() {
        controllers.close();
    }

    /** The controllers run again. */
    public void restart() {
        controllers.close();
        controllers = start();
    }

    /** The end of the log. */
    public String logTail() {
        return controllers.logTail();
    }

    @Override
    public void close() {
        controllers.close();
    }
}
