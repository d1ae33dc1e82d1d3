"""From bytes to a tree of values that know their places, and problems as text."""
