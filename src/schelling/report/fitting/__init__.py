"""A fit in words: what the evidence taught, which verdicts it moves, and whether it can be trusted."""
