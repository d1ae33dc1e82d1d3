"""The language server: what `check`, `explain` and the places of names say, for an editor."""
