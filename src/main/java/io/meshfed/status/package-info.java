/**
 * Conditions: how the drafts of one reconciliation become the status that users read.
 *
 * <p>A reconciler gathers drafts ({@link io.meshfed.api.condition.Condition} without time and generation), most important
 * first, and gives them to {@link io.meshfed.status.Conditions#summarize}, together with the conditions that the status
 * has now. The result follows kstatus, so that Argo CD, Flux and {@code kubectl wait} understand it:
 * <ul>
 *   <li>{@code Ready} is first and has the reason and the message of the most important problem;
 *   <li>{@code Reconciling} (the problem passes) or {@code Stalled} (the user must act) is present only while there is a
 *       problem; {@link io.meshfed.api.condition.ReasonCatalogue} decides between them by the reason;
 *   <li>{@code lastTransitionTime} changes only when the status of the condition changes.
 * </ul>
 * {@link io.meshfed.status.Conditions#flips} says which of them deserve an Event.
 *
 * <p>Trade-offs: a condition that is Unknown makes {@code Ready} Unknown and not False, because nothing wrong was
 * observed; that keeps alerts quiet while another cluster is unreachable and traffic goes on. A long message is cut at the
 * limit of the schema. An unchanged status compares equal to the stored one, so a reconciliation at rest writes nothing.
 *
 * <p>This package is a function of its arguments: the clock is one of them, and nothing here accesses a cluster.
 */
@NullMarked
package io.meshfed.status;

import org.jspecify.annotations.NullMarked;
