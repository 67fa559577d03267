/**
 * The input of an import's plan, and the findings that its steps return.
 *
 * <p>{@code ImportWorld} is everything that a plan depends on: an immutable picture, never a live cache. From it come the
 * parts that the steps use: {@code ImportTarget} (the host and its spec), {@code LocalMesh} (this mesh), {@code ImportSource}
 * and {@code RemoteState} (the remotes that serve the host), {@code ObservedEndpoints} (what existing entries contain),
 * {@code ServicePorts}.
 *
 * <p>A step returns its result and its {@code Finding}s ({@code WithFindings}); no step writes into a collector, so the order
 * of the steps has no influence on the reason of a condition. {@code RemoteParticipation} combines {@code spec.suspend} and
 * {@code spec.drained} once, for all steps.
 *
 * <p>Trade-off: an input that is not known is an empty {@code Optional} or an empty list, and the existing entries are used instead
 * for it. So a remote that cannot be read keeps its endpoints, and an outage of its API server is not an outage of the host.
 */
@NullMarked
package io.meshfed.plan.imports.world;

import org.jspecify.annotations.NullMarked;
