package io.meshfed.api.condition;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Every reason that a condition can have. */
public final class ReasonCatalogue {
    private static final List<Reason> ALL = Stream.<Reason[]>of(
                    SummaryReason.values(),
                    FederationReason.values(),
                    TrustReason.values(),
                    RemoteReason.values(),
                    ConnectionReason.values(),
                    ImportReason.values(),
                    ObjectReason.values(),
                    CaDefect.values(),
                    KubeconfigReason.values())
            .flatMap(Stream::of)
            .toList();

    private static final Map<String, Reason.Outlook> OUTLOOKS = new HashMap<>();

    static {
        ALL.forEach(reason -> put(OUTLOOKS, reason.name(), reason.outlook()));
    }

    private ReasonCatalogue() {}

    /** All reasons, enum by enum in the order of their declaration. */
    public static List<Reason> all() {
        return ALL;
    }

    /**
     * How a problem with this reason is treated. A word that is not in the catalogue is a mistake in this program: it fails
     * where assertions are enabled, as in tests, and otherwise counts as one on which the user must act.
     *
     * @param word the reason of a condition
     */
    public static Reason.Outlook outlook(String word) {
        Optional<Reason.Outlook> outlook = Optional.ofNullable(OUTLOOKS.get(word));
        assert outlook.isPresent() : "reason " + word + " is missing in the catalogue: add it to an enum of reasons";
        return outlook.orElse(Reason.Outlook.NEEDS_ACTION);
    }

    /** One word has one outlook, whichever enum it is in, because a status has the word alone. */
    static void put(Map<String, Reason.Outlook> outlooks, String word, Reason.Outlook outlook) {
        Reason.Outlook other = outlooks.putIfAbsent(word, outlook);
        if (other != null && other != outlook) {
            throw new IllegalStateException(
                    "reason " + word + " is both " + other + " and " + outlook + ": one word needs one outlook");
        }
    }
}
