/** The custom resources: types, schema rules, defaults and printer columns. Nothing here talks to a cluster. */
@NullMarked
package io.meshfed.api;

import org.jspecify.annotations.NullMarked;
