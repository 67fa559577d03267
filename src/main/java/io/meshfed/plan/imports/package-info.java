/**
 * The plan of one ImportedService: which entries and which DestinationRule should exist, and what the status reports.
 *
 * <p>{@code ImportPlanner.plan} is a pure function: equal worlds give equal plans, whatever the order of their lists. It
 * chooses the form by the local Service and {@code spec.mode}, lets {@code endpoints} and {@code traffic} plan the objects,
 * gathers the findings of all steps, and lets {@code ImportConditions} turn them into Resolved, IdentityAccepted and Conflict.
 * Where findings compete for the reason of a condition, a rank in one list decides.
 *
 * <p>Trade-offs: unknown input keeps existing objects (rule 1), so a wrong endpoint may live longer than it should; endpoints
 * are removed only on positive evidence. The planner does not wait and does not retry: the reconciler calls it again when a
 * part of the world changes. Every rule has a golden case in {@code src/test/resources/golden/imports}, which istiod's own
 * code reads as well.
 */
@NullMarked
package io.meshfed.plan.imports;

import org.jspecify.annotations.NullMarked;
