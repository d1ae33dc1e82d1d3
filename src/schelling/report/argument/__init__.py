"""The argument itself: its passages, assumptions and definitions."""
