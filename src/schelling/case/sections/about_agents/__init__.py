"""Populations of a case: their agents, groups, ties, variables, and the turns they act in."""
