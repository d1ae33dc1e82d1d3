"""Ties of a population: what their kind of network needs, and how many there can be."""

from __future__ import annotations

from schelling.case.draft import Draft
from schelling.case.file.yaml_tree import Path
from schelling.case.populations import PopulationTies
from schelling.case.schema import population_parts

_KEYS = {
    "degree": (("random", "small_world"), "how many ties an agent has"),
    "rewire": (("small_world",), "the share of ties that lead to a random agent"),
    "joins": (("scale_free",), "how many ties a newcomer makes"),
    "rows": (("lattice",), "how many rows it has"),
    "sight": (("lattice",), ""),
    "radius": (("lattice",), ""),
    "torus": (("lattice",), ""),
}
"""For each key of ties the networks that know it, and what it says where it is needed."""


MOST_TIES = 2**31 - 1
"""Ties of a population together, counted from both ends."""


def as_written(name: str, raw: population_parts.PopulationTies) -> PopulationTies:
    """Ties with what they are given, checked or not."""
    return PopulationTies(
        name,
        raw.network,
        raw.degree or 0.0,
        raw.rewire or 0.0,
        raw.joins or 1,
        raw.rows or 1,
        raw.sight or "moore",
        raw.radius or 1,
        raw.torus is not False,
    )


def read(
    draft: Draft, path: Path, raw: population_parts.PopulationTies, size: int
) -> PopulationTies:
    """Ties with what their kind of network needs."""
    name, network = str(path[-1]), raw.network
    for key, (networks, what) in _KEYS.items():
        given = getattr(raw, key) is not None
        if given and network not in networks:
            message = f"'{key}' has no meaning for ties of the kind '{network}'"
            draft.report_key("E427", message, (*path, key), hint="leave it out")
        elif not given and network in networks and what:
            draft.report_key("E427", f"the ties '{name}' need '{key}': {what}", path)
    ties = as_written(name, raw)
    if size < 2:
        message = f"'{path[1]}' has one agent, who has nobody to be tied to"
        draft.report_key("E427", message, path)
    elif network == "lattice":
        _check_lattice(draft, path, ties, size)
    else:
        _check_degree(draft, path, ties, size)
    if size * ties.mean_degree > MOST_TIES:
        message = f"{size:,} agents with about {ties.mean_degree:,.0f} ties each have more than "
        message += f"{MOST_TIES:,} ties together"
        draft.report_key("E427", message, path, hint="give them fewer")
    return ties


def _check_degree(draft: Draft, path: Path, ties: PopulationTies, size: int) -> None:
    """As many ties as there can be, and as their network can have."""
    if ties.degree > size - 1:
        message = f"'{path[1]}' has {size:,} agents, so none can have {ties.degree:g} ties"
        draft.report("E427", message, (*path, "degree"))
    if ties.network == "scale_free" and ties.joins >= size:
        message = f"'{path[1]}' has {size:,} agents, so no newcomer can make {ties.joins:,} ties"
        draft.report("E427", message, (*path, "joins"))
    if ties.network == "small_world" and ties.degree % 2:
        message = "the degree of a small world is an even number: half of the ties on either side"
        draft.report("E427", message, (*path, "degree"), hint="such as degree: 8")


def _check_lattice(draft: Draft, path: Path, ties: PopulationTies, size: int) -> None:
    """Rows of one length, and enough of them where the edges are joined."""
    rows, columns, least = ties.rows, size // ties.rows, 2 * ties.radius + 1
    if size % rows:
        message = f"{size:,} agents do not fill {rows:,} rows of equal length"
        draft.report("E427", message, (*path, "rows"))
    elif ties.torus and min(rows, columns) < least:
        message = f"in a lattice of {rows:,} by {columns:,} agents whose edges are joined, agents "
        message += f"who see {ties.radius} far would see another twice"
        hint = f"give it at least {least} rows and columns, or torus: false"
        draft.report_key("E427", message, path, hint=hint)
