/** A watch of one kind that survives outages, bad answers and hostile servers. */
@NullMarked
package io.meshfed.watch;

import org.jspecify.annotations.NullMarked;
