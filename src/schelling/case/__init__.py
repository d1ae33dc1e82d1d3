"""The case as data and text: read, schema, expressions, units, passages, check. No arrays."""
