"""A fit in words: what the evidence taught, which verdicts it moves, what speaks against it."""
