"""Scored forecasts: in a terminal, as data, in sentences, on a page."""
