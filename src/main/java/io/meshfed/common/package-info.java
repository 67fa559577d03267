/**
 * Small parts that every package may use and that know nothing of meshes: pauses between attempts, and digests.
 *
 * <p>{@link io.meshfed.common.Backoff} serves the watches ({@code watch}); {@link io.meshfed.common.Backoffs} serves writes
 * ({@code apply} and {@code reconcile}), one backoff for each object. Both take a random part off each pause, because what made many
 * attempts fail at once would otherwise make them repeat at once.
 *
 * <p>Why no library class: fabric8's {@code ExponentialBackoffIntervalCalculator} has no jitter and no cap of its own, it doubles at
 * most five times; JOSDK's {@code GenericRetry} has no jitter, and {@code watch} and {@code apply} would depend on JOSDK for it.
 *
 * <p>A class belongs here only if two packages need it that do not use each other. What is about custom resources, labels or
 * annotations belongs in {@code api}.
 */
@NullMarked
package io.meshfed.common;

import org.jspecify.annotations.NullMarked;
