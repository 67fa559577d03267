/**
 * The conditions of the API: every condition type and every reason, each with its meaning and its remedy.
 *
 * <p>The names of the constants are the words in the status of a resource. Users, dashboards and scripts read them, so a
 * constant is never renamed. {@link io.meshfed.api.condition.ConditionType} has the types; each enum that implements
 * {@link io.meshfed.api.condition.Reason} has the reasons of one kind, or one group of reasons that several conditions
 * share. {@link io.meshfed.api.condition.ReasonCatalogue} has all of them and answers for a word what {@code status} needs
 * to know: does the problem pass, or must the user act?
 *
 * <p>To add a reason: add the constant to the enum of its kind, with outlook, meaning, remedy and the conditions that may
 * have it; use it; run {@code ./mvnw -Pcrds process-test-classes}, which rewrites the reference in
 * {@code docs/operations.md}. {@code ReasonsTest} fails for a word that is missing here, for a constant that no code uses,
 * and for a page that is out of date.
 *
 * <p>Trade-offs: two enums may have the same word where the remedy differs by condition ({@code WaitingForIstiod}), but
 * only with the same outlook, because the word alone decides between {@code Reconciling} and {@code Stalled}. The texts are
 * Markdown with links relative to {@code docs/}; the operator never shows them, the message of a condition names the object
 * and the field instead.
 */
@NullMarked
package io.meshfed.api.condition;

import org.jspecify.annotations.NullMarked;
