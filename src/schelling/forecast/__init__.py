"""Scores of forecasts, baselines to compare them with, and weights of rival models."""
