"""Passages of a case as annotations of the World Wide Web Consortium."""
