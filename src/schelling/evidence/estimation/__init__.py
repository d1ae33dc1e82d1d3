"""Payoffs of a game estimated from decisions: likelihood, maximum, errors, tests, predictions."""
