"""What is said of worlds that were drawn from a posterior rather than from the prior."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from schelling.case.model import Case
from schelling.study.runs.files.manifest import Manifest
from schelling.study.runs.results import Run

if TYPE_CHECKING:
    from schelling.study.exploring.explore import Exploration

_ENGINES = {
    "smc": "tempered Monte Carlo",
    "reweight": "weights for the worlds of a run",
    "nuts": "Hamiltonian Monte Carlo (NUTS)",
}


def line(what: Manifest) -> str:
    """Where the worlds of a run come from, in one sentence; empty where it is the prior."""
    told = what.posterior
    if not told:
        return ""
    engine = _ENGINES.get(told.get("engine", ""), told.get("engine", ""))
    found = "Worlds were drawn by weight from a posterior: the case was fitted to "
    found += f"{told.get('records', '')} by {engine} (digest {told.get('digest', '')[:12]})."
    if what.own_luck:
        found += " Their luck is that of the posterior, too."
    return found


def on_run(run: Run) -> Iterator[str]:
    """Where the worlds of a run come from, and what options are in them; nothing of the prior."""
    if told := line(run.manifest):
        yield from filter(None, (told, of_levers(run.case)))


def of_levers(case: Case) -> str:
    """What options are in worlds of a posterior, in two sentences; empty without levers."""
    names = [one.name for one in case.assumptions if one.lever]
    if not names:
        return ""
    verb = "is an option" if len(names) == 1 else "are options"
    return (
        f"{', '.join(names)} {verb} of an actor: a share under an option is of the worlds of the "
        "posterior in which it was drawn. How often an option comes up in them says how well it "
        "goes with what was recorded, not how often, or whether, it will be chosen."
    )


def on_exploration(found: Exploration) -> Iterator[str]:
    """What an exploration of such worlds leaves out, and how it is to be read."""
    if not found.run.manifest.posterior:
        return
    yield line(found.run.manifest)
    yield (
        "Sobol' indices are left out: their designs draw assumptions from the prior, apart from "
        "each other. The run has no more worlds than the posterior is worth independent ones."
    )
    if found.flips and found.run.manifest.own_luck:
        yield (
            "Flips change the assumptions of one world of the posterior and meet chance draws of "
            "the prior, not those that the records favour."
        )
    if found.options is not None:
        yield (
            "Options are compared by setting each in all worlds of the posterior, whatever option "
            "they have: what would have come of it, if all else were as the records make likely. "
            "Where an option bears on what was recorded, a world with another one need not agree "
            "with the records any more."
        )
