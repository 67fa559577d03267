package io.meshfed.scenario;

import io.meshfed.testbed.OpensslProgram;
import io.meshfed.testbed.TestbedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;

/** The openssl program: makes CA material as users do, and has the last word on what the operator wrote. */
final class Openssl {
    private static final String CA = "CA:TRUE";
    private static final String SIGNS = "keyCertSign,cRLSign";

    private final Path folder;
    private final OpensslProgram program;

    /** @param folder where it may leave files */
    Openssl(Path folder) {
        this.folder = folder;
        this.program = new OpensslProgram(folder);
    }

    /** A certificate and its key, PEM. */
    record Certified(String certificate, String key) {
        /** The data of a Secret of type kubernetes.io/tls, in base64. */
        Map<String, String> tls() {
            return tls(certificate, key);
        }

        static Map<String, String> tls(String certificate, String key) {
            return Map.of("tls.crt", base64(certificate), "tls.key", base64(key));
        }

        /** The data of Secret cacerts for a CA right below a root, in base64. */
        Map<String, String> cacerts(Certified root) {
            return Map.of(
                    "ca-cert.pem", base64(certificate),
                    "ca-key.pem", base64(key),
                    "cert-chain.pem", base64(certificate + root.certificate()),
                    "root-cert.pem", base64(root.certificate()));
        }
    }

    /** A sound root. */
    Certified root(String name) {
        return selfSigned(name, "ec", "ec_paramgen_curve:prime256v1", "sha256", CA, SIGNS);
    }

    /** A self-signed certificate of which something may be wrong. */
    Certified selfSigned(
            String name, String algorithm, String keyOption, String digest, String constraints, String usage) {
        write(name + ".cnf", extensions(constraints, usage));
        succeed(
                "req -x509 -nodes -days 365 -config %1$s.cnf -extensions ext -subj /CN=%1$s -%2$s -newkey %3$s -pkeyopt %4$s -keyout %1$s.key -out %1$s.crt"
                        .formatted(name, digest, algorithm, keyOption));
        return new Certified(read(name + ".crt"), read(name + ".key"));
    }

    /** A CA below a root. */
    Certified below(Certified root, String name) {
        write("above.crt", root.certificate());
        write("above.key", root.key());
        write(name + ".cnf", extensions("CA:TRUE,pathlen:0", SIGNS));
        succeed(
                "req -new -nodes -config %1$s.cnf -subj /CN=%1$s -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -keyout %1$s.key -out %1$s.csr"
                        .formatted(name));
        succeed(
                "x509 -req -days 300 -in %1$s.csr -CA above.crt -CAkey above.key -CAcreateserial -extfile %1$s.cnf -extensions ext -out %1$s.crt"
                        .formatted(name));
        return new Certified(read(name + ".crt"), read(name + ".key"));
    }

    /** A revocation list of a CA, PEM, good for sixty days; it revokes the certificates given. */
    String revocationList(Certified ca, int number, Certified... revoked) {
        write("ca.crt", ca.certificate());
        write("ca.key", ca.key());
        write("index.txt", "");
        write("crlnumber", "%02X\n".formatted(number));
        write(
                "ca.cnf",
                "[ca]\ndefault_ca = own\n[own]\ndatabase = index.txt\ncrlnumber = crlnumber\ndefault_md = sha256\n");
        String options = " -config ca.cnf -cert ca.crt -keyfile ca.key";
        for (Certified certificate : revoked) {
            write("revoked.crt", certificate.certificate());
            succeed("ca -revoke revoked.crt" + options);
        }
        succeed("ca -gencrl -crldays 60 -out list.pem" + options);
        return read("list.pem");
    }

    /** {@code openssl crl -text} of the first list. */
    String describeList(String pem) {
        write("described-list.pem", pem);
        return succeed("crl -noout -text -in described-list.pem");
    }

    /** Like {@link #verify}, with a list of every CA of the chain. */
    OpensslProgram.Result verifyWithLists(Map<String, String> cacerts) {
        new TreeMap<>(cacerts).forEach((name, value) -> write(name, text(value)));
        return run(
                "verify -x509_strict -crl_check_all -CAfile root-cert.pem -CRLfile ca-crl.pem -untrusted cert-chain.pem"
                        + " ca-cert.pem");
    }

    /** {@code openssl verify} of Secret cacerts as a client would: its CA by its chain, up to its bundle. */
    OpensslProgram.Result verify(Map<String, String> cacerts) {
        new TreeMap<>(cacerts).forEach((name, value) -> write(name, text(value)));
        return run("verify -x509_strict -CAfile root-cert.pem -untrusted cert-chain.pem ca-cert.pem");
    }

    /** {@code openssl x509 -text} of the first certificate. */
    String describe(String pem) {
        write("described.pem", pem);
        return succeed("x509 -noout -text -in described.pem");
    }

    /** SHA-256 over the DER form, lower-case hex. */
    String fingerprint(String pem) {
        write("described.pem", pem);
        String answer = succeed("x509 -noout -fingerprint -sha256 -in described.pem");
        return answer.substring(answer.indexOf('=') + 1)
                .strip()
                .replace(":", "")
                .toLowerCase(java.util.Locale.ROOT);
    }

    /** The end of its life. */
    Instant end(String pem) {
        write("described.pem", pem);
        String answer = succeed("x509 -noout -enddate -dateopt iso_8601 -in described.pem");
        return Instant.parse(answer.substring(answer.indexOf('=') + 1).strip().replace(' ', 'T'));
    }

    static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    static String text(String base64) {
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    }

    private static String extensions(String constraints, String usage) {
        return """
                [req]
                distinguished_name = dn
                [dn]
                [ext]
                basicConstraints = critical,%s
                keyUsage = critical,%s
                subjectKeyIdentifier = hash
                """
                .formatted(constraints, usage);
    }

    private String succeed(String arguments) {
        OpensslProgram.Result result = run(arguments);
        if (result.code() != 0) {
            throw new TestbedException("openssl " + arguments + ": " + result.output());
        }
        return result.output();
    }

    private OpensslProgram.Result run(String arguments) {
        return program.run(Arrays.asList(arguments.split(" ")));
    }

    private void write(String name, String content) {
        try {
            Files.writeString(folder.resolve(name), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String read(String name) {
        try {
            return Files.readString(folder.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
