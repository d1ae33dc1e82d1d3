"""The shape of a case file: which keys exist and what kind of value each takes."""
