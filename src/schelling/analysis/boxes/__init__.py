"""Boxes of worlds in which something happens: found, compared, reproduced."""
