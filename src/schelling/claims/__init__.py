"""Temporal and counterfactual margins: signals over time, arrays in, arrays out."""
