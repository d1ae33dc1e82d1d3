"""Causal maps as other tools draw them, and as drafts of cases."""
