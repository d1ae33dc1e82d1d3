"""Random ties: every pair is joined with the same probability (Gilbert 1959, G(n, p))."""

from __future__ import annotations

from schelling.errors import MethodError
from schelling.populations.networks import draws, pairs, storing
from schelling.populations.networks.network import Network


def random(
    agents: int,
    mean_degree: float,
    *,
    seed: int,
    stream: str,
    limit: int = storing.LIMIT,
    chunk: int = draws.CHUNK,
) -> Network:
    """A random network; degrees are binomial with the given mean.

    Args:
        agents: How many.
        mean_degree: Expected number of neighbours, from 0 to agents - 1.
        seed: Of the run.
        stream: Name of this network's chance, such as `ties/peers`.
        limit: Most bytes while it is made.
        chunk: How many numbers are drawn at once; changes nothing else.

    Raises:
        MethodError: The degree is out of range, or the network too large.
    """
    if not 0.0 <= mean_degree <= max(agents - 1, 0):
        msg = f"the mean degree of {agents} agents is from 0 to {agents - 1}; got {mean_degree}"
        raise MethodError(msg)
    storing.afford(agents, agents * mean_degree, limit=limit)
    probability = 0.0 if agents == 1 else min(1.0, mean_degree / (agents - 1))
    ends = [
        pairs.corner(numbers)
        for numbers in pairs.chosen(
            agents * (agents - 1) // 2, probability, draws.key(seed, stream), chunk=chunk
        )
    ]
    return storing.mutual_of(agents, ends)
