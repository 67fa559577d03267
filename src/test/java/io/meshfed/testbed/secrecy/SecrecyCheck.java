package io.meshfed.testbed.secrecy;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshfed.testbed.secrecy.CanaryLocations.Place;
import io.meshfed.testbed.secrecy.CanaryLocations.Put;
import io.meshfed.testbed.secrecy.JsonTexts.Leaf;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Searches for every private key and token that was ever in a Secret of a test cluster: in all requests to this cluster's API
 * server and their bodies, in all of its objects, and in the logs and files of its operators. The audit log supplies the keys, so
 * that none is missed, even if it is replaced soon.
 *
 * <p>Only writes by operators are findings: tests, istiod and cert-manager may write keys anywhere. An operator may write a
 * key into {@code cacerts} or into an issuer's Secret in its own namespace, if that key was in no other place before.
 */
public final class SecrecyCheck {
    /** Who wrote what into Secrets, and what everybody asked for; reading has no bodies. */
    public static final String AUDIT_POLICY =
            """
            apiVersion: audit.k8s.io/v1
            kind: Policy
            omitStages: [RequestReceived]
            omitManagedFields: true
            rules:
            - level: Metadata
              verbs: [get, list, watch]
            - level: RequestResponse
              resources:
              - {group: "", resources: [secrets, serviceaccounts/token]}
            - level: Metadata
              resources:
              - {group: authentication.k8s.io, resources: [tokenreviews]}
              - {group: apiextensions.k8s.io}
            - level: Request
            """;

    private static final Pattern DATA = Pattern.compile("(?:/requestObject|/responseObject)?/(?:data|stringData)/(.*)");
    private static final CanaryDetector SIEVE = new CanaryDetector();
    private static final Map<String, List<String>> READ = new HashMap<>();
    private static final CanaryLocations PLACES = new CanaryLocations();
    private static final Set<SecrecyCheck> OPEN = ConcurrentHashMap.newKeySet();

    private final Path folder;
    private final Path auditLog;
    private final String cluster;
    private final Map<String, byte[]> told = new ConcurrentHashMap<>();
    private final Set<String> reported = new LinkedHashSet<>();
    private long learnt;

    private SecrecyCheck(Path folder, Path auditLog) {
        this.folder = folder;
        this.auditLog = auditLog;
        this.cluster = folder.getFileName().toString();
    }

    /**
     * Begins with a cluster.
     *
     * @param folder where its processes and its operators run
     * @param auditLog by {@link #AUDIT_POLICY}
     */
    public static SecrecyCheck of(Path folder, Path auditLog) {
        SecrecyCheck secrecy = new SecrecyCheck(folder, auditLog);
        OPEN.add(secrecy);
        return secrecy;
    }

    /** Adds text that an operator served, to search at the end; it replaces an earlier text of the same name. */
    public void tells(String what, byte[] text) {
        told.put(what, text);
    }

    /**
     * Disclosures that were not reported yet, each with the Secret to which the canary belongs.
     *
     * @param objects all lists of the API by their paths, in JSON; empty if the API server does not answer
     */
    public List<String> findings(Map<String, byte[]> objects) {
        synchronized (SIEVE) {
            try {
                for (SecrecyCheck each : OPEN) {
                    each.learn();
                }
                Set<String> findings = new LinkedHashSet<>(PLACES.misplaced(cluster));
                AuditLine.each(auditLog, 0, (buffer, from, to) -> {
                    if (!SIEVE.in(buffer, from, to).isEmpty()) {
                        request(AuditLine.parse(buffer, from, to), findings);
                    }
                });
                objects.forEach((path, list) -> {
                    if (!SIEVE.in(list).isEmpty()) {
                        list(path, list, findings);
                    }
                });
                WrittenFiles.in(folder).each(file -> SIEVE.in(file)
                        .forEach(canary -> findings.add(finding(canary, "file " + folder.relativize(file)))));
                told.forEach((what, text) -> SIEVE.in(text).forEach(canary -> findings.add(finding(canary, what))));
                findings.removeAll(reported);
                reported.addAll(findings);
                return List.copyOf(findings);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** The cluster ends. Its keys are still looked for in others. */
    public void close() {
        synchronized (SIEVE) {
            OPEN.remove(this);
        }
    }

    private void learn() throws IOException {
        learnt = AuditLine.each(auditLog, learnt, (buffer, from, to) -> {
            if (AuditLine.hasAnswer(buffer, from, to)) {
                learn(AuditLine.parse(buffer, from, to));
            }
        });
    }

    private void learn(AuditLine line) {
        line.token().ifPresent(SecrecyCheck::canaries);
        line.data().forEach((key, values) -> values.stream()
                .flatMap(value -> canaries(value).stream())
                .forEach(canary -> PLACES.put(
                        canary,
                        new Put(
                                new Place(cluster, line.object(), key),
                                line.received(),
                                line.user(),
                                line.isByOperator()))));
    }

    /** What is private in a text, by its id. It is looked for from now on. */
    private static List<String> canaries(String text) {
        return READ.computeIfAbsent(text, t -> {
            List<Canary> canaries = Canary.in(t);
            canaries.forEach(SIEVE::add);
            return canaries.stream().map(Canary::id).toList();
        });
    }

    private void request(AuditLine line, Set<String> findings) {
        JsonTexts.of(line.event())
                .filter(leaf -> !line.isTokenGivenAway(leaf))
                .forEach(leaf -> SIEVE.in(leaf.text()).stream()
                        .filter(canary -> !isInItsSecret(canary, line.object(), leaf))
                        .forEach(canary -> {
                            if (line.isByOperator()) {
                                findings.add(finding(canary, line + ", " + leaf.path()));
                            } else {
                                PLACES.putElsewhere(canary, cluster, line.object());
                            }
                        }));
    }

    private void list(String path, byte[] list, Set<String> findings) {
        String[] parts = path.substring(1).split("/");
        String group = parts[0].equals("api") ? "" : parts[1];
        String resource = parts[parts.length - 1];
        for (JsonNode item : JsonTexts.parse(list, 0, list.length).path("items")) {
            String object = AuditLine.object(
                    group,
                    resource,
                    item.at("/metadata/namespace").asText(),
                    item.at("/metadata/name").asText());
            JsonTexts.of(item).forEach(leaf -> SIEVE.in(leaf.text()).stream()
                    .filter(canary -> !isInItsSecret(canary, object, leaf))
                    .filter(canary -> !PLACES.wasPutElsewhere(canary, cluster, object))
                    .forEach(canary -> findings.add(finding(canary, object + ", " + leaf.path()))));
        }
    }

    /** A location where the canary is known to have been written, whether or not that was allowed. */
    private boolean isInItsSecret(String canary, String object, Leaf leaf) {
        Matcher data = DATA.matcher(leaf.path());
        return data.matches() && PLACES.isAt(canary, new Place(cluster, object, data.group(1)));
    }

    private static String finding(String canary, String where) {
        return "%s, which belongs in %s, was found in %s".formatted(canary, PLACES.home(canary), where);
    }
}
