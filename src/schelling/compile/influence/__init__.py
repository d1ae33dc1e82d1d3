"""What feeds what in a plan, which way, and what can reach a claim; no arrays."""
