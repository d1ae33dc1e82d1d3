"""Stocks and events: what moves a world from one step to the next. No names, no cases."""
