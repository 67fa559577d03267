package io.meshfed.apply;

import io.fabric8.kubernetes.api.model.HasMetadata;

/** What became of one object. */
public sealed interface Outcome {
    /** It already was as wanted; nothing was sent. */
    record Unchanged(HasMetadata object) implements Outcome {}

    /** It was written; the API server's answer. */
    record Written(HasMetadata object) implements Outcome {}

    /** An object of that name stands there and is not ours; it was left alone. */
    record Foreign(String kind, String namespace, String name) implements Outcome {
        /** What the user reads: which object, and the remedy. */
        public String message() {
            String where = namespace.isEmpty() ? name : namespace + "/" + name;
            return kind + " " + where
                    + " exists and is not meshfed's: delete or rename it, or hand it over with the annotation "
                    + "meshfed.io/adopt: \"true\"";
        }
    }

    /** Somebody else keeps changing it; repairs are paused. */
    record Contested(String kind, String namespace, String name) implements Outcome {
        /** What the user reads. */
        public String message() {
            String where = namespace.isEmpty() ? name : namespace + "/" + name;
            return "something else keeps changing " + kind + " " + where + ": meshfed repaired it "
                    + RepairBudget.REPAIRS_A_MINUTE
                    + " times within a minute and pauses; metadata.managedFields names the other writer";
        }
    }
}
