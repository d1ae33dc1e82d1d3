"""Agents on networks: steps of a threshold rule beside our peers, and making a large small world.

An agent becomes active for good once enough of its neighbours are, on one random network of mean
degree 10 that everybody gets; building it and the peers' own models is not counted. Speed is agents
times steps per processor second. After the same steps the same agents must be active before a time
counts. Mesa gets lists of neighbours made beforehand, which is kinder than its network space; Mesa
and NDlib would take minutes and gigabytes for a million agents and are measured up to 100,000.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import scipy.sparse

from schelling.populations import neighbours
from schelling.populations.lists import lists
from schelling.populations.networks.network import Network
from schelling.populations.networks.random_graph import random

STEPS = 8
Run = Callable[[], np.ndarray]


def speed(run: Run, agents: int, steps: int, *, repeats: int) -> tuple[float, np.ndarray]:
    """Agent-steps per processor second, and who is active in the end."""
    run()
    start = time.process_time()
    for _ in range(repeats):
        after = run()
    return agents * steps * repeats / (time.process_time() - start), after


class Town:
    """A random network, who is active at first, and how many active neighbours each waits for."""

    def __init__(self, agents: int) -> None:
        rng = np.random.default_rng(0)
        self.network: Network = random(agents, 10.0, seed=0, stream="ties/bench")
        ties = lists(self.network)
        self.degree = np.asarray(self.network.degree)
        self.starts = np.append(np.asarray(ties.starts), self.network.ties)
        self.seen = np.asarray(ties.seen)
        self.need = np.ceil(rng.uniform(0.1, 0.6, agents) * self.degree).clip(1).astype(np.int32)
        self.active = rng.random(agents) < 0.1


def ours(town: Town) -> Run:
    """All steps in one compiled loop."""

    @jax.jit
    def steps(network: Network, first: jax.Array, need: jax.Array) -> jax.Array:
        def step(_: jax.Array, active: jax.Array) -> jax.Array:
            return active | (neighbours.count(network, active) >= need)

        return jax.lax.fori_loop(0, STEPS, step, first)

    first, need = jnp.asarray(town.active), jnp.asarray(town.need)
    return lambda: np.asarray(steps(town.network, first, need))


def numpy_csr(town: Town) -> Run:
    """By hand: SciPy's sparse product in single precision, and NumPy in place."""
    agents = len(town.need)
    ties = scipy.sparse.csr_array(
        (np.ones(len(town.seen), np.float32), town.seen, town.starts), shape=(agents, agents)
    )
    need = town.need.astype(np.float32)

    def run() -> np.ndarray:
        active = town.active.astype(np.float32)
        for _ in range(STEPS):
            np.maximum(active, ties @ active >= need, out=active)
        return active > 0

    return run


def mesa(town: Town) -> Run:
    """Agents with a list of neighbours, who first look and then act."""
    import mesa

    class Citizen(mesa.Agent):
        active: bool
        ready: bool
        need: int
        friends: list[Citizen]

        def look(self) -> None:
            self.ready = sum(friend.active for friend in self.friends) >= self.need

        def act(self) -> None:
            self.active = self.active or self.ready

    model = mesa.Model(seed=0)
    agents = [Citizen(model) for _ in range(len(town.need))]
    for number, agent in enumerate(agents):
        own = town.seen[town.starts[number] : town.starts[number + 1]]
        agent.friends = [agents[other] for other in own]
        agent.need = int(town.need[number])

    def run() -> np.ndarray:
        for agent, active in zip(agents, town.active.tolist(), strict=True):
            agent.active = active
        for _ in range(STEPS):
            model.agents.do("look")
            model.agents.do("act")
        return np.array([agent.active for agent in agents])

    return run


def ndlib(town: Town) -> Run:
    """Its threshold model; a threshold of half a neighbour less is the same number of them."""
    import networkx as nx

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import ndlib.models.ModelConfig as model_config
        from ndlib.models import epidemics
    graph = nx.empty_graph(len(town.need))
    ends = np.repeat(np.arange(len(town.need)), town.degree)
    graph.add_edges_from(zip(ends.tolist(), town.seen.tolist(), strict=True))
    config = model_config.Configuration()
    config.add_model_initial_configuration("Infected", np.flatnonzero(town.active).tolist())
    shares = (town.need - 0.5) / np.maximum(town.degree, 1)
    for node, share in enumerate(shares.tolist()):
        config.add_node_configuration("threshold", node, share)
    model = epidemics.ThresholdModel(graph)
    model.set_initial_status(config)

    def run() -> np.ndarray:
        model.reset(np.flatnonzero(town.active).tolist())
        for _ in range(STEPS + 1):  # the first tells the start
            model.iteration(node_status=False)
        return np.array([model.status[node] == 1 for node in range(len(town.need))])

    return run


LARGE = """
import json, resource, sys, time
import jax, jax.numpy as jnp
from schelling.populations import luck, neighbours
from schelling.populations.networks.small_world import small_world
from schelling import chance
agents, steps = map(int, sys.argv[1:])
start, cpu = time.perf_counter(), time.process_time()
network = small_world(agents, 10, 0.1, seed=0, stream="ties/bench", limit=24 * 2**30)
built, built_cpu = time.perf_counter() - start, time.process_time() - cpu
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
key = jnp.asarray(chance.keys(0, ["dissent/luck"])[0])
numbers, world = jnp.arange(agents, dtype=jnp.uint32), jnp.zeros(1, jnp.uint32)
@jax.jit
def step(network, active, number):
    drawn = luck.uniform(key, number, numbers, world, single=True)[:, 0]
    return drawn < 0.02 + 0.9 * neighbours.share(network, active, empty=0.0)
active = jnp.zeros(agents, bool)
step(network, active, jnp.uint32(0)).block_until_ready()
start, cpu = time.perf_counter(), time.process_time()
for number in range(steps):
    active = step(network, active, jnp.uint32(number))
active.block_until_ready()
taken, taken_cpu = time.perf_counter() - start, time.process_time() - cpu
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
print(json.dumps({
    "built": built, "built_cpu": built_cpu, "memory": memory,
    "taken": taken, "taken_cpu": taken_cpu, "peak": peak,
}))
"""


def large(agents: int, steps: int) -> dict[str, float]:
    """A small world of mean degree 10 made, and some steps on it, in a process of its own."""
    given = [sys.executable, "-c", LARGE, str(agents), str(steps)]
    done = subprocess.run(given, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def rows() -> list[dict[str, object]]:
    """Speeds at three sizes, and the large small world."""
    found: list[dict[str, object]] = []
    for agents, peers in (
        (10_000, {"NumPy and SciPy CSR": numpy_csr, "Mesa": mesa, "NDlib": ndlib}),
        (100_000, {"NumPy and SciPy CSR": numpy_csr, "Mesa": mesa, "NDlib": ndlib}),
        (1_000_000, {"NumPy and SciPy CSR": numpy_csr}),
    ):
        town = Town(agents)
        repeats = max(3, 5_000_000 // agents)
        mine, after = speed(ours(town), agents, STEPS, repeats=repeats)
        for peer, make in peers.items():
            few = repeats if make is numpy_csr else 1
            theirs, reached = speed(make(town), agents, STEPS, repeats=few)
            assert np.array_equal(after, reached), peer  # fast and wrong is not fast
            name = f"thresholds on a random network, mean degree 10, {agents:,} agents"
            found.append(row(name, "agent-steps per cpu-second", mine, peer, theirs, mine / theirs))
    return found + very_many()


def very_many() -> list[dict[str, object]]:
    """Ten million agents."""
    measured = large(10_000_000, 52)
    name = "small world of 10,000,000 agents, mean degree 10"
    return [
        row(f"making a {name}", "seconds", measured["built"]),
        row(f"making a {name}", "cpu-seconds", measured["built_cpu"]),
        row(f"making a {name}", "GiB at most", measured["memory"]),
        row(f"52 steps by chance on a {name}", "seconds", measured["taken"]),
        row(f"52 steps by chance on a {name}", "cpu-seconds", measured["taken_cpu"]),
        row(f"52 steps by chance on a {name}", "GiB at most", measured["peak"]),
    ]


def row(
    name: str, unit: str, mine: float, peer: str = "", theirs: Any = None, ratio: Any = None
) -> dict[str, object]:
    """One row of the table."""
    return {
        "name": f"{name}, {unit}" if not peer else name,
        "unit": unit,
        "ours": mine,
        "peer": peer or None,
        "theirs": theirs,
        "ratio": ratio,
    }
