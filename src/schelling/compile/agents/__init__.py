"""Agents of populations: what they draw and see, whom they meet, and what they do in a step."""
