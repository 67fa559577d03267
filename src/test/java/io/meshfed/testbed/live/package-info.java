/**
 * Real meshes for tests: pods as network namespaces with the real istiod, pilot-agent and Envoy in them, between clusters
 * of {@link io.meshfed.testbed}. Start at {@link io.meshfed.testbed.live.WithMeshes}. Needs root, and nothing installed.
 */
@NullMarked
package io.meshfed.testbed.live;

import org.jspecify.annotations.NullMarked;
