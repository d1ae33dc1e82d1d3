"""Scoring a register of questions: forecasts, outcomes and comparisons."""
