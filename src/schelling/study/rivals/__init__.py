"""Rival arguments on the same worlds: verdicts, scores, and what makes the difference."""
