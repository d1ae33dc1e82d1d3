"""From a checked case to a plan, and from the plan to one JAX function over worlds."""
