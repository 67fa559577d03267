/**
 * Requests between real meshes: the sections of the tutorial, and what can disturb them.
 *
 * <p><b>What belongs here.</b> Tests whose result is an answered or a refused request: load balancing, locality, identity, mTLS,
 * revocation, rotation under load. Everything that the API alone can show belongs to {@link io.meshfed.scenario}.
 *
 * <p><b>How.</b> {@code @WithMeshes} gives a class two federated meshes, east and west, that all such classes share;
 * {@code @WithOwnMeshes} starts meshes for one class. A class deploys its workloads in a namespace of its own, imports one of
 * them, and reads the answers: which pod of which mesh answered, with which identity. {@code src/testbed/README.md} lists
 * the operations with an example.
 *
 * <p><b>Trade-offs.</b> istiod, pilot-agent, Envoy and the operator are real; containers are not, so no image is pulled, and the
 * tests need root on Linux. Shares of requests are random: a test compares them with a tolerance, over samples that are large
 * enough. Requests do not fail at once when a proxy gets a new configuration later than another one, so tests wait for what the
 * proxies report before they count.
 */
@NullMarked
package io.meshfed.live;

import org.jspecify.annotations.NullMarked;
