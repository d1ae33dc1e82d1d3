"""Ties of a population: what their kind of network needs, and how many there can be."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from schelling.case.draft import Draft
from schelling.case.file.yaml_tree import Path
from schelling.case.language.typed.scope import suggest
from schelling.case.populations import PopulationTies, Trait
from schelling.case.schema import population_parts
from schelling.case.sections.about_agents import tie_tables

MOST_TIES = 2**31 - 1
"""Ties of a population together, counted from both ends."""

MOST_MET = 50
"""Others whom an agent can meet in a step; what more of them do is nearly what all do."""

_BY_GROUP = "contacts by group"

_KEYS = {
    "degree": (
        ("random", "small_world", "contacts"),
        "how many ties an agent has, or how many others it meets",
    ),
    "rewire": (("small_world",), "the share of ties that lead to a random agent"),
    "joins": (("scale_free",), "how many ties a newcomer makes"),
    "rows": (("lattice",), "how many rows it has"),
    "sight": (("lattice",), ""),
    "radius": (("lattice",), ""),
    "torus": (("lattice",), ""),
    "by": (("blocks", _BY_GROUP), "the division into groups that they run along"),
    "within": (("blocks", _BY_GROUP), "how many ties an agent has in its own group"),
    "between": (("blocks", _BY_GROUP), "how many ties an agent has to all other groups together"),
    "table": (("table",), "a CSV file with a row for each tie"),
    "one": (("table",), "the column with the number of the agent at one end"),
    "other": (("table",), "the column with the number of the agent at the other end"),
    "mutual": (("table",), ""),
}
"""For each key of ties the kinds that know it, and what it says where it is needed."""


def along(population: population_parts.Population) -> str:
    """The division into groups that ties run along; empty where they run along none."""
    named = (ties.by for ties in population.ties.values() if divided(ties))
    return next((by for by in named if by in population.groups), "")


def divided(raw: population_parts.PopulationTies) -> bool:
    """Whether ties run along groups."""
    return raw.network == "blocks" or _kind(raw) == _BY_GROUP


def _kind(raw: population_parts.PopulationTies) -> str:
    """Which keys ties know: contacts are said by their degree, or by groups."""
    by_group = raw.degree is None and (raw.by, raw.within, raw.between) != (None, None, None)
    return _BY_GROUP if raw.network == "contacts" and by_group else raw.network


def read(
    draft: Draft,
    path: Path,
    population: population_parts.Population,
    divisions: Sequence[Trait],
) -> tuple[PopulationTies, ...]:
    """The ties of a population; problems go to the draft.

    Args:
        draft: Where problems go.
        path: The population.
        population: As written.
        divisions: Into which groups its agents fall.
    """
    division = next((one for one in divisions if one.sizes), None)
    found: list[PopulationTies] = []
    for name, raw in population.ties.items():
        here = (*path, "ties", name)
        _check_keys(draft, here, raw)
        ties = as_written(name, raw)
        if divided(raw):
            ties = _blocks(draft, here, raw, population, division)
        elif raw.network == "table":
            ties = _observed(draft, here, raw, population.size)
        if population.size < 2:
            message = f"'{path[1]}' has one agent, who has nobody to be tied to"
            draft.report_key("E427", message, here)
        else:
            _check(draft, here, ties, population.size)
        if ties.anew and population.acts == "pair":
            message = "agents who act in pairs meet one other in a turn, and see nobody else"
            hint = "leave out these contacts: a random agent meets anybody without 'along'"
            draft.report("E434", message, (*here, "network"), hint=hint)
        found.append(ties)
    return tuple(found)


def _check_keys(draft: Draft, path: Path, raw: population_parts.PopulationTies) -> None:
    """The keys that the kind of network needs, and no others."""
    name, kind = str(path[-1]), _kind(raw)
    for key, (kinds, what) in _KEYS.items():
        given = getattr(raw, key) is not None
        if given and kind not in kinds:
            message = f"'{key}' has no meaning for ties of the kind '{raw.network}'"
            if kind == "contacts" and _BY_GROUP in kinds:
                message += " with a 'degree'"
            draft.report_key("E427", message, (*path, key), hint="leave it out")
        elif not given and kind in kinds and what:
            draft.report_key("E427", f"the ties '{name}' need '{key}': {what}", path)


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


def _blocks(
    draft: Draft,
    path: Path,
    raw: population_parts.PopulationTies,
    population: population_parts.Population,
    division: Trait | None,
) -> PopulationTies:
    """Ties along groups."""
    by, within, between = raw.by or "", raw.within or 0.0, raw.between or 0.0
    first = along(population)
    if raw.by is not None and by not in population.groups:
        message = f"'{by}' is no division of the agents of '{path[1]}' into groups"
        hint = suggest(by, population.groups) if population.groups else "write it under 'groups'"
        draft.report("E427", message, (*path, "by"), hint=hint)
    elif by and by != first:
        message = f"ties of '{path[1]}' run along '{first}' already, and now along '{by}'"
        reason = "agents are numbered group after group, which they can be along one division only"
        draft.report("E427", message, (*path, "by"), reason)
    if raw.within == raw.between == 0:
        draft.report_key("E427", f"the ties '{path[-1]}' tie nobody to anybody", path)
    ties = replace(as_written(str(path[-1]), raw), by=by, within=within, between=between)
    if division is None or division.name != by:
        return replace(ties, degree=within + between)
    return replace(ties, degree=within + between, sizes=division.sizes)


def _observed(
    draft: Draft, path: Path, raw: population_parts.PopulationTies, size: int
) -> PopulationTies:
    """Ties from a table."""
    ties = replace(as_written(str(path[-1]), raw), mutual=raw.mutual is not False)
    if raw.table is None or raw.one is None or raw.other is None:
        return ties
    ends = tie_tables.read(draft, path, (raw.one, raw.other), size, mutual=ties.mutual)
    degree = (2 if ties.mutual else 1) * len(ends) / size
    return replace(ties, table=raw.table, ends=ends, degree=degree)


def _check(draft: Draft, path: Path, ties: PopulationTies, size: int) -> None:
    """As many ties as there can be, and as their network can have."""
    match ties.network:
        case "lattice":
            _check_lattice(draft, path, ties, size)
        case "blocks":
            _check_blocks(draft, path, ties)
        case "contacts":
            _check_contacts(draft, path, ties, size)
        case "random" | "small_world" | "scale_free":
            _check_degree(draft, path, ties, size)
        case _:
            pass
    if size * ties.mean_degree > MOST_TIES:
        message = f"{size:,} agents with about {ties.mean_degree:,.0f} ties each have more than "
        message += f"{MOST_TIES:,} ties together"
        draft.report_key("E427", message, path, hint="give them fewer")


def _check_degree(draft: Draft, path: Path, ties: PopulationTies, size: int) -> None:
    """Fewer ties than there are others."""
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


def _check_blocks(draft: Draft, path: Path, ties: PopulationTies) -> None:
    """No more ties than the smallest group and the pairs between groups allow."""
    if not all(ties.sizes) or not ties.sizes:
        return
    size, least = sum(ties.sizes), min(ties.sizes)
    if ties.within > least - 1:
        message = f"the smallest group of '{ties.by}' has {least:,} agents, so none of them can "
        message += f"have {ties.within:g} ties in it"
        draft.report("E427", message, (*path, "within"))
    most = sum(group * (size - group) for group in ties.sizes) / size
    if ties.between > most:
        message = f"other groups of '{ties.by}' have {most:,.6g} agents on average, so agents "
        message += f"cannot have {ties.between:g} ties to them"
        draft.report("E427", message, (*path, "between"))


def _check_contacts(draft: Draft, path: Path, ties: PopulationTies, size: int) -> None:
    """As many others as there are, where the number of those met is rounded up."""
    if ties.most_met > MOST_MET:
        message = f"agents would meet up to {ties.most_met:,} others at a time, and can meet "
        message += f"{MOST_MET}"
        hint = f"let them see all, as in mean(x[o] for o in {path[1]}), or a 'random' network"
        draft.report_key("E427", message, path, hint=hint)
    elif not ties.by:
        _check_degree(draft, path, ties, size)
    elif ties.sizes:
        rooms = {"within": min(ties.sizes) - 1, "between": size - max(ties.sizes)}
        for (key, room), mean in zip(rooms.items(), ties.meetings, strict=True):
            if math.ceil(mean) > room:
                message = f"some agents have {room:,} others to meet here, fewer than {mean:g}"
                draft.report("E427", message, (*path, key))
