"""The assumptions on which two arguments differ, and what each of them alone changes.

Every prior that a rival changes is put into the case, one at a time, in the same worlds; so is
every stock, formula, event, game and claim, where that alone makes a valid case. Worlds whose
numbers fail on either side are unknown, not false: they bound the change. Axes: (draw, claim).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float
from numpy import ndarray

from schelling.case import check
from schelling.case.model import Assumption, Case
from schelling.compile.drawing import draws
from schelling.compile.influence import reach
from schelling.compile.planning import plan
from schelling.compile.planning.plan import Plan
from schelling.study.runs import paired
from schelling.study.runs.computing import quickness
from schelling.study.runs.computing.engine import Engine
from schelling.study.runs.run import REPLICATES

COLUMNS = (
    "rival",
    "assumption",
    "claim",
    "change",
    "standard_error",
    "failed",
    "low",
    "high",
    "section",
)

ALONE = ("stocks", "variables", "unknowns", "populations", "events", "games", "claims")
"""Sections of the mechanisms that are put into the case one by one."""

_READ = (
    "stocks",
    "variables",
    "unknowns",
)  # what is new in them changes nothing until another reads it

TOGETHER = "all priors"
"""Name of the swap of every prior at once."""


def differing(case: Case, rival: Case) -> tuple[Assumption, ...]:
    """The rival's assumptions that the case has too, in the same unit, with another prior."""
    own = {assumption.name: assumption for assumption in case.assumptions}
    return tuple(
        theirs
        for theirs in rival.assumptions
        if theirs.name in own
        and own[theirs.name].unit == theirs.unit
        and not own[theirs.name].prior.same_as(theirs.prior)
    )


def swaps(case: Case, rivals: Sequence[Case], *, worlds: int, seed: int) -> pd.DataFrame:
    """Change of every claim's share when single definitions of the rivals are put into the case.

    Args:
        case: The case.
        rivals: Its rivals.
        worlds: How many worlds; at least 16.
        seed: Seed of design and chance.

    Returns:
        A frame with columns `rival`, `assumption` (a definition; `all priors` for all
        of them at once), `section` of the case file that it stands in, `claim`,
        `change` in share over the worlds that ask the claim and are sound both ways (NaN where
        there is none); `standard_error`, of the change, from the paired replicates; `failed`,
        worlds that ask it and are not sound; and `low` and `high`, between which the change over
        all that ask it lies whatever the failed ones hold: 0 for a claim that the definition
        cannot reach. Where other worlds ask the claim than
        before, the change is from the share of those that did to the share of those that do.
    """
    built = plan.build(case)
    if not built.claims:
        return pd.DataFrame(columns=list(COLUMNS))
    engine = Engine(built, seed=seed, quickly=quickness.of(built, worlds))

    def asked(changed: Sequence[Assumption]) -> _Truths:
        return _asked(engine, built, seed, worlds, changed)

    moving = reach.moving_with(built)
    base: _Truths | None = None
    rows: list[dict[str, object]] = []
    for rival in rivals:
        changed = differing(case, rival)
        single = [(a.name, (a,)) for a in changed]
        single += [(TOGETHER, changed)] if len(changed) > 1 else []
        mechanisms = list(_mechanisms(case, rival))
        if base is None and (single or mechanisms):
            base = asked(())
        if base is None:
            continue
        for name, priors in single:
            swapped = {one.name for one in priors}
            same = {claim for claim, names in moving.items() if not names & swapped}
            rows += _rows((rival.rival, name, "assumptions"), base, asked(priors), same)
        for name, section, mixed in mechanisms:
            there = _of_case(mixed, seed, worlds)
            others = {c for c in base.claims if section == "claims" and not _family(c, name)}
            rows += _rows((rival.rival, name, section), base, there, others)
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _mechanisms(case: Case, rival: Case) -> Iterator[tuple[str, str, Case]]:
    """Every mechanism of a rival alone in the case, where that is valid."""
    known = next(one for one in case.rivals if one.name == rival.rival)
    for change in known.changes:
        name = change.name.split(".")[0]
        unread = change.what == "new" and change.section in _READ
        if change.section in ALONE and change.differs and not unread:
            mixed = check.with_changes(case, rival.rival, [(change.section, name)])
            if mixed is not None:
                yield change.name, change.section, mixed


def _of_case(case: Case, seed: int, worlds: int) -> _Truths:
    built = plan.build(case)
    engine = Engine(built, seed=seed, quickly=quickness.of(built, worlds))
    return _asked(engine, built, seed, worlds, ())


def _asked(
    engine: Engine, built: Plan, seed: int, worlds: int, changed: Sequence[Assumption]
) -> _Truths:
    """The claims of a plan in worlds in which some priors are changed."""
    priors = {assumption.name: assumption for assumption in changed}
    own = tuple(priors.get(a.name, a) for a in built.assumptions)
    given = draws.draw(
        replace(built, assumptions=own), seed=seed, replicates=REPLICATES, first=0, count=worlds
    )
    parts = list(engine.run(given, 0))
    truth = [np.where(np.isnan(o.margin), np.nan, o.holds) for o in parts]
    return _Truths(
        tuple(claim.name for claim in built.claims),
        np.concatenate(truth),
        np.concatenate([o.counts for o in parts]),
    )


def _family(claim: str, name: str) -> bool:
    """Whether a claim is a definition, or one of its members, or has a part of that name.

    Examples:
        >>> _family("holds[kyiv]", "holds[city]"), _family("won", "won.given"), _family("won", "w")
        (True, True, False)
    """
    own, changed = (re.split(r"[\[.]", one, maxsplit=1)[0] for one in (claim, name))
    return own == changed


def _rows(
    what: tuple[str, str, str], base: _Truths, there: _Truths, same: Collection[str]
) -> Iterator[dict[str, object]]:
    """The change of every claim that both have; none of one that it cannot reach.

    A world without a number of such a claim is the same world, so its failure leaves nothing open.
    """
    rival, name, section = what
    for position, claim in enumerate(base.claims):
        if claim not in there.claims:
            continue
        other = there.claims.index(claim)
        asked, asks = base.counts[:, position], there.counts[:, other]
        before, after = base.holds[:, position], there.holds[:, other]
        found = paired.moved(before, asked, after, asks, REPLICATES)
        yield {
            "rival": rival,
            "assumption": name,
            "claim": claim,
            "section": section,
            "change": found.change,
            "standard_error": found.standard_error,
            "failed": found.failed,
            "low": 0.0 if claim in same else found.low,
            "high": 0.0 if claim in same else found.high,
        }


class _Truths(NamedTuple):
    """Truth of the claims as numbers, NaN where they have none, and where they are asked at all."""

    claims: tuple[str, ...]
    holds: Float[ndarray, "draw claim"]
    counts: Bool[ndarray, "draw claim"]
