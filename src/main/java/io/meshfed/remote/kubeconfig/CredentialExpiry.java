package io.meshfed.remote.kubeconfig;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/** When a credential expires, as it says itself. Nothing is verified: it only serves for an early warning. */
public final class CredentialExpiry {
    private static final ObjectMapper JSON = new ObjectMapper();

    private CredentialExpiry() {}

    public static Optional<Validity> of(RemoteCredential credential) {
        return credential.token().flatMap(CredentialExpiry::ofJwt).or(() -> credential
                .clientCertificate()
                .map(certificate -> of(certificate.chain().get(0))));
    }

    private static Validity of(X509Certificate certificate) {
        return new Validity(
                Optional.of(certificate.getNotBefore().toInstant()),
                certificate.getNotAfter().toInstant());
    }

    private static Optional<Validity> ofJwt(String token) {
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3) {
            return Optional.empty();
        }
        try {
            JsonNode claims = JSON.readTree(Base64.getUrlDecoder().decode(parts[1]));
            return time(claims.path("exp")).map(until -> new Validity(time(claims.path("iat")), until));
        } catch (IOException | IllegalArgumentException | DateTimeException e) {
            return Optional.empty(); // an opaque token
        }
    }

    private static Optional<Instant> time(JsonNode claim) {
        return claim.canConvertToLong() ? Optional.of(Instant.ofEpochSecond(claim.asLong())) : Optional.empty();
    }
}
