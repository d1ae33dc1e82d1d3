"""Which name stands where in a case: where it is defined, and all that refers to it."""
