package io.meshfed.apply;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.meshfed.api.ObjectMetas;
import io.meshfed.api.condition.ObjectReason;
import java.time.Duration;

/** What became of one object. */
public sealed interface Outcome {
    /** It already was as wanted; nothing was sent. */
    record Unchanged(HasMetadata object) implements Outcome {}

    /** It was written; the API server's answer. */
    record Written(HasMetadata object) implements Outcome {}

    /** It is not as wanted, and somebody must act. */
    sealed interface Obstacle extends Outcome {
        /** The reason of the condition that reports it. */
        ObjectReason reason();

        /** What the user reads: which object, and the remedy. */
        String message();

        /** When to look again although nothing was heard. */
        Duration again();
    }

    /**
     * An object of that name stands there and is not ours; it was left alone.
     *
     * @param adoptable whether it can be handed over
     */
    record Foreign(String kind, String namespace, String name, boolean adoptable) implements Obstacle {
        @Override
        public ObjectReason reason() {
            return ObjectReason.ForeignObject;
        }

        @Override
        public String message() {
            return ObjectMetas.describe(kind, namespace, name)
                    + " exists and is not meshfed's: delete or rename it"
                    + (adoptable ? ", or hand it over with the annotation meshfed.io/adopt: \"true\"" : "");
        }

        /** Its deletion is an event; this is for events that were missed. */
        @Override
        public Duration again() {
            return Duration.ofMinutes(10);
        }
    }

    /**
     * Somebody else keeps changing or deleting it.
     *
     * @param again how long repairs are paused
     */
    record Contested(String kind, String namespace, String name, Duration again) implements Obstacle {
        @Override
        public ObjectReason reason() {
            return ObjectReason.ContestedObject;
        }

        @Override
        public String message() {
            return "something else keeps changing or deleting " + ObjectMetas.describe(kind, namespace, name)
                    + ": meshfed repaired it " + RepairBudget.REPAIRS_A_MINUTE
                    + " times within a minute and pauses for one; metadata.managedFields names the other writer";
        }
    }

    /**
     * The API server does not take it, and will not take it at the next try either.
     *
     * @param code the HTTP status of its answer: 400, 403, 404 or 422
     * @param why in the API server's words, shortened; no value of a field
     */
    record Refused(String kind, String namespace, String name, int code, String why) implements Obstacle {
        @Override
        public ObjectReason reason() {
            return ObjectReason.WriteRefused;
        }

        @Override
        public String message() {
            return "the API server refuses a change of " + ObjectMetas.describe(kind, namespace, name) + ": " + why;
        }

        @Override
        public Duration again() {
            return Duration.ofSeconds(30);
        }
    }

    /**
     * An admission webhook of somebody else did not answer as it should, so the API server cannot go on; it will when
     * the webhook does.
     *
     * @param webhook its name
     * @param again grows with each attempt
     */
    record Unanswered(String kind, String namespace, String name, String webhook, Duration again) implements Obstacle {
        @Override
        public ObjectReason reason() {
            return ObjectReason.WebhookUnavailable;
        }

        @Override
        public String message() {
            return ObjectMetas.describe(kind, namespace, name) + " cannot be changed, because webhook " + webhook
                    + " does not answer the API server: look after the Service and the pods behind it (kubectl get"
                    + " validatingwebhookconfigurations,mutatingwebhookconfigurations tells whose it is); tried again"
                    + " until it answers";
        }
    }
}
