"""A case beside its rivals."""
