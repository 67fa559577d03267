package io.meshfed.trust;

import static io.meshfed.trust.TestCa.NOW;
import static io.meshfed.trust.TestCa.RANDOM;

import io.meshfed.api.CertManager;
import io.meshfed.api.ExportedMesh;
import io.meshfed.api.MeshFederationStatus.TrustStatus;
import io.meshfed.api.Trust;
import io.meshfed.trust.cacerts.Cacerts;
import io.meshfed.trust.cacerts.CertificateTrouble;
import io.meshfed.trust.cacerts.PresentCacerts;
import io.meshfed.trust.issued.RemoteCacertsPlan;
import io.meshfed.trust.rotation.TrustAction;
import io.meshfed.trust.world.CrlMaterial;
import io.meshfed.trust.world.IstiodSettings;
import io.meshfed.trust.world.NamedRoot;
import io.meshfed.trust.world.RemoteCacertsWorld;
import io.meshfed.trust.world.RemoteRoots;
import io.meshfed.trust.world.TrustWorld;
import io.meshfed.trust.x509.RefusedMaterialException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** A world for the planner, immutable: each step gives the next one. */
public record Worlds(TrustWorld world, Instant now) {
    public static final Trust.Issuer ISSUER = new Trust.Issuer("mesh-root-ca", false);

    /** A mesh with a trust domain of its own, of which no more is known than which roots to trust. */
    public static RemoteRoots roots(String remote, List<NamedRoot> roots, boolean unknown) {
        return new RemoteRoots(remote, remote + ".local", roots, unknown, Set.of(), Optional.empty(), Optional.empty());
    }

    public static Worlds managed() {
        return of(new Trust(Trust.Type.Managed, ISSUER, null, null, null, null, null));
    }

    public static Worlds generating() {
        return of(new Trust(Trust.Type.Managed, new Trust.Issuer("mesh-root-ca", true), null, null, null, null, null));
    }

    public static Worlds external() {
        return of(new Trust(Trust.Type.External, null, null, null, null, null, null));
    }

    /** cert-manager issues; the Secret is not there yet. */
    public static Worlds certManager() {
        return of(new Trust(
                Trust.Type.CertManager,
                null,
                new CertManager(new CertManager.IssuerRef("mesh-ca", "ClusterIssuer", null), null),
                null,
                null,
                null,
                null));
    }

    private static Worlds of(Trust spec) {
        return new Worlds(
                new TrustWorld(
                        "east",
                        Optional.of("east.local"),
                        spec,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        new IstiodSettings(Optional.of(true), Optional.of(true), Optional.empty()),
                        Optional.empty(),
                        List.of(),
                        CrlMaterial.NONE,
                        Optional.empty(),
                        Optional.empty()),
                NOW);
    }

    /** A spec that is being changed. */
    private static final class SpecDraft {
        private Trust.Type type;
        private Trust.Issuer issuer;
        private CertManager certManager;
        private Trust.ExistingCa existingCA;
        private Trust.Intermediate intermediate;
        private Trust.Rotation rotation;
        private Trust.Crl crl;

        private SpecDraft(Trust spec) {
            type = spec.type();
            issuer = spec.issuer();
            certManager = spec.certManager();
            existingCA = spec.existingCA();
            intermediate = spec.intermediate();
            rotation = spec.rotation();
            crl = spec.crl();
        }
    }

    private Worlds changingSpec(Consumer<SpecDraft> change) {
        SpecDraft draft = new SpecDraft(world.spec());
        change.accept(draft);
        return spec(new Trust(
                draft.type,
                draft.issuer,
                draft.certManager,
                draft.existingCA,
                draft.intermediate,
                draft.rotation,
                draft.crl));
    }

    /** A world that is being changed. */
    private static final class Draft {
        private String meshName;
        private Optional<String> trustDomain;
        private Trust spec;
        private Optional<Map<String, byte[]>> issuer;
        private Optional<Map<String, byte[]>> formerIssuer;
        private Optional<PresentCacerts> cacerts;
        private Optional<String> published;
        private IstiodSettings istiod;
        private Optional<Map<String, byte[]>> selfSigned;
        private List<RemoteRoots> remotes;
        private CrlMaterial revocation;
        private Optional<CertificateTrouble> trouble;
        private Optional<TrustStatus> before;

        private Draft(TrustWorld world) {
            meshName = world.meshName();
            trustDomain = world.trustDomain();
            spec = world.spec();
            issuer = world.issuerSecret();
            formerIssuer = world.formerIssuer();
            cacerts = world.cacerts();
            published = world.publishedRoots();
            istiod = world.istiod();
            selfSigned = world.selfSigned();
            remotes = world.remotes();
            revocation = world.revocation();
            trouble = world.certificateTrouble();
            before = world.before();
        }
    }

    private Worlds with(Consumer<Draft> change) {
        Draft draft = new Draft(world);
        change.accept(draft);
        return new Worlds(
                new TrustWorld(
                        draft.meshName,
                        draft.trustDomain,
                        draft.spec,
                        draft.issuer,
                        draft.formerIssuer,
                        draft.cacerts,
                        draft.published,
                        draft.istiod,
                        draft.selfSigned,
                        draft.remotes,
                        draft.revocation,
                        draft.trouble,
                        draft.before),
                now);
    }

    private TrustPlanner planner() {
        return new TrustPlanner(Clock.fixed(now, ZoneOffset.UTC), RANDOM);
    }

    public TrustPlan plan() {
        TrustPlanner planner = planner();
        return planner.plan(planner.verify(world));
    }

    public Worlds at(Instant moment) {
        return new Worlds(world, moment);
    }

    public Worlds later(Duration duration) {
        return at(now.plus(duration));
    }

    public Worlds spec(Trust spec) {
        return with(draft -> draft.spec = spec);
    }

    public Worlds intermediate(Trust.KeyAlgorithm algorithm, String validity, String renewBefore) {
        return changingSpec(draft -> draft.intermediate = new Trust.Intermediate(algorithm, validity, renewBefore));
    }

    public Worlds existingCA(Trust.ExistingCa existingCA) {
        return changingSpec(draft -> draft.existingCA = existingCA);
    }

    public Worlds rotation(Trust.Rotation rotation) {
        return changingSpec(draft -> draft.rotation = rotation);
    }

    /** Revocation is to be checked. */
    public Worlds crl(Trust.Crl crl) {
        return changingSpec(draft -> draft.crl = crl);
    }

    /** The ConfigMap that {@code spec.trust.crl} names holds this. */
    public Worlds lists(Map<String, String> configMap) {
        return with(draft -> draft.revocation = new CrlMaterial(configMap, draft.revocation.catalogues()));
    }

    /** The catalogues of other meshes say this of their lists; one that is absent cannot be read. */
    public Worlds shown(Map<String, String> catalogues) {
        return with(draft -> draft.revocation = new CrlMaterial(draft.revocation.configMap(), catalogues));
    }

    public Worlds named(String meshName) {
        return with(draft -> draft.meshName = meshName);
    }

    public Worlds issuer(Map<String, byte[]> data) {
        return with(draft -> draft.issuer = Optional.of(data));
    }

    /** The spec names another Secret, which holds this. */
    public Worlds issuer(String secretName, Map<String, byte[]> data) {
        return changingSpec(draft -> draft.issuer = new Trust.Issuer(secretName, false))
                .issuer(data);
    }

    /** The spec names another issuer of cert-manager, and perhaps its root. */
    public Worlds certManager(String issuer, Optional<TestCa.Ca> root) {
        return changingSpec(draft -> {
            draft.type = Trust.Type.CertManager;
            draft.certManager = new CertManager(
                    new CertManager.IssuerRef(issuer, "ClusterIssuer", null),
                    root.map(ca -> new CertManager.Root(ca.pem())).orElse(null));
        });
    }

    /** The Secret of the issuer that the spec named before is still there. */
    public Worlds formerIssuer(Map<String, byte[]> data) {
        return with(draft -> draft.formerIssuer = Optional.of(data));
    }

    /** istiod's configuration cannot be read. */
    public Worlds withoutTrustDomain() {
        return with(draft -> draft.trustDomain = Optional.empty());
    }

    public Worlds trouble(Optional<CertificateTrouble> trouble) {
        return with(draft -> draft.trouble = trouble);
    }

    public Worlds withoutIssuer() {
        return with(draft -> draft.issuer = Optional.empty());
    }

    public Worlds cacerts(Optional<PresentCacerts> cacerts) {
        return with(draft -> draft.cacerts = cacerts);
    }

    public Worlds ourCacerts(Map<String, byte[]> data) {
        return cacerts(Optional.of(new PresentCacerts(data, PresentCacerts.Origin.OURS, "own")));
    }

    public Worlds adoptedCacerts(Map<String, byte[]> data) {
        return cacerts(Optional.of(new PresentCacerts(data, PresentCacerts.Origin.HANDED_OVER, "own")));
    }

    public Worlds foreignCacerts(Map<String, byte[]> data) {
        return cacerts(Optional.of(new PresentCacerts(data, PresentCacerts.Origin.FOREIGN, "own")));
    }

    /** istiod publishes these roots. */
    public Worlds published(String pem) {
        return with(draft -> draft.published = Optional.of(pem));
    }

    /** istiod has read the present cacerts. */
    public Worlds reloaded() {
        return published(rootPem());
    }

    /** istiod made a CA for itself, and runs on it. */
    public Worlds selfSigned(TestCa.Ca root) {
        return with(draft -> draft.selfSigned = Optional.of(
                        Map.of("ca-cert.pem", TestCa.bytes(root.pem()), "ca-key.pem", TestCa.bytes(root.keyPem()))))
                .published(root.pem());
    }

    public Worlds istiod(IstiodSettings settings) {
        return with(draft -> draft.istiod = settings);
    }

    public Worlds remote(RemoteRoots remote) {
        List<RemoteRoots> remotes = new ArrayList<>(world.remotes());
        remotes.removeIf(present -> present.remote().equals(remote.remote()));
        remotes.add(remote);
        return remotes(remotes);
    }

    public Worlds remote(String name, TestCa.Ca... roots) {
        List<NamedRoot> named = new ArrayList<>();
        for (TestCa.Ca root : roots) {
            named.add(new NamedRoot(name + "-" + named.size(), root.pem(), Optional.empty()));
        }
        return remote(roots(name, named, false));
    }

    /** A mesh on the same root, whose administrators or whose catalogue say this. */
    public Worlds sibling(String name, Set<String> acceptedRoots, Optional<List<ExportedMesh.PublicRoot>> catalogue) {
        return remote(
                new RemoteRoots(name, name + ".local", List.of(), false, acceptedRoots, catalogue, Optional.empty()));
    }

    /** A mesh whose cacerts is made here. */
    public Worlds issuing(String name, Optional<List<ExportedMesh.PublicRoot>> catalogue, RemoteCacertsWorld issued) {
        return remote(
                new RemoteRoots(name, name + ".local", List.of(), false, Set.of(), catalogue, Optional.of(issued)));
    }

    public RemoteCacertsPlan issue(String remote) {
        TrustPlanner planner = planner();
        return planner.issue(planner.verify(world), remote);
    }

    public Worlds remotes(List<RemoteRoots> remotes) {
        return with(draft -> draft.remotes = remotes);
    }

    /** The status of the plan was written. */
    public Worlds reported() {
        return before(plan().status().or(world::before));
    }

    public Worlds before(Optional<TrustStatus> before) {
        return with(draft -> draft.before = before);
    }

    /** The world after the plan was carried out and its status written. */
    public Worlds applied() {
        TrustPlan plan = plan();
        return carriedOut(plan).before(plan.status().or(world::before));
    }

    /** The same, but the operator was killed before it could write the status. */
    public Worlds appliedAndKilled() {
        return carriedOut(plan());
    }

    private Worlds carriedOut(TrustPlan plan) {
        if (plan.action() instanceof TrustAction.CreateIssuer create) {
            return issuer(create.tlsSecretData());
        }
        return plan.action() instanceof TrustAction.WriteCacerts write ? ourCacerts(write.data()) : this;
    }

    public Map<String, byte[]> data() {
        return world.cacerts().orElseThrow().data();
    }

    public String rootPem() {
        return new String(data().get("root-cert.pem"), java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    public Cacerts verified() {
        try {
            return Cacerts.verify(data(), now, RANDOM);
        } catch (RefusedMaterialException e) {
            throw new AssertionError(e);
        }
    }
}
