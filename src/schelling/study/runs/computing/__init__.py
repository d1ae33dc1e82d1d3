"""Computing a run: jobs, the engine, executors, when to stop, how to resume.

The terms, in the order in which they meet:

- `Design`: how many worlds, how they are drawn, seed and replicates.
- `Job`: a case, its claims and a design: the numbers of a run, wherever they are computed.
- `RunRequest`: a job, which shard of it, and the error bar at which it may stop.
- `Task`: a piece of a job that is computed in one go: a part of the table, or the course.
- `Result`: what came of a task: bytes of a file, or arrays where the run stays in memory.
- `Workers`: an executor with the function that does a task and the patience to wait for it.
- `Store`: where results are kept, in memory or in a folder.
"""
