/** Requests between real meshes: the seed's walkthrough, section by section. */
@NullMarked
package io.meshfed.live;

import org.jspecify.annotations.NullMarked;
