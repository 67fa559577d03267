package io.meshfed.remote.kubeconfig;

import io.meshfed.api.condition.KubeconfigReason;
import io.meshfed.net.AddressPolicy;
import io.meshfed.net.HostName;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Parses a kubeconfig as hostile input: a field that is not on the list here is refused. fabric8's own loader is never used: it runs
 * {@code exec} through a shell while it parses, reads files, and turns the check of host names off for {@code insecure-skip-tls-verify}.
 */
public final class KubeconfigReader {
    private static final String REMEDY =
            "create a kubeconfig with one cluster, one user and one context: kubectl config view --minify --raw --flatten";
    private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]+");

    private KubeconfigReader() {}

    /**
     * Parses the bytes of a Secret's key.
     *
     * @param yaml at most 64 KiB of UTF-8: one YAML document with exactly one cluster, user and context
     * @param policy which server addresses are refused; only a literal is checked here, names are checked at each connect
     * @throws RefusedKubeconfigException with a reason, and a message that names the field and the remedy
     */
    public static RemoteCredential read(byte[] yaml, AddressPolicy policy) {
        KubeconfigNode root = new KubeconfigNode("", StrictYaml.readMap(yaml));
        root.allowOnly(
                "apiVersion", "kind", "preferences", "clusters", "users", "contexts", "current-context", "extensions");
        root.text("apiVersion").filter(version -> !version.equals("v1")).ifPresent(version -> {
            throw new RefusedKubeconfigException(KubeconfigReason.InvalidField, "apiVersion must be v1");
        });
        root.text("kind").filter(kind -> !kind.equals("Config")).ifPresent(kind -> {
            throw new RefusedKubeconfigException(KubeconfigReason.InvalidField, "kind must be Config");
        });

        KubeconfigNode contextEntry = onlyEntry(root, "contexts", "context");
        KubeconfigNode clusterEntry = onlyEntry(root, "clusters", "cluster");
        KubeconfigNode userEntry = onlyEntry(root, "users", "user");
        KubeconfigNode context = contextEntry.map("context");
        context.allowOnly("cluster", "user", "namespace", "extensions");
        mustAgree(
                root.required("current-context"), contextEntry.required("name"), "current-context", "contexts[0].name");
        mustAgree(
                context.required("cluster"),
                clusterEntry.required("name"),
                "contexts[0].context.cluster",
                "clusters[0].name");
        mustAgree(context.required("user"), userEntry.required("name"), "contexts[0].context.user", "users[0].name");

        KubeconfigNode cluster = clusterEntry.map("cluster");
        KubeconfigNode user = userEntry.map("user");
        refuseDangers(cluster, user);
        cluster.allowOnly(
                "server",
                "certificate-authority-data",
                "tls-server-name",
                "insecure-skip-tls-verify",
                "disable-compression",
                "extensions");
        user.allowOnly("token", "client-certificate-data", "client-key-data", "extensions");
        return credential(cluster, user, policy);
    }

    private static RemoteCredential credential(KubeconfigNode cluster, KubeconfigNode user, AddressPolicy policy) {
        byte[] authorities = base64(cluster, "certificate-authority-data");
        certificates(cluster, "certificate-authority-data", authorities);
        Optional<String> tlsServerName = cluster.text("tls-server-name");
        if (tlsServerName.filter(name -> !HostName.isDnsName(name)).isPresent()) {
            throw new RefusedKubeconfigException(
                    KubeconfigReason.InvalidField, cluster.path("tls-server-name") + " must be a DNS name");
        }
        Optional<String> token = user.text("token");
        if (token.filter(value -> !TOKEN.matcher(value).matches()).isPresent()) {
            throw new RefusedKubeconfigException(
                    KubeconfigReason.InvalidToken,
                    user.path("token") + " must be visible ASCII without spaces or line breaks");
        }
        boolean withCertificate = user.has("client-certificate-data") || user.has("client-key-data");
        if (token.isPresent() == withCertificate) {
            throw new RefusedKubeconfigException(
                    token.isPresent() ? KubeconfigReason.AmbiguousCredential : KubeconfigReason.MissingField,
                    user.path("") + " must hold either token, or client-certificate-data and client-key-data");
        }
        return new RemoteCredential(
                ServerAddress.parse(cluster.required("server"), cluster.path("server"), policy),
                authorities,
                token,
                withCertificate ? Optional.of(clientCertificate(user)) : Optional.empty(),
                tlsServerName);
    }

    private static ClientCertificate clientCertificate(KubeconfigNode user) {
        List<X509Certificate> chain =
                certificates(user, "client-certificate-data", base64(user, "client-certificate-data"));
        byte[] key = base64(user, "client-key-data");
        try {
            return new ClientCertificate(
                    chain, PemBlocks.privateKey(key, chain.get(0).getPublicKey()));
        } catch (GeneralSecurityException | RuntimeException e) {
            // RuntimeException: the JDK's key parsers throw them on odd bytes. The cause may quote the key, so it is
            // dropped.
            throw new RefusedKubeconfigException(
                    KubeconfigReason.InvalidKey,
                    user.path("client-key-data")
                            + " must be the base64 of one unencrypted PEM private key, the one of client-certificate-data");
        }
    }

    private static List<X509Certificate> certificates(KubeconfigNode node, String field, byte[] pem) {
        try {
            return PemBlocks.certificates(pem);
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new RefusedKubeconfigException(
                    KubeconfigReason.InvalidCertificate,
                    node.path(field) + " must be the base64 of PEM certificates and nothing else");
        }
    }

    private static byte[] base64(KubeconfigNode node, String field) {
        try {
            return Base64.getDecoder()
                    .decode(node.required(field).replaceAll("\\s", "").getBytes(StandardCharsets.US_ASCII));
        } catch (IllegalArgumentException e) {
            throw new RefusedKubeconfigException(
                    KubeconfigReason.InvalidBase64, node.path(field) + " is not valid base64");
        }
    }

    private static KubeconfigNode onlyEntry(KubeconfigNode root, String list, String inner) {
        List<Object> entries = root.list(list);
        if (entries.size() != 1) {
            throw new RefusedKubeconfigException(
                    entries.isEmpty() ? KubeconfigReason.MissingField : KubeconfigReason.SeveralEntries,
                    list + " must hold exactly one entry: " + REMEDY);
        }
        if (!(entries.get(0) instanceof Map<?, ?> map)) {
            throw new RefusedKubeconfigException(KubeconfigReason.InvalidField, list + "[0] must be a map");
        }
        KubeconfigNode entry = new KubeconfigNode(list + "[0]", StrictYaml.asTextMap(map));
        entry.allowOnly("name", inner);
        return entry;
    }

    private static void mustAgree(String one, String other, String onePath, String otherPath) {
        if (!one.equals(other)) {
            throw new RefusedKubeconfigException(
                    KubeconfigReason.InvalidField, onePath + " must be the same as " + otherPath);
        }
    }

    /** Fields that are valid in other kubeconfigs and refused here, each with its own reason and remedy. */
    private static void refuseDangers(KubeconfigNode cluster, KubeconfigNode user) {
        user.refuse(
                "exec",
                KubeconfigReason.ExecNotAllowed,
                "the operator runs no programs: use a token or a client certificate");
        user.refuse("auth-provider", KubeconfigReason.AuthProviderNotAllowed, "use a token or a client certificate");
        for (String file : List.of("tokenFile", "client-certificate", "client-key")) {
            user.refuse(
                    file,
                    KubeconfigReason.FilePathNotAllowed,
                    "the operator reads no files: put the data inline with kubectl config view --raw --flatten");
        }
        cluster.refuse(
                "certificate-authority",
                KubeconfigReason.FilePathNotAllowed,
                "the operator reads no files: set certificate-authority-data (kubectl config view --raw --flatten)");
        cluster.refuse(
                "proxy-url", KubeconfigReason.ProxyNotAllowed, "the operator connects directly: remove the field");
        if (cluster.text("insecure-skip-tls-verify")
                .filter(value -> !value.equals("false"))
                .isPresent()) {
            throw new RefusedKubeconfigException(
                    KubeconfigReason.InsecureTlsNotAllowed,
                    cluster.path("insecure-skip-tls-verify")
                            + " is not allowed: remove the field and set certificate-authority-data");
        }
        for (String basic : List.of("username", "password")) {
            user.refuse(basic, KubeconfigReason.BasicAuthNotAllowed, "use a token or a client certificate");
        }
        for (String impersonation : List.of("as", "as-uid", "as-groups", "as-user-extra")) {
            user.refuse(
                    impersonation, KubeconfigReason.ImpersonationNotAllowed, "use a credential of the identity itself");
        }
    }
}
