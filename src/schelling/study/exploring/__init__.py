"""Exploring a run: what decides its claims, where they tip, what goes together."""
