"""One world of a run told as a story: which world, what happened in it, and what if it had not."""
