"""Solutions of equations followed along a path, in many lanes at once."""
