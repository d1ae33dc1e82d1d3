"""Notes: what a sound case may not mean as it is written. No arrays, nothing is simulated."""
