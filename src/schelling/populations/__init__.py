"""Agents, their ties and their luck, as bare arrays: no names, no cases.

A population is a number of agents, 0 to n - 1. A state is an array `(agent,)` or `(agent, world)`:
worlds lie last, so that runs of one network lie side by side. A rule of agents is ordinary JAX on
such arrays; what an agent sees of others comes from here:

- `networks`: who is tied to whom. Every kind is a function that returns a `Network`:
  `unconnected.nobody(agents)`, `random_graph.random(agents, mean_degree, ...)`,
  `small_world.small_world(agents, neighbours, rewire, ...)`,
  `scale_free.scale_free(agents, joins, ...)`,
  `stochastic_block.stochastic_block(sizes, mean_degrees, ...)`, whose mean degrees
  `stochastic_block.from_probabilities` makes of chances,
  `lattice.lattice(rows, columns, ...)`, and `table.table(agents, one, other, ...)` from observed
  ties, perhaps with weights. A `Network` is a pytree, so a jitted function takes it as an argument.
  It has `agents`, `degree` (how many others each agent sees),
  `ties` (the sum of degrees), `weighted` and `nbytes`.
- `neighbours`: reductions over those whom an agent sees, `sum`, `mean`, `count`, `share`, `any`,
  `all`, `min` and `max`. Each takes a network (or several: ties of several kinds), what to reduce,
  and most take `among`, the truth that says which neighbours count. Both are arrays over agents or
  a `Between`, a function of the two ends of a tie.
- `luck.uniform(key, step, agents, worlds)`: uniform numbers `(agent, world)`; `draw` tells several
  of one step apart, `dtype` halves the memory.
- `contacts.neighbour(lists, agents, luck)` and `contacts.anybody(population, agents, luck)`: whom
  an agent meets by chance; `contacts.around(lists, agents)`: whom one agent a world sees.
  `lists.lists(network)` makes lists to read single neighbours from.
- `meetings.drawn(others, mean, luck, shape)`: so many random others whom every agent meets in a
  step, all different; `others` are `meetings.all_others(population, agents)` or those of groups.
- `activation.pairwise(states, turns, ties, rule)` and `activation.alone(states, turns, rule)`:
  rules in which one random pair, or one random agent, acts at a time.

Networks are made in streams of chunks and are the same whatever the size of the chunk. What one
needs in memory is estimated before anything is allocated; `limit` refuses it.

Examples:
    A step of thresholds (Granovetter 1978) on a small world, as a function to compile:

    >>> import jax, jax.numpy as jnp
    >>> from schelling.populations import neighbours
    >>> from schelling.populations.networks.small_world import small_world
    >>> ring = small_world(agents=8, neighbours=2, rewire=0.0, seed=0, stream="ties/peers")
    >>> @jax.jit
    ... def step(network, active):
    ...     return active | (neighbours.share(network, active) >= 0.5)
    >>> active = jnp.zeros(8, bool).at[0].set(True)
    >>> step(ring, active).astype(int)
    Array([1, 1, 0, 0, 0, 0, 0, 1], dtype=int64)
"""
