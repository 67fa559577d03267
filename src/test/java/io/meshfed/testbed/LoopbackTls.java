package io.meshfed.testbed;

import io.meshfed.testbed.CertificateAuthority.Certified;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * What a server on 127.0.0.1 needs to be trusted.
 *
 * @param authorityPem whom its clients must trust
 */
record LoopbackTls(SSLContext context, String authorityPem) {
    private static final char[] NO_PASSWORD = new char[0];

    static LoopbackTls named(String name) {
        CertificateAuthority ca = CertificateAuthority.named("CN=" + name);
        Certified own = ca.server(name, List.of(), List.of("127.0.0.1"));
        try {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(null, NO_PASSWORD);
            keys.setKeyEntry("server", own.key(), NO_PASSWORD, new Certificate[] {own.certificate()});
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(keys, NO_PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(factory.getKeyManagers(), null, null);
            return new LoopbackTls(context, ca.root().certificatePem());
        } catch (IOException | GeneralSecurityException e) {
            throw new TestbedException("No TLS for " + name, e);
        }
    }
}
