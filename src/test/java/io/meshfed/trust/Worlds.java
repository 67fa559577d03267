package io.meshfed.trust;

import static io.meshfed.trust.TestCa.NOW;
import static io.meshfed.trust.TestCa.RANDOM;

import io.meshfed.api.Trust;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A world for the planner, immutable: each step gives the next one. */
record Worlds(TrustWorld world, Instant now) {
    static final Trust.Issuer ISSUER = new Trust.Issuer("mesh-root-ca", false);

    static Worlds managed() {
        return of(new Trust(Trust.Type.Managed, ISSUER, null, null));
    }

    static Worlds generating() {
        return of(new Trust(Trust.Type.Managed, new Trust.Issuer("mesh-root-ca", true), null, null));
    }

    static Worlds external() {
        return of(new Trust(Trust.Type.External, null, null, null));
    }

    private static Worlds of(Trust spec) {
        return new Worlds(
                new TrustWorld("east", spec, Optional.empty(), Optional.empty(), Optional.empty(), List.of()), NOW);
    }

    TrustPlan plan() {
        return new TrustPlanner(Clock.fixed(now, ZoneOffset.UTC), RANDOM).plan(world);
    }

    Worlds at(Instant moment) {
        return new Worlds(world, moment);
    }

    Worlds later(Duration duration) {
        return at(now.plus(duration));
    }

    Worlds intermediate(Trust.KeyAlgorithm algorithm, String validity, String renewBefore) {
        Trust spec = world.spec();
        return with(new TrustWorld(
                world.meshName(),
                new Trust(
                        spec.type(),
                        spec.issuer(),
                        spec.existingCA(),
                        new Trust.Intermediate(algorithm, validity, renewBefore)),
                world.issuerSecret(),
                world.cacerts(),
                world.publishedRoots(),
                world.remotes()));
    }

    Worlds named(String meshName) {
        return with(new TrustWorld(
                meshName,
                world.spec(),
                world.issuerSecret(),
                world.cacerts(),
                world.publishedRoots(),
                world.remotes()));
    }

    Worlds issuer(Map<String, byte[]> data) {
        return issuer(Optional.of(data));
    }

    Worlds withoutIssuer() {
        return issuer(Optional.empty());
    }

    private Worlds issuer(Optional<Map<String, byte[]>> data) {
        return with(new TrustWorld(
                world.meshName(), world.spec(), data, world.cacerts(), world.publishedRoots(), world.remotes()));
    }

    Worlds cacerts(Optional<PresentCacerts> cacerts) {
        return with(new TrustWorld(
                world.meshName(),
                world.spec(),
                world.issuerSecret(),
                cacerts,
                world.publishedRoots(),
                world.remotes()));
    }

    Worlds ourCacerts(Map<String, byte[]> data) {
        return cacerts(Optional.of(new PresentCacerts(data, true)));
    }

    Worlds foreignCacerts(Map<String, byte[]> data) {
        return cacerts(Optional.of(new PresentCacerts(data, false)));
    }

    /** istiod publishes these roots. */
    Worlds published(String pem) {
        return with(new TrustWorld(
                world.meshName(),
                world.spec(),
                world.issuerSecret(),
                world.cacerts(),
                Optional.of(pem),
                world.remotes()));
    }

    /** istiod has read the present cacerts. */
    Worlds reloaded() {
        return published(rootPem());
    }

    Worlds remote(RemoteRoots remote) {
        List<RemoteRoots> remotes = new ArrayList<>(world.remotes());
        remotes.removeIf(present -> present.remote().equals(remote.remote()));
        remotes.add(remote);
        return remotes(remotes);
    }

    Worlds remote(String name, TestCa.Ca... roots) {
        List<NamedRoot> named = new ArrayList<>();
        for (TestCa.Ca root : roots) {
            named.add(new NamedRoot(name + "-" + named.size(), root.pem(), Optional.empty()));
        }
        return remote(new RemoteRoots(name, named, false));
    }

    Worlds remotes(List<RemoteRoots> remotes) {
        return with(new TrustWorld(
                world.meshName(),
                world.spec(),
                world.issuerSecret(),
                world.cacerts(),
                world.publishedRoots(),
                remotes));
    }

    private Worlds with(TrustWorld changed) {
        return new Worlds(changed, now);
    }

    /** The world after the plan was carried out; unchanged if it writes nothing. */
    Worlds applied() {
        TrustAction action = plan().action();
        if (action instanceof TrustAction.CreateIssuer create) {
            return issuer(create.tlsSecretData());
        }
        return action instanceof TrustAction.WriteCacerts write ? ourCacerts(write.data()) : this;
    }

    Map<String, byte[]> data() {
        return world.cacerts().orElseThrow().data();
    }

    String rootPem() {
        return new String(data().get("root-cert.pem"), java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    Cacerts verified() {
        try {
            return Cacerts.verify(data(), now, RANDOM);
        } catch (Refused e) {
            throw new AssertionError(e);
        }
    }
}
