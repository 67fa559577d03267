package io.meshfed.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/** When a credential ends by its own words; nothing is verified, it only serves to warn early. */
final class CredentialExpiry {
    private static final ObjectMapper JSON = new ObjectMapper();

    private CredentialExpiry() {}

    static Optional<Instant> of(RemoteCredential credential) {
        return credential.token().flatMap(CredentialExpiry::ofJwt).or(() -> credential
                .clientCertificate()
                .map(certificate -> certificate.chain().get(0).getNotAfter().toInstant()));
    }

    private static Optional<Instant> ofJwt(String token) {
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3) {
            return Optional.empty();
        }
        try {
            JsonNode expiry =
                    JSON.readTree(Base64.getUrlDecoder().decode(parts[1])).path("exp");
            return expiry.canConvertToLong() ? Optional.of(Instant.ofEpochSecond(expiry.asLong())) : Optional.empty();
        } catch (IOException | IllegalArgumentException | DateTimeException e) {
            return Optional.empty(); // an opaque token
        }
    }
}
