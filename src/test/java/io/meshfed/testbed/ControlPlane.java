package io.meshfed.testbed;

import io.meshfed.testbed.secrecy.SecrecyCheck;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/** The three processes of a cluster, their keys and their flags. */
final class ControlPlane implements AutoCloseable {

    /** In the folder of the cluster. */
    static final String ETCD_DATA = "etcd";

    /** Memory for time: with the usual 100 a third of an API server's time goes to the garbage collector. */
    private static final Map<String, String> GO = Map.of("GOGC", "off", "GOMEMLIMIT", "512MiB", "GOMAXPROCS", "1");

    private static final Duration PATIENCE_FOR_THE_END = Duration.ofSeconds(60);
    private static final Duration START_TIMEOUT = Duration.ofSeconds(180);
    private static final String LOOPBACK = "127.0.0.1";
    private static final String ISSUER = "https://kubernetes.default.svc.cluster.local";
    private static final String CONTROLLERS = "endpointslice-controller,serviceaccount-controller,"
            + "garbage-collector-controller,namespace-controller,clusterrole-aggregation-controller";
    private static final String CONTROLLERS_OF_PODS =
            ",deployment-controller,replicaset-controller,root-ca-certificate-publisher-controller";

    private final ClusterOptions options;
    private final ControlPlaneBinaries binaries;
    private final Path folder;
    private final int etcdPort = Ports.next();
    private final int apiServerPort = Ports.next();
    private final String adminToken = UUID.randomUUID().toString();
    private final CertificateAuthority ca;
    private final ApiServerHttp http;
    private final ChildProcess etcd;
    private ChildProcess apiServer;
    private Optional<ChildProcess> controllers = Optional.empty();

    /**
     * Starts etcd and the API server and waits for it; the controllers come later, when the CRDs are there.
     *
     * @param snapshot a data folder of etcd to begin with
     */
    ControlPlane(ClusterOptions options, ControlPlaneBinaries binaries, Path folder, Optional<Path> snapshot)
            throws IOException {
        this.options = options;
        this.binaries = binaries;
        this.folder = folder;
        this.ca = CertificateAuthority.named("CN=" + options.name() + "-kubernetes");
        this.http = new ApiServerHttp(url(), ca.root().certificate(), adminToken);
        writeFiles();
        if (snapshot.isPresent()) {
            Folders.copy(snapshot.get(), folder.resolve(ETCD_DATA));
        }
        this.etcd = startEtcd();
        try {
            etcd.awaitReady(this::etcdAccepts, START_TIMEOUT);
        } catch (RuntimeException e) {
            etcd.close();
            throw e;
        }
        this.apiServer = startApiServerProcess();
        try {
            awaitReady();
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private String etcdUrl() {
        return "http://" + LOOPBACK + ":" + etcdPort;
    }

    String url() {
        return "https://" + LOOPBACK + ":" + apiServerPort;
    }

    String adminToken() {
        return adminToken;
    }

    CertificateAuthority ca() {
        return ca;
    }

    ApiServerHttp http() {
        return http;
    }

    List<ProcessHandle> processes() {
        return Stream.concat(Stream.of(etcd, apiServer), controllers.stream())
                .map(process -> ProcessHandle.of(process.pid()).orElseThrow())
                .toList();
    }

    ChildProcess apiServer() {
        return apiServer;
    }

    Path auditLog() {
        return folder.resolve("audit.log");
    }

    synchronized void startApiServer() {
        if (!apiServer.isAlive()) {
            apiServer = startApiServerProcess();
        }
        awaitReady();
    }

    synchronized void startControllers() {
        controllers = Optional.of(start(
                "kube-controller-manager",
                binaries.kubeControllerManager(),
                "--kubeconfig=controllers.kubeconfig",
                "--controllers=" + CONTROLLERS + (options.runsPods() ? CONTROLLERS_OF_PODS : ""),
                "--root-ca-file=ca.crt",
                "--leader-elect=false",
                "--secure-port=0",
                "--kube-api-qps=300",
                "--kube-api-burst=600"));
    }

    /**
     * Ends etcd as it wants to be ended, with all that it knows in its folder.
     *
     * @param without what is taken out before, by the beginnings of keys
     */
    void stop(List<String> without) {
        apiServer.close();
        without.forEach(this::forget);
        etcd.terminate(PATIENCE_FOR_THE_END);
    }

    /** Deletes the keys that begin with a text, through etcd's JSON gateway. */
    private void forget(String prefix) {
        byte[] from = prefix.getBytes(StandardCharsets.US_ASCII);
        byte[] to = from.clone();
        to[to.length - 1]++;
        Base64.Encoder base64 = Base64.getEncoder();
        HttpRequest request = HttpRequest.newBuilder(URI.create(etcdUrl() + "/v3/kv/deleterange"))
                .POST(HttpRequest.BodyPublishers.ofString("{\"key\":\"%s\",\"range_end\":\"%s\"}"
                        .formatted(base64.encodeToString(from), base64.encodeToString(to))))
                .build();
        try {
            HttpResponse<String> answer =
                    HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != HttpURLConnection.HTTP_OK) {
                throw new TestbedException("etcd does not delete " + prefix + ": " + answer.body());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("etcd cannot be asked", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TestbedException("Interrupted while asking etcd", e);
        }
    }

    /** Ends all processes; the API server first, because without its store it hangs on to its port. */
    @Override
    public synchronized void close() {
        apiServer.close();
        controllers.ifPresent(ChildProcess::close);
        etcd.close();
    }

    private ChildProcess startEtcd() {
        // A single member needs no peers; port 0 keeps it from taking one that others want.
        String peer = "http://" + LOOPBACK + ":0";
        return start(
                "etcd",
                binaries.etcd(),
                "--data-dir=" + ETCD_DATA,
                "--listen-client-urls=" + etcdUrl(),
                "--advertise-client-urls=" + etcdUrl(),
                "--listen-peer-urls=" + peer,
                "--initial-advertise-peer-urls=" + peer,
                "--initial-cluster=default=" + peer,
                "--log-level=warn",
                "--unsafe-no-fsync");
    }

    private ChildProcess startApiServerProcess() {
        boolean ipv6First = options.serviceCidr().split(",")[0].contains(":");
        List<String> flags = new ArrayList<>(List.of(
                "--etcd-servers=" + etcdUrl(),
                "--bind-address=" + LOOPBACK,
                "--secure-port=" + apiServerPort,
                "--tls-cert-file=server.crt",
                "--tls-private-key-file=server.key",
                "--client-ca-file=ca.crt",
                "--token-auth-file=tokens.csv",
                "--authorization-mode=RBAC",
                "--service-account-key-file=service-account.pub",
                "--service-account-signing-key-file=service-account.key",
                "--service-account-issuer=" + ISSUER,
                "--api-audiences=" + ISSUER + ",istio-ca",
                "--service-cluster-ip-range=" + options.serviceCidr(),
                // The API server does not know the address under which pods reach it; a relay does.
                "--endpoint-reconciler-type=none",
                "--advertise-address=" + (ipv6First ? "fd00::1" : "10.0.0.1"),
                "--audit-policy-file=audit-policy.yaml",
                "--audit-log-path=" + auditLog(),
                "--audit-log-mode=blocking",
                "--audit-log-maxsize=10000",
                "--profiling=false"));
        if (!options.runsPods()) {
            // There is no kubelet to mount tokens.
            flags.add("--disable-admission-plugins=ServiceAccount");
        }
        flags.addAll(options.apiServerFlags());
        return start("kube-apiserver", binaries.kubeApiServer(), flags.toArray(String[]::new));
    }

    private void awaitReady() {
        apiServer.awaitReady(() -> http.answers("/readyz"), START_TIMEOUT);
    }

    private boolean etcdAccepts() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(LOOPBACK, etcdPort), 1000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private ChildProcess start(String name, Path binary, String... flags) {
        List<String> command = new ArrayList<>(List.of(binary.toString()));
        command.addAll(List.of(flags));
        return ChildProcess.start(name, folder, GO, command);
    }

    private void writeFiles() throws IOException {
        var server = ca.server(
                "kube-apiserver",
                List.of("localhost", "kubernetes.default.svc"),
                List.of(LOOPBACK, kubernetesService()));
        write("ca.crt", ca.root().certificatePem());
        write("server.crt", server.certificatePem());
        write("server.key", server.keyPem());
        var serviceAccountKeys = CertificateAuthority.newKeyPems();
        write("service-account.key", serviceAccountKeys.privateKey());
        write("service-account.pub", serviceAccountKeys.publicKey());
        String controllersToken = UUID.randomUUID().toString();
        write(
                "tokens.csv",
                adminToken + ",admin,admin,system:masters\n" + controllersToken
                        + ",system:kube-controller-manager,controllers,system:masters\n");
        write("controllers.kubeconfig", Kubeconfig.withToken(options.name(), url(), caData(), controllersToken));
        write("audit-policy.yaml", SecrecyCheck.AUDIT_POLICY);
        Files.createFile(auditLog());
    }

    /** The address of the Service {@code kubernetes}: always the first of the range. */
    String kubernetesService() {
        String range = options.serviceCidr().split(",")[0];
        try {
            byte[] address = InetAddress.getByName(range.substring(0, range.indexOf('/')))
                    .getAddress();
            address[address.length - 1]++;
            return InetAddress.getByAddress(address).getHostAddress();
        } catch (UnknownHostException e) {
            throw new TestbedException(range + " is not a range of addresses", e);
        }
    }

    int apiServerPort() {
        return apiServerPort;
    }

    String caData() {
        return Kubeconfig.base64(ca.root().certificatePem());
    }

    String adminKubeconfig() {
        return Kubeconfig.withToken(options.name(), url(), caData(), adminToken);
    }

    private void write(String name, String content) {
        try {
            Files.writeString(folder.resolve(name), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
