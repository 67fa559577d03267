package io.meshfed.trust.x509;

import io.meshfed.api.Trust;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;

/** Compares a key with the algorithm that the spec asks for, in kind and length. */
public final class KeyAlgorithms {
    private KeyAlgorithms() {}

    public static boolean matches(CaCertificate certificate, Trust.KeyAlgorithm wanted) {
        PublicKey key = certificate.x509().getPublicKey();
        return switch (wanted) {
            case ECDSA_P256 -> key instanceof ECPublicKey ec && orderBits(ec) == 256;
            case ECDSA_P384 -> key instanceof ECPublicKey ec && orderBits(ec) == 384;
            case RSA_2048 -> key instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() == 2048;
            case RSA_4096 -> key instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() == 4096;
        };
    }

    private static int orderBits(ECPublicKey key) {
        return key.getParams().getOrder().bitLength();
    }
}
