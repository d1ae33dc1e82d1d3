"""Populations: what the agents of one world are over time, and on their ties."""
