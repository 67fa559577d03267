/** What a trust plan is made from: everything that was observed, parsed and verified once. */
@NullMarked
package io.meshfed.trust.world;

import org.jspecify.annotations.NullMarked;
