/** What belongs to the mesh as a whole: exports, catalogue, mutual TLS mode, istiod's configuration. */
@NullMarked
package io.meshfed.plan.mesh;

import org.jspecify.annotations.NullMarked;
