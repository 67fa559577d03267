/** The meshfed operator; each sub-package is one room of {@code docs/architecture.md}. */
package io.meshfed;
