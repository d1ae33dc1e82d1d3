"""Families of priors, dependence between them, and designs that fill the unit cube."""
