package io.meshfed.trust.x509;

import io.meshfed.api.condition.CaDefect;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateKey;
import java.util.List;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;

/** Private keys in the forms that istiod reads: PKCS#8, PKCS#1 (RSA) and SEC1 (EC), not encrypted. */
public final class PrivateKeys {
    private static final String PKCS8 = "PRIVATE KEY";
    private static final String PKCS1 = "RSA PRIVATE KEY";
    private static final String SEC1 = "EC PRIVATE KEY";
    private static final String EC_PARAMETERS = "EC PARAMETERS";

    private PrivateKeys() {}

    /** What to do with the block that {@code openssl ecparam -genkey} writes before the key. */
    public enum LeadingParameters {
        SKIP,
        REFUSE
    }

    public static String write(PrivateKey key) {
        return Pem.write(PKCS8, key.getEncoded());
    }

    /** Reads one key. */
    public static PrivateKey read(String field, byte[] pem, LeadingParameters parameters)
            throws RefusedMaterialException {
        List<Pem.Block> blocks = Pem.read(field, pem, Pem.MAX_BYTES);
        boolean leading = blocks.size() > 1 && blocks.get(0).type().equals(EC_PARAMETERS);
        if (leading && parameters == LeadingParameters.REFUSE) {
            throw new RefusedMaterialException(
                    CaDefect.EcParametersBeforeKey,
                    field + " begins with EC PARAMETERS, and istiod reads only the first PEM block; remove that block");
        }
        List<Pem.Block> keys = leading ? blocks.subList(1, blocks.size()) : blocks;
        if (keys.size() != 1) {
            throw new RefusedMaterialException(
                    CaDefect.UnexpectedPemBlock, field + " holds " + keys.size() + " PEM blocks; it must hold one key");
        }
        return parse(field, keys.get(0));
    }

    /** Refuses a key that does not belong to the certificate: signs with one and verifies with the other. */
    public static void belongsTo(String field, PrivateKey key, CaCertificate certificate, SecureRandom random)
            throws RefusedMaterialException {
        byte[] challenge = new byte[32];
        random.nextBytes(challenge);
        boolean matches;
        try {
            String algorithm = key instanceof ECPrivateKey ? "SHA256withECDSA" : "SHA256withRSA";
            Signature signer = Signature.getInstance(algorithm, BouncyCastle.PROVIDER);
            signer.initSign(key, random);
            signer.update(challenge);
            byte[] signature = signer.sign();
            Signature verifier = Signature.getInstance(algorithm, BouncyCastle.PROVIDER);
            verifier.initVerify(certificate.x509().getPublicKey());
            verifier.update(challenge);
            matches = verifier.verify(signature);
        } catch (GeneralSecurityException | RuntimeException e) {
            // RuntimeException: BouncyCastle checks RSA signatures it makes, and throws when the key's parts disagree.
            matches = false;
        }
        if (!matches) {
            throw new RefusedMaterialException(
                    CaDefect.KeyMismatch,
                    field + " is not the key of " + certificate.describe() + "; store key and certificate of one pair");
        }
    }

    private static PrivateKey parse(String field, Pem.Block block) throws RefusedMaterialException {
        try {
            PrivateKey key =
                    new JcaPEMKeyConverter().setProvider(BouncyCastle.PROVIDER).getPrivateKey(info(field, block));
            if (key instanceof RSAPrivateKey || key instanceof ECPrivateKey) {
                return key;
            }
        } catch (IOException | RuntimeException e) {
            // RuntimeException: an ASN.1 parser on hostile input may throw any of them. The text of e may quote it.
            throw new RefusedMaterialException(
                    CaDefect.KeyMalformed, field + " holds a private key that cannot be read; store it as PKCS#8 PEM");
        }
        throw new RefusedMaterialException(
                CaDefect.KeyUnsupported, field + " holds a key that is neither RSA nor ECDSA");
    }

    private static PrivateKeyInfo info(String field, Pem.Block block) throws RefusedMaterialException, IOException {
        return switch (block.type()) {
            case PKCS8 -> PrivateKeyInfo.getInstance(ASN1Primitive.fromByteArray(block.der()));
            case PKCS1 ->
                new PrivateKeyInfo(
                        new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
                        org.bouncycastle.asn1.pkcs.RSAPrivateKey.getInstance(ASN1Primitive.fromByteArray(block.der())));
            case SEC1 -> {
                org.bouncycastle.asn1.sec.ECPrivateKey sec1 =
                        org.bouncycastle.asn1.sec.ECPrivateKey.getInstance(ASN1Primitive.fromByteArray(block.der()));
                yield new PrivateKeyInfo(
                        new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, sec1.getParametersObject()), sec1);
            }
            case "ENCRYPTED PRIVATE KEY" ->
                throw new RefusedMaterialException(
                        CaDefect.KeyEncrypted,
                        field + " holds an encrypted key; store it without a password, which istiod"
                                + " could not enter");
            default ->
                throw new RefusedMaterialException(
                        CaDefect.UnexpectedPemBlock, field + " holds a PEM block that is not a private key");
        };
    }
}
