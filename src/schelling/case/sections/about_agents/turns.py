"""Keys of a population whose agents act one at a time, or in pairs that meet."""

from __future__ import annotations

from typing import Final

from schelling.case.draft import Draft
from schelling.case.file.yaml_tree import Path
from schelling.case.language.typed.scope import suggest
from schelling.case.schema.population_parts import Population

MOST_TURNS: Final = 2**31 - 1
"""Turns of a run: each takes two of the 2**32 random numbers of a stream."""


def check(draft: Draft, path: Path, raw: Population, steps: int) -> None:
    """Report keys that do not fit who acts.

    Args:
        draft: Where problems go.
        path: Of the population.
        raw: As written.
        steps: How many steps the case has.
    """
    name = str(path[-1])
    if raw.acts != "pair" and raw.along is not None:
        message = f"'along' has no meaning where the agents of '{name}' do not act in pairs"
        draft.report_key("E434", message, (*path, "along"), hint="add acts: pair, or leave it out")
    elif raw.along is not None and raw.along not in raw.ties:
        message = f"the agents of '{name}' have no ties '{raw.along}'"
        draft.report("E427", message, (*path, "along"), hint=suggest(raw.along, raw.ties))
    if raw.acts == "all" and raw.turns is not None:
        message = f"'turns' has no meaning where all agents of '{name}' act at once"
        hint = "add acts: one, or acts: pair"
        draft.report_key("E434", message, (*path, "turns"), hint=hint)
    if raw.acts == "pair" and raw.size < 2:
        message = f"'{name}' has one agent, who has nobody to meet"
        draft.report("E434", message, (*path, "acts"))
    turns = raw.turns or raw.size
    if raw.acts != "all" and steps * turns > MOST_TURNS:
        message = f"{steps:,} steps of {turns:,} turns are more than {MOST_TURNS:,} turns"
        where = (*path, "acts" if raw.turns is None else "turns")
        draft.report("E429", message, where, hint="give a step fewer 'turns'")
