package io.meshfed.trust.issued;

import static io.meshfed.trust.BadInputs.ROOT;
import static io.meshfed.trust.BadInputs.issuer;
import static io.meshfed.trust.TestCa.RANDOM;
import static io.meshfed.trust.TestCa.root;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.api.ExportedMesh.Istiod;
import io.meshfed.api.ExportedMesh.PublicRoot;
import io.meshfed.api.RemoteMeshStatus.IssuedStatus;
import io.meshfed.api.condition.Condition;
import io.meshfed.trust.TestCa.Ca;
import io.meshfed.trust.Worlds;
import io.meshfed.trust.cacerts.Cacerts;
import io.meshfed.trust.cacerts.PresentCacerts;
import io.meshfed.trust.cacerts.PresentCacerts.Origin;
import io.meshfed.trust.rotation.TrustAction;
import io.meshfed.trust.world.RemoteCacertsWorld;
import io.meshfed.trust.x509.RefusedMaterialException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A mesh that makes the cacerts of another one, west. */
final class RemoteCacertsWorlds {
    public static final TrustAction LEAVE = new TrustAction.Leave();
    public static final Ca NEXT = root("next").make();
    public static final Duration DWELL = Duration.ofHours(24).plusMinutes(10);

    /** Of the Secret cacerts there. */
    public static final String UID = "2b1c";

    /** What west's catalogue says: with its Secret in sight, and older than that. */
    public static final Optional<Istiod> NOT_SEEN = Optional.of(new Istiod(false, List.of(), UID));

    public static final Optional<Istiod> OLD_WORD = Optional.of(new Istiod(false, List.of(), null));

    /** A mesh at rest on ROOT for long. */
    public static final Worlds HOME = Worlds.managed()
            .issuer(issuer(ROOT))
            .applied()
            .reloaded()
            .reported()
            .later(DWELL);

    /** Asked to go on to NEXT, which stands in the bundle. */
    public static final Worlds ADDED =
            HOME.issuer("next-root-ca", issuer(NEXT)).applied().reloaded().reported();

    /** It signs under NEXT; both are in the bundle. */
    public static final Worlds SIGNED = ADDED.later(DWELL).applied().reloaded().reported();

    private RemoteCacertsWorlds() {}

    /** What its catalogue says of an istiod, with the Secret cacerts in sight. */
    public static Optional<Istiod> runningOn(Ca... roots) {
        return Optional.of(new Istiod(
                true,
                List.of(roots).stream().map(ca -> ca.certificate().sha256()).toList(),
                UID));
    }

    public static Worlds absent(Worlds home, Optional<Istiod> istiod) {
        return home.issuing(
                "west",
                Optional.of(List.of()),
                new RemoteCacertsWorld(true, Optional.empty(), istiod, Optional.empty()));
    }

    /** This mesh has laid out an empty one, as it does before the first. */
    public static Worlds asked(Worlds home, Optional<Istiod> istiod) {
        return present(home, Origin.OURS, Map.of(), istiod);
    }

    public static Worlds present(Worlds home, Origin origin, Map<String, byte[]> data, Optional<Istiod> istiod) {
        return issuing(home, new PresentCacerts(data, origin, UID), istiod, sinceLong(data, home.now()));
    }

    /** What west's catalogue says of its roots; of its istiod it says nothing. */
    public static Worlds west(Worlds home, Map<String, byte[]> data, PublicRoot... page) {
        return west(home, data, sinceLong(data, home.now()), page);
    }

    /** @param before what was reported of west's cacerts at the last look */
    public static Worlds west(
            Worlds home, Map<String, byte[]> data, Optional<IssuedStatus> before, PublicRoot... page) {
        return issuing(home, new PresentCacerts(data, Origin.OURS, UID), Optional.empty(), before, page);
    }

    private static Worlds issuing(
            Worlds home,
            PresentCacerts cacerts,
            Optional<Istiod> istiod,
            Optional<IssuedStatus> before,
            PublicRoot... page) {
        return home.issuing(
                "west", Optional.of(List.of(page)), new RemoteCacertsWorld(true, Optional.of(cacerts), istiod, before));
    }

    /** A report that these roots have been there for long. */
    private static Optional<IssuedStatus> sinceLong(Map<String, byte[]> data, Instant now) {
        try {
            List<String> roots = RemoteCacertsPlanner.fingerprints(Cacerts.verify(data, now, RANDOM));
            return Optional.of(new IssuedStatus(null, null, null, null, roots, "2000-01-01T00:00:00Z"));
        } catch (RefusedMaterialException unsound) {
            return Optional.empty();
        }
    }

    public static PublicRoot says(Ca ca, boolean accepted, boolean inUse) {
        return new PublicRoot(ca.certificate().sha256(), ca.pem(), accepted, inUse);
    }

    public static Map<String, byte[]> written(RemoteCacertsPlan plan) {
        assertThat(plan.action()).as(plan.issued().toString()).isInstanceOf(TrustAction.WriteCacerts.class);
        return ((TrustAction.WriteCacerts) plan.action()).data();
    }

    public static String text(Map<String, byte[]> data, String key) {
        return new String(data.get(key), StandardCharsets.ISO_8859_1);
    }

    public static Cacerts verified(Map<String, byte[]> data, Instant now) {
        try {
            return Cacerts.verify(data, now, RANDOM);
        } catch (RefusedMaterialException e) {
            throw new AssertionError(e);
        }
    }

    /** West's first cacerts, made by HOME. */
    public static Map<String, byte[]> first() {
        return written(asked(HOME, NOT_SEEN).issue("west"));
    }

    public static void refused(Worlds world, String reason) {
        RemoteCacertsPlan plan = world.issue("west");
        assertThat(plan.action()).isEqualTo(LEAVE);
        assertThat(plan.issued().type()).isEqualTo("CacertsIssued");
        assertThat(plan.issued().status()).isEqualTo(Condition.State.False);
        assertThat(plan.issued().reason()).as(plan.issued().message()).isEqualTo(reason);
    }
}
