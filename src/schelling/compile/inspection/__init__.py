"""Single worlds looked into after a run: their stories, agents, games, thresholds and failures."""
