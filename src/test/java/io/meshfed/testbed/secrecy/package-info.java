/**
 * Whether anything private is told where it does not belong. Every test cluster has it from its start to its end, so no test
 * asks for it: {@link io.meshfed.testbed.secrecy.SecrecyCheck}.
 */
@NullMarked
package io.meshfed.testbed.secrecy;

import org.jspecify.annotations.NullMarked;
