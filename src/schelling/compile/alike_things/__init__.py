"""Alike things of a plan side by side: families, games, and what twins hold and see of them."""
