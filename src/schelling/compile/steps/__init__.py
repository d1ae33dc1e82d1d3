"""One step of a block of worlds: what stands at its opening, games, events, and what flows."""
