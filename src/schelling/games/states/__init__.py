"""Stochastic games solved over many draws."""
