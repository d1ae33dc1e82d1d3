"""The expression language: syntax, types, units and the one table of its words."""
