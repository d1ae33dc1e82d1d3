"""Estimates in words: for a terminal, as JSON, and as tables of a paper."""
