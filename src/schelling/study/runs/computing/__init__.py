"""Computing a run: jobs, the engine, executors, when to stop, how to resume."""
