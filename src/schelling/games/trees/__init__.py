"""Extensive games solved over many draws."""
