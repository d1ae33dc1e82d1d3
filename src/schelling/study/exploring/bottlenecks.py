"""Claims made of parts: which part of an `and` the claim most often fails for."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from schelling.case.language.typed.typed_text import write
from schelling.case.language.typed.types import Given, Operation, Twin, Typed
from schelling.case.model import Claim
from schelling.study.exploring.probe import Probe
from schelling.study.exploring.sample import Sample

READ = 4_096
"""Worlds the parts are asked in: the first of the run."""


@dataclass(frozen=True)
class Condition:
    """One of several conditions that a claim joins with `and`.

    Attributes:
        written: The condition as it stands in the case.
        fails: Share of the claim's failures in which this part fails.
        alone: Share of them in which it alone fails.
    """

    written: str
    fails: float
    alone: float


@dataclass(frozen=True)
class Bottleneck:
    """The parts of one claim, the one that alone fails most often first.

    Attributes:
        claim: Its name.
        parts: Its parts.
        failures: Worlds in which the claim fails and every part has a number.
    """

    claim: str
    parts: tuple[Condition, ...]
    failures: int


def of_claims(
    probe: Probe, sample: Sample, draws: Float[ndarray, "draw assumption"]
) -> tuple[Bottleneck, ...]:
    """The parts of every claim that joins several, in worlds in which it fails.

    Args:
        probe: The plan.
        sample: Worlds of a run of it.
        draws: All assumptions of the first of them, in declared units.

    Returns:
        One answer a claim that has parts and failures.
    """
    split = {claim.name: _parts(claim) for claim in probe.plan.claims}
    asked = [part for parts in split.values() for part in parts]
    if not asked:
        return ()
    plan = replace(probe.plan, claims=tuple(asked), asks=())
    told = probe.ask_beside(plan, draws, sample.world[: len(draws)])
    found: list[Bottleneck] = []
    first = 0
    for name, parts in split.items():
        own = slice(first, first + len(parts))
        first += len(parts)
        sound = np.isfinite(told.margin[:, own]).all(axis=1)
        fails = ~told.holds[sound, own]
        failures = fails[fails.any(axis=1)]
        if not parts or not len(failures):
            continue
        alone = failures & (failures.sum(axis=1, keepdims=True) == 1)
        shares = [
            Condition(part.written, float(failures[:, n].mean()), float(alone[:, n].mean()))
            for n, part in enumerate(parts)
        ]
        shares.sort(key=lambda part: (-part.alone, -part.fails))
        found.append(Bottleneck(name, tuple(shares), len(failures)))
    return tuple(found)


def _parts(claim: Claim) -> tuple[Claim, ...]:
    """The conditions a claim joins, each as a claim; none where it joins none."""
    said = claim.holds.body if isinstance(claim.holds, Given) else claim.holds
    joined = said.body if isinstance(said, Twin) else said
    if not isinstance(joined, Operation) or joined.name != "and":
        return ()
    conditions = _flat(joined)
    texts = _texts(claim.written)
    if isinstance(said, Twin) or len(texts) != len(conditions):
        texts = [write(one) for one in conditions]
    whole: list[Claim] = []
    for text, condition in zip(texts, conditions, strict=True):
        held = replace(said, body=condition) if isinstance(said, Twin) else condition
        if isinstance(claim.holds, Given):
            held = replace(claim.holds, body=held)
        whole.append(replace(claim, holds=held, written=text))
    return tuple(whole)


def _flat(joined: Operation) -> list[Typed]:
    found: list[Typed] = []
    for part in joined.operands:
        inner = isinstance(part, Operation) and part.name == "and"
        found += _flat(part) if inner else [part]  # pyright: ignore
    return found


def _texts(written: str) -> list[str]:
    """What stands between the `and`s of an expression that are in no brackets."""
    words, depth = [""], 0
    for word in written.split():
        if word == "and" and depth == 0:
            words.append("")
            continue
        depth += word.count("(") + word.count("[") - word.count(")") - word.count("]")
        words[-1] = f"{words[-1]} {word}".strip()
    return words
