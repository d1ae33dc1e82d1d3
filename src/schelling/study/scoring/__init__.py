"""Scoring a register of questions: who said what, what happened, who did better."""
