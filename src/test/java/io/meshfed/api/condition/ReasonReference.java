package io.meshfed.api.condition;

import io.meshfed.api.CrdYaml;
import io.meshfed.api.condition.ConditionType.Kind;
import io.meshfed.api.condition.Reason.Explanation;
import io.meshfed.api.condition.Reason.Outlook;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes the reference of conditions and reasons into {@code docs/operations.md}, from the catalogue. */
public final class ReasonReference {
    /** The page that holds the reference, from the root of the project. */
    public static final String PAGE = "docs/operations.md";

    private static final String BEGIN = "<!-- begin generated: reasons -->";
    private static final String END = "<!-- end generated: reasons -->";

    private static final Set<ConditionType> SUMMARY =
            Set.of(ConditionType.Ready, ConditionType.Reconciling, ConditionType.Stalled);

    /** A group of reasons that several conditions share and that is explained in a section of its own. */
    private record Group(Class<? extends Reason> reasons, String heading, String link, String introduction) {}

    private static final List<Group> GROUPS = List.of(
            new Group(
                    ObjectReason.class,
                    "On any of them",
                    "those about [objects of this cluster](#on-any-of-them)",
                    "An object of this cluster cannot be read or written. These reasons are reported in"),
            new Group(
                    CaDefect.class,
                    "Defects of CA material",
                    "[defects of CA material](#defects-of-ca-material)",
                    "A certificate, a key or a revocation list is refused, and nothing was written with it. These reasons are"
                            + " reported in"),
            new Group(
                    KubeconfigReason.class,
                    "Refused kubeconfigs",
                    "those of [refused kubeconfigs](#refused-kubeconfigs)",
                    "A kubeconfig is refused, and nothing was sent to the server that it names. A kubeconfig for meshfed is"
                            + " plain YAML with one cluster, one user, one context and one credential inline. These reasons"
                            + " are reported in"));

    private final StringBuilder text = new StringBuilder();

    private ReasonReference() {}

    /**
     * The page with the generated part replaced.
     *
     * @throws IllegalArgumentException if the page lacks the two comments between which the generated part belongs
     */
    public static String into(String page) {
        int begin = page.indexOf(BEGIN);
        int end = page.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IllegalArgumentException(PAGE + " needs " + BEGIN + " and, after it, " + END);
        }
        return page.substring(0, begin) + BEGIN + "\n" + generated() + page.substring(end);
    }

    private static String generated() {
        ReasonReference reference = new ReasonReference();
        reference.line("<!-- from src/main/java/io/meshfed/api/condition by " + CrdYaml.COMMAND + " -->");
        reference.line("");
        reference.line("On every resource:");
        reference.line("");
        types().filter(SUMMARY::contains).forEach(type -> reference.line("- `" + type + "`: " + type.meaning()));
        reference.table(byOutlook(of(SummaryReason.class))
                .flatMap(reason -> reason.explanations().stream().map(explanation -> row(reason, explanation)))
                .toList());
        Stream.of(Kind.values()).forEach(reference::kind);
        GROUPS.forEach(reference::group);
        return reference.text.toString();
    }

    private static Stream<ConditionType> types() {
        return Stream.of(ConditionType.values());
    }

    private void kind(Kind kind) {
        line("");
        line("### " + kind);
        types().filter(type -> type.kinds().contains(kind) && !SUMMARY.contains(type))
                .forEach(type -> condition(kind, type));
    }

    private void condition(Kind kind, ConditionType type) {
        line("");
        line("#### " + type);
        line("");
        line(type.meaning());
        List<String> rows = new ArrayList<>();
        Map<ConditionType, List<String>> elsewhere = new TreeMap<>();
        byOutlook(reasonsOf(kind)).forEach(reason -> reason.explanations().stream()
                .filter(explanation -> explanation.conditions().contains(type))
                .forEach(explanation -> {
                    ConditionType first = explanation.conditions().get(0);
                    if (first == type) {
                        rows.add(row(reason, explanation));
                    } else {
                        elsewhere.computeIfAbsent(first, f -> new ArrayList<>()).add("`" + reason.name() + "`");
                    }
                }));
        table(rows);
        List<String> more = new ArrayList<>();
        elsewhere.forEach((first, words) -> more.add(String.join(", ", words) + ", as in [" + first + "](#"
                + first.name().toLowerCase() + ")"));
        GROUPS.stream()
                .filter(group -> of(group.reasons())
                        .anyMatch(reason -> reason.conditions().contains(type)))
                .map(Group::link)
                .forEach(more::add);
        if (!more.isEmpty()) {
            line("");
            line("More reasons: " + String.join("; ", more) + ".");
        }
    }

    private void group(Group group) {
        line("");
        line("### " + group.heading());
        line("");
        line(group.introduction() + " "
                + types().filter(type -> of(group.reasons())
                                .anyMatch(reason -> reason.conditions().contains(type)))
                        .map(type -> "`" + type + "`")
                        .collect(Collectors.joining(", "))
                + ".");
        table(byOutlook(of(group.reasons()))
                .flatMap(reason -> reason.explanations().stream().map(explanation -> row(reason, explanation)))
                .toList());
    }

    /** The reasons that only resources of a kind have, or that are explained with its conditions. */
    private static Stream<Reason> reasonsOf(Kind kind) {
        return switch (kind) {
            case MeshFederation -> Stream.concat(of(FederationReason.class), of(TrustReason.class));
            case RemoteMesh ->
                Stream.of(RemoteReason.class, ConnectionReason.class, TrustReason.class)
                        .flatMap(ReasonReference::of);
            case ImportedService -> of(ImportReason.class);
        };
    }

    private static Stream<Reason> of(Class<? extends Reason> reasons) {
        return ReasonCatalogue.all().stream().filter(reasons::isInstance);
    }

    /** What needs action first, then what passes, then what is good. */
    private static Stream<Reason> byOutlook(Stream<Reason> reasons) {
        return reasons.sorted(Comparator.comparing(Reason::outlook).reversed());
    }

    private void table(List<String> rows) {
        if (rows.isEmpty()) {
            return;
        }
        line("");
        line("| reason | meaning | what to do |");
        line("|---|---|---|");
        rows.forEach(this::line);
    }

    private static String row(Reason reason, Explanation explanation) {
        return "| `" + reason.name() + "` | " + cell(explanation.meaning()) + " | " + cell(toDo(reason, explanation))
                + " |";
    }

    private static String toDo(Reason reason, Explanation explanation) {
        if (reason.outlook() == Outlook.GOOD) {
            return "nothing";
        }
        if (reason.outlook() == Outlook.NEEDS_ACTION) {
            return explanation.remedy();
        }
        return "*Passes.* " + (explanation.remedy().isEmpty() ? "" : "If it lasts, " + lowerCase(explanation.remedy()));
    }

    private static String lowerCase(String sentence) {
        return sentence.substring(0, 1).toLowerCase() + sentence.substring(1);
    }

    private static String cell(String text) {
        return text.strip().replace("|", "\\|").replace("<", "&lt;");
    }

    private void line(String line) {
        text.append(line).append('\n');
    }
}
