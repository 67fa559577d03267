package io.meshfed.api.condition;

/**
 * Why a certificate, a key or a Secret is refused. The name of the constant is the reason of the condition. The list
 * goes beyond what istiod checks itself (chain valid now, key matches): istiod signs with a CA that no client accepts.
 */
public enum CaDefect {
    /** A key of the Secret is missing or empty. */
    FieldMissing,
    /** Larger than any certificate file has a reason to be. */
    TooLarge,
    /** No PEM block at all. */
    NotPem,
    /** A PEM block that cannot be read. */
    MalformedPem,
    /** Something other than white space after the last PEM block. */
    TrailingGarbage,
    /** A PEM block of another kind than expected here. */
    UnexpectedPemBlock,
    /** A private key where only public certificates belong. */
    PrivateKeyInCertificate,
    /** A PEM block CERTIFICATE that holds no X.509 certificate in DER, or more than that. */
    MalformedCertificate,
    /** More certificates than the field may hold. */
    MoreThanOneCertificate,
    /** The same certificate twice in a chain. */
    DuplicateCertificate,
    /** The key is encrypted; istiod cannot ask for a password. */
    KeyEncrypted,
    /** A private key that cannot be read. */
    KeyMalformed,
    /** Neither RSA nor ECDSA, or RSA beyond what Go verifies. */
    KeyUnsupported,
    /** istiod reads the first PEM block of ca-key.pem only, and that is EC PARAMETERS. */
    EcParametersBeforeKey,
    /** The private key does not belong to the certificate. */
    KeyMismatch,
    /** No basic constraints, or CA:FALSE. */
    NotCa,
    /** Key usage without keyCertSign. */
    NoKeyCertSign,
    /** Fewer CAs allowed beneath than there are. */
    PathLengthTooSmall,
    /** An extended key usage that forbids client or server certificates beneath. */
    ExtendedKeyUsageTooNarrow,
    /** A critical extension that clients do not know, so that they refuse the chain. */
    UnknownCriticalExtension,
    /** Signed with MD5, SHA-1 or SHA-224. */
    WeakSignature,
    /** Signed with an algorithm that Envoy or Go does not verify. */
    UnsupportedSignature,
    /** RSA below 2048 bits, or with a broken exponent. */
    WeakKey,
    /** An elliptic curve other than P-256, P-384 and P-521. */
    UnsupportedCurve,
    /** Past its end. */
    Expired,
    /** Before its beginning. */
    NotYetValid,
    /** All certificates are there, in another order than each followed by its issuer. */
    ChainOutOfOrder,
    /** A certificate is not signed by the next one. */
    ChainBroken,
    /** cert-chain.pem does not begin with the certificate of ca-cert.pem. */
    ChainIncomplete,
    /** The root of the chain is given nowhere. */
    RootMissing,
    /** The root of the chain is not in root-cert.pem. */
    RootNotInBundle,
    /** An intermediate that signed itself, so that each renewal is another root. */
    SelfSignedIntermediate,
    /** Not self-signed, so not a root. */
    NotSelfSigned,
    /** The root in ca.crt is another than the one in tls.crt. */
    CaCrtMismatch,
    /** A root of another mesh that has our trust domain: its CA could mint any identity of ours. */
    EqualTrustDomains,
    /** This mesh's trust domain is not known, so nobody can say whether a root of another mesh is one of an equal one. */
    TrustDomainUnknown,
    /** A root that clients could take for another one that this mesh trusts. */
    AmbiguousRoot,
    /** The certificate has another fingerprint than the spec demands. */
    RootMismatch,
    /** A PEM block X509 CRL that holds no revocation list in DER. */
    MalformedCrl,
    /** A revocation list that only says what changed. */
    DeltaCrl,
    /** A revocation list for some of a CA's certificates only, or with more than clients read. */
    PartialCrl,
    /** A revocation list without nextUpdate. */
    CrlWithoutEnd,
    /** A revocation list without a number. */
    CrlWithoutNumber,
    /** A revocation list that no CA of this mesh or of another one has signed. */
    CrlOfUnknownCa,
    /** A revocation list of a CA that may not sign one. */
    NoCrlSign,
    /** An older revocation list than the one in force. */
    OlderCrl,
    /** A revocation list that would shut out this mesh's own workloads. */
    OwnCaRevoked
}
