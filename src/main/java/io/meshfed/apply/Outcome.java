package io.meshfed.apply;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.meshfed.api.ObjectMetas;
import io.meshfed.api.condition.ObjectReason;
import java.time.Duration;

/** The result of a write of one object. */
public sealed interface Outcome {
    /** The object already was as planned; nothing was sent. */
    record Unchanged(HasMetadata object) implements Outcome {}

    /** The object was written; this is the API server's answer. */
    record Written(HasMetadata object) implements Outcome {}

    /** The object is not as planned, for a reason that a status must report. */
    sealed interface Obstacle extends Outcome {
        /** The reason of the condition that reports it. */
        ObjectReason reason();

        /** What the user reads: which object, and the remedy. */
        String message();

        /** When to try again if no event arrives before. */
        Duration retryAfter();
    }

    /**
     * An object with that name exists, and meshfed does not own it. It was not changed.
     *
     * @param adoptable whether the user can hand it over
     */
    record Foreign(String kind, String namespace, String name, boolean adoptable) implements Obstacle {
        private static final Duration FOREIGN_RETRY = Duration.ofMinutes(10);

        @Override
        public ObjectReason reason() {
            return ObjectReason.ForeignObject;
        }

        @Override
        public String message() {
            return ObjectMetas.describe(kind, namespace, name)
                    + " exists and meshfed does not own it: delete or rename it"
                    + (adoptable ? ", or hand it over with the annotation meshfed.io/adopt: \"true\"" : "");
        }

        /** The object's deletion is an event; this is the safety net for an event that was missed. */
        @Override
        public Duration retryAfter() {
            return FOREIGN_RETRY;
        }
    }

    /**
     * Another client keeps changing or deleting the object.
     *
     * @param retryAfter how long repairs are paused
     */
    record Contested(String kind, String namespace, String name, Duration retryAfter) implements Obstacle {
        @Override
        public ObjectReason reason() {
            return ObjectReason.ContestedObject;
        }

        @Override
        public String message() {
            return "another client keeps changing or deleting " + ObjectMetas.describe(kind, namespace, name)
                    + ": meshfed repaired it " + RepairBudget.REPAIRS_PER_MINUTE
                    + " times within a minute and pauses for a minute; stop the other client, which metadata.managedFields names";
        }
    }

    /**
     * The API server rejects the write, and would reject it again.
     *
     * @param code the HTTP status of its answer: 400, 403, 404 or 422
     * @param why the API server's text, shortened; without values of fields
     */
    record Refused(String kind, String namespace, String name, int code, String why) implements Obstacle {
        private static final Duration REFUSED_RETRY = Duration.ofSeconds(30);

        @Override
        public ObjectReason reason() {
            return ObjectReason.WriteRefused;
        }

        @Override
        public String message() {
            return "the API server refuses a change of " + ObjectMetas.describe(kind, namespace, name) + ": " + why;
        }

        @Override
        public Duration retryAfter() {
            return REFUSED_RETRY;
        }
    }

    /**
     * An admission webhook did not answer as it should, so the API server could not handle the write.
     *
     * @param webhook its name
     * @param retryAfter grows with each attempt
     */
    record WebhookTimeout(String kind, String namespace, String name, String webhook, Duration retryAfter)
            implements Obstacle {
        @Override
        public ObjectReason reason() {
            return ObjectReason.WebhookUnavailable;
        }

        @Override
        public String message() {
            return ObjectMetas.describe(kind, namespace, name) + " cannot be changed, because webhook " + webhook
                    + " does not answer the API server: check the Service and the pods behind it (kubectl get"
                    + " validatingwebhookconfigurations,mutatingwebhookconfigurations shows whose it is); the operator"
                    + " retries until it answers";
        }
    }
}
