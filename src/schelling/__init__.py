"""Schelling puts a strategic argument to the test."""
