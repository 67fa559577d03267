package io.meshfed.trust;

/** Says that an input is unusable: one {@link Flaw} and a sentence. The sentence never quotes the input itself. */
final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    private final Flaw flaw;

    Refused(Flaw flaw, String message) {
        // No cause: texts of parsers may quote what they parsed.
        super(message);
        this.flaw = flaw;
    }

    Flaw flaw() {
        return flaw;
    }
}
