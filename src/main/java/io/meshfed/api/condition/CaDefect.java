package io.meshfed.api.condition;

import static io.meshfed.api.condition.ConditionType.CacertsIssued;
import static io.meshfed.api.condition.ConditionType.TrustReady;
import static io.meshfed.api.condition.ConditionType.Trusted;
import static io.meshfed.api.condition.Reason.Explanation.means;
import static io.meshfed.api.condition.Reason.Outlook.NEEDS_ACTION;
import static io.meshfed.api.condition.Reason.Outlook.PASSES;

import java.util.List;

/** Why a certificate, a key, a revocation list or a Secret with CA material is refused. */
public enum CaDefect implements Reason {
    FieldMissing(
            NEEDS_ACTION,
            defect(
                    "A key of the Secret is missing or empty. With `fromPeer`: the root has no `sha256` here, or the other mesh's"
                            + " catalogue has no certificate for it.",
                    "Add what the message names.")),
    TooLarge(
            NEEDS_ACTION,
            defect("The field is larger than any certificate file needs to be.", "Remove what does not belong there.")),
    NotPem(NEEDS_ACTION, defect("The field holds no PEM block.", "Store the material as PEM.")),
    MalformedPem(NEEDS_ACTION, defect("A PEM block cannot be read.", "Export the material again.")),
    TrailingGarbage(NEEDS_ACTION, defect("There is text after the last PEM block.", "Remove that text.")),
    UnexpectedPemBlock(
            NEEDS_ACTION, defect("A PEM block has another type than the field allows.", "Remove that block.")),
    MalformedCertificate(
            NEEDS_ACTION,
            defect(
                    "A CERTIFICATE block does not hold exactly one X.509 certificate in DER form.",
                    "Export the certificate again.")),
    PrivateKeyInCertificate(
            NEEDS_ACTION,
            defect(
                    "A private key is in a field for public certificates.",
                    "Remove the key, and replace it if others could read it.")),
    MoreThanOneCertificate(
            NEEDS_ACTION, defect("The field holds more certificates than it may.", "Keep the one that belongs there.")),
    DuplicateCertificate(NEEDS_ACTION, defect("A chain holds the same certificate twice.", "Remove the duplicate.")),
    KeyEncrypted(
            NEEDS_ACTION,
            defect("The private key is encrypted; istiod cannot ask for a password.", "Store the key unencrypted.")),
    KeyMalformed(NEEDS_ACTION, defect("The private key cannot be read.", "Store the key as PKCS#8 PEM.")),
    KeyUnsupported(
            NEEDS_ACTION,
            defect("The key is neither RSA nor ECDSA, or is too large an RSA key for Go.", "Use another key.")),
    EcParametersBeforeKey(
            NEEDS_ACTION,
            defect(
                    "`ca-key.pem` begins with a block EC PARAMETERS; istiod reads the first block only.",
                    "Remove that block.")),
    KeyMismatch(
            NEEDS_ACTION,
            defect("The private key belongs to another certificate.", "Store key and certificate of one pair.")),
    NotCa(NEEDS_ACTION, defect("The certificate is not a CA certificate.", "Issue it with CA:TRUE.")),
    NoKeyCertSign(
            NEEDS_ACTION, defect("The CA certificate's key usage lacks keyCertSign.", "Issue it with keyCertSign.")),
    PathLengthTooSmall(
            NEEDS_ACTION,
            defect(
                    "A CA in the chain allows fewer CAs beneath it than there are.",
                    "Issue it with a larger path length.")),
    ExtendedKeyUsageTooNarrow(
            NEEDS_ACTION,
            defect(
                    "The extended key usage of a CA forbids client or server certificates beneath it.",
                    "Issue it without extended key usage, or with both.")),
    UnknownCriticalExtension(
            NEEDS_ACTION,
            defect(
                    "A critical extension is unknown to clients, so that they refuse the chain.",
                    "Issue the certificate without it.")),
    WeakSignature(NEEDS_ACTION, defect("The signature uses MD5, SHA-1 or SHA-224.", "Sign with SHA-256 or better.")),
    UnsupportedSignature(
            NEEDS_ACTION,
            defect(
                    "Envoy or Go does not verify this signature algorithm.",
                    "Sign with RSA or ECDSA and SHA-256 or better.")),
    WeakKey(NEEDS_ACTION, defect("The RSA key has fewer than 2048 bits, or a broken exponent.", "Use a stronger key.")),
    UnsupportedCurve(NEEDS_ACTION, defect("The elliptic curve is not P-256, P-384 or P-521.", "Use one of these.")),
    Expired(
            NEEDS_ACTION,
            defect("The certificate or the list has expired.", "Renew it. If it looks valid, check the clocks.")),
    ChainOutOfOrder(
            NEEDS_ACTION,
            defect(
                    "The certificates of the chain are not ordered so that each is followed by its issuer.",
                    "Reorder them.")),
    ChainBroken(
            NEEDS_ACTION,
            defect("A certificate in the chain is not signed by the next one.", "Complete the chain up to the root.")),
    ChainIncomplete(
            NEEDS_ACTION,
            defect(
                    "`cert-chain.pem` does not begin with the certificate of `ca-cert.pem`.",
                    "Put that certificate first.")),
    RootMissing(
            NEEDS_ACTION,
            defect("The root of the chain is not given anywhere.", "Add the root where the message says.")),
    RootNotInBundle(NEEDS_ACTION, defect("The root of the chain is not in `root-cert.pem`.", "Add it there.")),
    NotSelfSigned(
            NEEDS_ACTION,
            defect(
                    "The certificate that should be a root is not self-signed.",
                    "Give the root at the top of its chain.")),
    CaCrtMismatch(
            NEEDS_ACTION,
            defect("`ca.crt` and `tls.crt` hold different roots.", "Store the root of `tls.crt` in `ca.crt`.")),
    SelfSignedIntermediate(
            NEEDS_ACTION,
            defect(
                    "cert-manager's issuer has type SelfSigned, so each renewal would be another root.",
                    "Name a CA issuer.")),
    RootMismatch(
            NEEDS_ACTION,
            defect(
                    "The certificate does not have the fingerprint, or is not the root, that the spec gives.",
                    "Ask the other mesh's administrators which one is right.")),
    AmbiguousRoot(
            NEEDS_ACTION,
            defect(
                    "The root has the same name as another one in the bundle, another key, and no key identifier that distinguishes"
                            + " them. Clients would confuse the two and refuse valid certificates.",
                    "One of the two meshes needs a root with a name of its own.")),
    TrustDomainUnknown(
            NEEDS_ACTION,
            defect(
                    "This mesh's trust domain is not known, so the operator cannot check that it differs from the other mesh's. It does"
                            + " not add the root; roots in `cacerts` stay.",
                    "See `MeshConfigured` of the MeshFederation.")),
    EqualTrustDomains(
            NEEDS_ACTION,
            defect(
                    "Another mesh with another root has this mesh's trust domain: its CA could issue identities of this mesh.",
                    "Give the meshes different trust domains, or one common root.")),
    MalformedCrl(
            NEEDS_ACTION, listed("An X509 CRL block holds no revocation list in DER form.", "Export the list again.")),
    DeltaCrl(NEEDS_ACTION, listed("The revocation list is a delta list.", "Use a complete list.")),
    PartialCrl(
            NEEDS_ACTION,
            listed(
                    "The revocation list covers only some certificates of a CA, or holds more than clients read.",
                    "Use a complete list.")),
    CrlWithoutEnd(NEEDS_ACTION, listed("The revocation list has no nextUpdate.", "Issue it with one.")),
    CrlWithoutNumber(NEEDS_ACTION, listed("The revocation list has no number.", "Issue it with one.")),
    CrlOfUnknownCa(
            NEEDS_ACTION,
            listed("No known CA signed the revocation list.", "Put the CA's certificate beside the list.")),
    NoCrlSign(
            NEEDS_ACTION,
            listed(
                    "The CA that signed the revocation list may not sign lists.",
                    "Issue its certificate with cRLSign.")),
    OlderCrl(
            NEEDS_ACTION,
            listed("The revocation list is older than the one in force.", "Use the newest list of that CA.")),
    OwnCaRevoked(
            NEEDS_ACTION,
            listed("The revocation list would lock out this mesh's own workloads.", "Replace the revoked CA first.")),
    NotYetValid(PASSES, defect("The certificate or the list is not valid yet.", "Check the clocks."));

    private static Explanation defect(String meaning, String remedy) {
        return means(meaning, remedy, TrustReady, Trusted, CacertsIssued);
    }

    private static Explanation listed(String meaning, String remedy) {
        return defect(meaning + " Only in messages.", remedy);
    }

    private final Outlook outlook;
    private final List<Explanation> explanations;

    CaDefect(Outlook outlook, Explanation... explanations) {
        this.outlook = outlook;
        this.explanations = List.of(explanations);
    }

    @Override
    public Outlook outlook() {
        return outlook;
    }

    @Override
    public List<Explanation> explanations() {
        return explanations;
    }
}
