"""Scores of forecasts, baselines to hold them against, and weights of rival models."""
