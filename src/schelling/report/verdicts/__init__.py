"""Verdicts of a run: in a terminal, as data, on a page."""
