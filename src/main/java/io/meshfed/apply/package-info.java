/** The only writer: server-side apply, ownership, no-op detection and deletion. */
@NullMarked
package io.meshfed.apply;

import org.jspecify.annotations.NullMarked;
