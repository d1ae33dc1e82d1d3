"""Definitions changed for one run: how they are given, and the case with them in it."""
