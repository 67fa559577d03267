/**
 * The only writer of the operator: server-side apply, adoption, conflicts, deletion.
 *
 * <p>{@link io.meshfed.apply.Applier} gets a planned object and the object from the caller's cache. It compares the two
 * ({@code ObjectDiff}) and sends nothing if the planned fields are in place, so a second reconciliation of an unchanged world
 * writes nothing. The result is an {@link io.meshfed.apply.Outcome}. An {@code Obstacle} is a result that a user must learn of,
 * with a reason of {@link io.meshfed.api.condition.ObjectReason}; an error that a retry can cure is thrown instead.
 *
 * <p>Ownership. An object is ours ({@link io.meshfed.apply.Owner#owns}), handed over by the user (annotation
 * {@code meshfed.io/adopt}), or foreign. Foreign objects are reported and never changed. A handed-over object is adopted: meshfed
 * takes over the managed fields of the former owners ({@code ManagedFields}) and then applies, which removes what only they set.
 * Fields on objects that meshfed shares with others are never forced.
 *
 * <p>Trade-offs. Comparing needs the planned object in the API server's own form (defaults, order), which the plans take care
 * of; JOSDK's matcher, which compares by {@code managedFields}, would need these in the caches, where they are the larger half of an
 * object. An adoption reads the live object instead, which is rare. {@code RecentWrites} gives read-your-writes over caches that
 * lag, at the price of one remembered object for each write that a cache has not shown yet. {@code RepairBudget} stops a fight with
 * another writer after ten repairs, at the price of a minute of drift.
 */
@NullMarked
package io.meshfed.apply;

import org.jspecify.annotations.NullMarked;
