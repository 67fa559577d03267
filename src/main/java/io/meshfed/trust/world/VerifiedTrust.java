package io.meshfed.trust.world;

import io.meshfed.api.CertManager;
import io.meshfed.api.MeshFederationStatus.RootRecord;
import io.meshfed.api.MeshFederationStatus.TrustStatus;
import io.meshfed.api.Trust;
import io.meshfed.trust.cacerts.Cacerts;
import io.meshfed.trust.cacerts.DeliveredIntermediate;
import io.meshfed.trust.cacerts.IntermediateSource;
import io.meshfed.trust.cacerts.Issuer;
import io.meshfed.trust.cacerts.PresentCacerts;
import io.meshfed.trust.cacerts.TrustBundle;
import io.meshfed.trust.x509.CaCertificate;
import io.meshfed.trust.x509.RefusedMaterialException;
import io.meshfed.trust.x509.Verified;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A {@link TrustWorld} after everything in it was verified once, at one moment.
 *
 * @param formerIssuer the issuer that {@code cacerts} was last made from, where the spec names another one by now
 * @param bundle the roots in {@code cacerts}, as far as they can be read
 */
public record VerifiedTrust(
        TrustWorld world,
        Instant now,
        Verified<IntermediateSource> issuer,
        Verified<Issuer> formerIssuer,
        Verified<Cacerts> cacerts,
        TrustBundle bundle,
        IstiodRoots istiod,
        PeerRoots peers) {

    public static VerifiedTrust of(TrustWorld world, Instant now, SecureRandom random) {
        Verified<Cacerts> cacerts =
                Verified.of(world.cacerts(), present -> Cacerts.verify(present.data(), now, random));
        Optional<CaCertificate> ownRoot = cacerts.valid().map(Cacerts::ownRoot);
        Verified<IntermediateSource> issuer =
                Verified.of(world.issuerSecret(), data -> source(world, ownRoot, data, now, random));
        TrustBundle bundle = TrustBundle.of(
                Cacerts.rootBytes(world.cacerts().map(PresentCacerts::data).orElse(Map.of())));
        return new VerifiedTrust(
                world,
                now,
                issuer,
                Verified.of(world.formerIssuer(), data -> Issuer.read(data, now, random)),
                cacerts,
                bundle,
                IstiodRoots.of(world.publishedRoots()),
                PeerRoots.verify(
                        world.remotes(),
                        new PeerRoots.Ground(
                                world.trustDomain(), ours(world, issuer, cacerts), own(issuer, cacerts), bundle, now)));
    }

    /** Another mesh, whose {@code cacerts} is made by this one and from its issuer; what its istiod does is not seen. */
    public VerifiedTrust ofRemote(String name, Optional<PresentCacerts> itsCacerts, SecureRandom random) {
        TrustWorld its = new TrustWorld(
                name,
                Optional.empty(),
                world.spec(),
                world.issuerSecret(),
                Optional.empty(),
                itsCacerts,
                Optional.empty(),
                IstiodSettings.UNKNOWN,
                Optional.empty(),
                List.of(),
                CrlMaterial.NONE,
                Optional.empty(),
                Optional.empty());
        return new VerifiedTrust(
                its,
                now,
                issuer,
                formerIssuer,
                Verified.of(itsCacerts, present -> Cacerts.verify(present.data(), now, random)),
                TrustBundle.of(
                        Cacerts.rootBytes(itsCacerts.map(PresentCacerts::data).orElse(Map.of()))),
                new IstiodRoots.NotSeen(),
                new PeerRoots(List.of()));
    }

    /** Fingerprints of the roots that this mesh signs under, is going to, or did. */
    private static Set<String> ours(TrustWorld world, Verified<IntermediateSource> issuer, Verified<Cacerts> cacerts) {
        Set<String> ours = world.before().map(TrustStatus::history).orElse(List.of()).stream()
                .filter(record -> Boolean.TRUE.equals(record.ours()))
                .map(RootRecord::sha256)
                .collect(Collectors.toSet());
        own(issuer, cacerts).stream().map(CaCertificate::sha256).forEach(ours::add);
        return ours;
    }

    private static Set<CaCertificate> own(Verified<IntermediateSource> issuer, Verified<Cacerts> cacerts) {
        Set<CaCertificate> own = new LinkedHashSet<>();
        issuer.valid().map(IntermediateSource::root).ifPresent(own::add);
        cacerts.valid().map(Cacerts::ownRoot).ifPresent(own::add);
        return own;
    }

    private static IntermediateSource source(
            TrustWorld world,
            Optional<CaCertificate> ownRoot,
            Map<String, byte[]> data,
            Instant now,
            SecureRandom random)
            throws RefusedMaterialException {
        return world.spec().type() == Trust.Type.CertManager
                ? DeliveredIntermediate.read(
                        data,
                        Optional.ofNullable(world.spec().certManager()).map(CertManager::root),
                        ownRoot,
                        now,
                        random)
                : Issuer.read(data, now, random);
    }

    public Trust spec() {
        return world.spec();
    }

    /** Name of the issuer's Secret, or kind and name of cert-manager's issuer; empty if the spec gives none. */
    public Optional<String> issuerName() {
        return spec().type() == Trust.Type.CertManager
                ? Optional.ofNullable(spec().certManager())
                        .map(c -> c.issuerRef().toString())
                : Optional.ofNullable(spec().issuer()).map(Trust.Issuer::secretName);
    }

    /** The issuer, if its key is here. */
    public Optional<Issuer> signer() {
        return issuer.valid().filter(Issuer.class::isInstance).map(Issuer.class::cast);
    }

    /** Every CA that this mesh knows from its own side: those that it signs with, and the roots that it is asked to trust. */
    public Set<CaCertificate> knownCas() {
        Set<CaCertificate> known = new LinkedHashSet<>();
        cacerts.valid().map(Cacerts::path).ifPresent(known::addAll);
        signer().map(Issuer::path).ifPresent(known::addAll);
        known.addAll(bundle.roots());
        known.addAll(peers.wanted());
        return known;
    }

    /** The values of {@code cacerts}; empty if it does not exist. */
    public Map<String, byte[]> cacertsData() {
        return world.cacerts().map(PresentCacerts::data).orElse(Map.of());
    }
}
