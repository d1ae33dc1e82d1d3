"""What a run does not keep, made again from its seed: agents, games, whole courses, ties."""
