"""The brief: the question, the verdicts, what they hang on, and the causal map, on one page."""
