package io.meshfed.trust.x509;

import io.meshfed.api.condition.CaDefect;

/** Says that an input is unusable: one {@link CaDefect} and a sentence. The sentence never quotes the input itself. */
public final class RefusedMaterialException extends Exception {
    private static final long serialVersionUID = 1L;

    private final CaDefect defect;

    public RefusedMaterialException(CaDefect defect, String message) {
        // No cause: texts of parsers may quote what they parsed.
        super(message);
        this.defect = defect;
    }

    public CaDefect defect() {
        return defect;
    }
}
