"""Solving one game: from a file or a case to a frozen answer."""
