package io.meshfed.testbed;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code src/dataplane/istioca}: Istio's own functions that read a CA, as a program. */
public final class IstioCa {
    private static final String MODULE = "src/dataplane";
    private static final String PROGRAM = "istioca";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path program;

    private IstioCa(Path program) {
        this.program = program;
    }

    /**
     * The program, built now if this machine does not have it.
     *
     * @throws TestbedException in one sentence, when go is missing or too old, or a module cannot be fetched
     */
    public static IstioCa ensure() {
        List<String> sources = List.of(MODULE + "/go.mod", MODULE + "/go.sum", MODULE + "/" + PROGRAM);
        Path folder = BuildCache.ensure(PROGRAM, sources, into -> {
            GoModule module = new GoModule(Repository.root().resolve(MODULE));
            module.requireGo();
            module.build(into, "", List.of("./" + PROGRAM), "Istio's reader of CAs");
        });
        return new IstioCa(folder.resolve(PROGRAM));
    }

    /** The values of one {@code cacerts}, PEM. */
    public record Bundle(String name, String cert, String key, String chain, String roots) {}

    /** What came of it: how many were read, and a line for each that istiod would not start with. */
    public record Judgement(int read, List<String> refused) {}

    /**
     * What an istiod goes through.
     *
     * @param identity of a workload, a SPIFFE URI
     * @param cacerts it starts with the first and reloads the others, in their order
     * @param peer root-cert.pem of the mesh that is to accept the workload, PEM
     */
    public record Life(String name, String identity, List<Bundle> cacerts, String peer) {}

    /** Verifies all of them, as istiod does when it starts. */
    public Judgement verify(Iterable<Bundle> bundles) {
        return judge("verify", bundles);
    }

    /** Starts, reloads, and has the workload signed under each; shows each certificate to the peer. */
    public Judgement sign(Iterable<Life> lives) {
        return judge("sign", lives);
    }

    private Judgement judge(String command, Iterable<?> documents) {
        List<String> lines = run(List.of(command), documents);
        List<String> refused = new ArrayList<>(lines.subList(0, lines.size() - 1));
        String last = lines.get(lines.size() - 1);
        if (!last.startsWith("read ")) {
            throw new TestbedException("istioca ended early, after: " + last);
        }
        return new Judgement(Integer.parseInt(last.substring("read ".length())), List.copyOf(refused));
    }

    private List<String> run(List<String> arguments, Iterable<?> documents) {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(arguments);
        try {
            Path output = Files.createTempFile(PROGRAM, ".out");
            Path errors = Files.createTempFile(PROGRAM, ".err");
            try {
                Process process = Processes.track(new ProcessBuilder(command)
                        .redirectOutput(output.toFile())
                        .redirectError(errors.toFile())
                        .start());
                try (BufferedWriter input = process.outputWriter(StandardCharsets.UTF_8)) {
                    for (Object document : documents) {
                        input.write(JSON.writeValueAsString(document));
                        input.newLine();
                    }
                }
                if (process.waitFor() != 0) {
                    throw new TestbedException(String.join(" ", command) + ": " + Files.readString(errors));
                }
                return Files.readAllLines(output);
            } finally {
                Files.delete(output);
                Files.delete(errors);
            }
        } catch (IOException e) {
            throw new TestbedException(program + " cannot be run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TestbedException("Interrupted while waiting for " + program, e);
        }
    }
}
