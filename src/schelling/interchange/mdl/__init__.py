"""Vensim models as text (`.mdl`)."""
