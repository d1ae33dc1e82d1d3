"""Functions of whole arrays, as terms that every model knows."""
