/**
 * The decisions about everything but trust: which objects should exist, and which conditions say so.
 *
 * <p>Functional core: every planner is a function of its arguments, without clock, client or cache, and is tested by examples
 * in YAML ({@code src/test/resources/golden}). {@code hosts}, {@code mesh}, {@code gateway} and {@code imports} each use only
 * the ones before. The reconcilers build the input from their caches and apply the output.
 *
 * <p>Desired objects have the form in which the API server stores them, without owner and hash; {@code apply} adds these. So
 * a second reconciliation of an unchanged world sends nothing (docs/adr/0004).
 *
 * <p>Messages are for people: object, field, problem, then the remedy. Types and reasons of conditions come from
 * {@code io.meshfed.api.condition}.
 */
@NullMarked
package io.meshfed.plan;

import org.jspecify.annotations.NullMarked;
