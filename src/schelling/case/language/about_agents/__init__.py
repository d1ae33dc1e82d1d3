"""Types of what rules of agents say: of traits, ties, groups and turns."""
