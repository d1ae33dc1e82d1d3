"""What observations say about the numbers of a model."""
