"""Typed expressions evaluated on arrays; what is alike is found, and evaluated once for all."""
