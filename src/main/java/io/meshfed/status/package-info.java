/** Conditions: how drafts of what was observed become the status that users read. */
@NullMarked
package io.meshfed.status;

import org.jspecify.annotations.NullMarked;
