"""Conveyors and other rows of places along which things move: entry, belts, leaks, contents."""
