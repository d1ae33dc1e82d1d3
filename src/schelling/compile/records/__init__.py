"""Observed series as part of a plan, and the likelihood of them."""
