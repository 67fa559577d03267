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
 * A {@link TrustWorld} after everything in it was verified once, at one time. It is immutable, and opaque outside of
 * {@code trust}: make it once per reconciliation, of the MeshFederation or of a RemoteMesh whose {@code cacerts} this mesh
 * issues, and plan from it.
 *
 * <p>{@code now} is part of it: plans that are made from it are plans for that time. Do not keep it beyond the
 * reconciliation in which it was made. A few seconds do no harm, because certificates are backdated by ten minutes and every
 * wait has a margin; after minutes a renewal or the end of a wait would be noticed late, and a Secret that changed in the
 * meantime would not be seen at all.
 *
 * @param formerIssuer the issuer that {@code cacerts} was last issued from, if the spec now names another one
 * @param bundle the roots in {@code cacerts}, as far as they can be read
 * @param history of the roots of {@code cacerts}, or, if there is no valid one, of those that istiod publishes
 */
public record VerifiedTrust(
        TrustWorld world,
        Instant now,
        Verified<IntermediateSource> issuer,
        Verified<Issuer> formerIssuer,
        Verified<Cacerts> cacerts,
        TrustBundle bundle,
        IstiodRoots istiod,
        PeerRoots peers,
        RootHistory history) {

    /** Verifies everything; what does not verify is recorded as such, and never throws. */
    public static VerifiedTrust of(TrustWorld world, Instant now, SecureRandom random) {
        Verified<Cacerts> cacerts =
                Verified.of(world.cacerts(), present -> Cacerts.verify(present.data(), now, random));
        Optional<CaCertificate> ownRoot = cacerts.valid().map(Cacerts::ownRoot);
        Verified<IntermediateSource> issuer =
                Verified.of(world.issuerSecret(), data -> source(world, ownRoot, data, now, random));
        Optional<CaCertificate> target = issuer.valid().map(IntermediateSource::root);
        TrustBundle bundle = bundle(world.cacerts());
        IstiodRoots istiod = IstiodRoots.of(world.publishedRoots());
        Set<CaCertificate> own = new LinkedHashSet<>();
        target.ifPresent(own::add);
        ownRoot.ifPresent(own::add);
        PeerRoots peers = PeerRoots.verify(
                world.remotes(), new PeerRoots.Context(world.trustDomain(), ours(world, own), own, bundle, now));
        List<CaCertificate> roots = cacerts.valid().map(Cacerts::roots).orElseGet(istiod::published);
        return new VerifiedTrust(
                world,
                now,
                issuer,
                Verified.of(world.formerIssuer(), data -> Issuer.read(data, now, random)),
                cacerts,
                bundle,
                istiod,
                peers,
                RootHistory.of(
                        world, new RootHistory.Observation(roots, ownRoot, target, istiod, peers.wanted()), now));
    }

    /** Another mesh, for which this one issues {@code cacerts} with its own issuer; nothing is known of its istiod. */
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
                bundle(itsCacerts),
                new IstiodRoots.NotSeen(),
                new PeerRoots(List.of()),
                history);
    }

    private static TrustBundle bundle(Optional<PresentCacerts> cacerts) {
        return TrustBundle.of(
                Cacerts.rootBytes(cacerts.map(PresentCacerts::data).orElse(Map.of())));
    }

    /** Fingerprints of the roots that this mesh signs under, signed under, or is going to. */
    private static Set<String> ours(TrustWorld world, Set<CaCertificate> own) {
        Set<String> ours = world.before().map(TrustStatus::history).orElse(List.of()).stream()
                .filter(record -> Boolean.TRUE.equals(record.ours()))
                .map(RootRecord::sha256)
                .collect(Collectors.toSet());
        own.stream().map(CaCertificate::sha256).forEach(ours::add);
        return ours;
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

    /** The issuer, if the operator has its key. */
    public Optional<Issuer> signer() {
        return issuer.valid().filter(Issuer.class::isInstance).map(Issuer.class::cast);
    }

    /** CAs that need no further proof: those that this mesh signs with, and the roots that it is asked to trust. */
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
