"""The verdicts of a case in three groups, each claim with what it hangs on."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from schelling.analysis import verdicts
from schelling.compile.influence.reach import CHANCE
from schelling.report.exploration import exploration_words
from schelling.report.verdicts.claim_verdicts import Verdict, all_verdicts, decisive, leading
from schelling.report.words.numerals import NO_BREAK, percent, signed
from schelling.study.exploring.explore import Exploration
from schelling.study.exploring.findings import LOST, lost_points
from schelling.study.exploring.flip_results import ClaimFlips
from schelling.study.runs.results import Run

FOLLOWS: Final = "follows"
HANGS: Final = "hangs"
FAILS: Final = "fails"

MOST_CLAIMS: Final = 24
"""Claims that one page has room for; of more, those of the longer groups are counted only."""

_NAMED = 2  # inputs beside a claim
_IN_TITLE = 3
_MOST_OF_IT = 0.5
_OF = {
    verdicts.FOLLOWS: FOLLOWS,
    verdicts.MOSTLY_FOLLOWS: FOLLOWS,
    verdicts.MOSTLY_FAILS: FAILS,
    verdicts.FAILS: FAILS,
}


@dataclass(frozen=True)
class Hang:
    """Something a claim hangs on.

    Attributes:
        name: Name of an assumption, or `chance`.
        words: Where it flips the claim, or how closely they move together; may be empty.
        is_chance: Whether it is chance, which has no place on the page.
    """

    name: str
    words: str
    is_chance: bool = False


@dataclass(frozen=True)
class GroupedClaim:
    """A claim with its number in the brief.

    Attributes:
        number: From 1, in the order of the brief.
        verdict: The claim and its share.
        hangs: What it hangs on, what matters most first; may be empty.
        nothing: What to say where `hangs` is empty.
    """

    number: int
    verdict: Verdict
    hangs: tuple[Hang, ...]
    nothing: str = "nothing stands out"


@dataclass(frozen=True)
class VerdictGroup:
    """Claims with like verdicts.

    Attributes:
        key: `follows`, `hangs` or `fails`.
        title: What heads it.
        claims: Those that are shown.
        more: How many are not.
    """

    key: str
    title: str
    claims: tuple[GroupedClaim, ...]
    more: int


def key_of(verdict: Verdict) -> str:
    """The group of a verdict; what is contested, undecided or not known hangs on something."""
    return _OF.get(verdict.word, HANGS)


def groups(run: Run, found: Exploration | None = None) -> tuple[VerdictGroup, ...]:
    """The verdicts of a run in three groups; a group without claims is left out.

    Args:
        run: The run.
        found: What its claims hinge on, if that was explored.

    Returns:
        The groups in the order follows, hangs on, fails; in each the claims as in the case.
    """
    by_key = {key: list[Verdict]() for key in (FOLLOWS, HANGS, FAILS)}
    for verdict in all_verdicts(run):
        by_key[key_of(verdict)].append(verdict)
    rooms = _rooms({key: len(many) for key, many in by_key.items()})
    made: list[VerdictGroup] = []
    number = 0
    for key, many in by_key.items():
        shown: list[GroupedClaim] = []
        for verdict in many[: rooms[key]]:
            number += 1
            hangs = hangs_on(run, verdict, found)
            words = "nothing stands out" if _known(verdict, found) else "not known"
            shown.append(GroupedClaim(number, verdict, hangs, words))
        if many:
            title = _title(key, many, run, found)
            made.append(VerdictGroup(key, title, tuple(shown), len(many) - len(shown)))
    return tuple(made)


def hangs_on(run: Run, verdict: Verdict, found: Exploration | None) -> tuple[Hang, ...]:
    """What a claim hangs on: as explored, or else which assumptions its margin moves with."""
    name = verdict.claim.name
    if not _known(verdict, found):
        return ()
    if not explored(found, name):
        moving = leading(run, name, _NAMED)
        named = (Hang(str(one), signed(value)) for one, value in moving.items())
        return (*_by_chance(verdict), *named)
    assert found is not None
    flips = next((one for one in found.flips if one.claim == name), None)
    listed = {one.name for one in found.case.assumptions if one.prior.family == "choice"}
    return tuple(
        Hang(one, _tips(one, flips, listed=one in listed))
        if one != CHANCE
        else Hang("chance", "", is_chance=True)
        for one in _inputs(found, name)[:_NAMED]
    )


def _by_chance(verdict: Verdict) -> tuple[Hang, ...]:
    """Chance, where chance draws alone surely decide most of a claim."""
    luck = verdict.luck
    if luck is None or not verdict.luck_is_known or luck.share - luck.half_width <= _MOST_OF_IT:
        return ()
    return (Hang("chance", f"{percent(luck.share, luck.half_width)} of variance", is_chance=True),)


def _known(verdict: Verdict, found: Exploration | None) -> bool:
    """Whether worlds ask a claim and, if it was explored, few enough points are lost to tell."""
    if found is None or found.sensitivity is None or verdict.claim.name not in found.claims:
        return verdict.share.worlds > 0
    return lost_points(found.sensitivity, verdict.claim.name) <= LOST


def explored(found: Exploration | None, claim: str) -> bool:
    """Whether it is known what decides a claim."""
    return found is not None and found.sensitivity is not None and claim in found.claims


def _inputs(found: Exploration, claim: str) -> list[str]:
    """Inputs whose index is larger than its error, the largest first."""
    rows = exploration_words.deciding(found, claim)
    return [str(name) for name in rows.index[rows["index"] > rows["half_width"]]]


def _tips(name: str, flips: ClaimFlips | None, *, listed: bool = False) -> str:
    """Where a claim holds on either side of the flips of an assumption; empty if it has none.

    Such as `> 1`; of one that flips on both sides of the start, `0.3 to 0.7`, or `< 0.3 or > 0.7`.
    Of listed values the one at which it flips is told: it holds there, or it fails there.
    """
    if flips is None or math.isnan(flips.margin):
        return ""
    own = [one for one in flips.tippings if one.assumption == name and one.before != one.after]
    own.sort(key=lambda one: one.after)
    sides = [one.after > one.before for one in own]
    held = flips.holds
    if held and sides == [False, True] and not listed:
        low = exploration_words.value(own[0].after)
        return f"{low} to {exploration_words.value(own[1].after, own[1].unit)}"
    below, above = ("≤", "≥") if listed and not held else ("<", ">")
    told = [
        f"{above if up != held else below}{NO_BREAK}{exploration_words.value(one.after, one.unit)}"
        for one, up in zip(own, sides, strict=True)
    ]
    return " and ".join(told) if held else " or ".join(told)


def _title(key: str, many: list[Verdict], run: Run, found: Exploration | None) -> str:
    if key in (FOLLOWS, FAILS):
        words = {verdict.word for verdict in many}
        told = [word for word in _OF if word in words]
        return " or ".join(told if key == FOLLOWS else reversed(told)).capitalize()
    counts: Counter[str] = Counter()
    for verdict in many:
        if explored(found, verdict.claim.name):
            counts.update(hang.name for hang in hangs_on(run, verdict, found))
    undecided = sum(verdict.word == verdicts.UNDECIDED for verdict in many)
    unasked = sum(verdict.word == verdicts.UNKNOWN for verdict in many)
    if undecided + unasked == len(many) and not counts:
        open_ = ["Undecided"] if undecided else []
        return " or ".join([*open_, *(["asked in no world"] if unasked else [])]).capitalize()
    names = ", ".join(_counted(counts, len(many)))
    title = f"Hangs on {names}" if names else _unexplored(many)
    parts = [f"{undecided} undecided"] if undecided else []
    parts += [f"{unasked} not asked"] if unasked else []
    return f"{title} ({', '.join(parts)})" if parts and undecided < len(many) else title


def _unexplored(many: list[Verdict]) -> str:
    """What claims hang on, as far as that is known without an exploration."""
    lucky = sum(bool(_by_chance(verdict)) for verdict in many)
    if lucky == len(many):
        return "Hangs on chance"
    return "Hangs on the assumptions and chance" if lucky else "Hangs on the assumptions"


def _counted(counts: Counter[str], claims: int) -> Iterator[str]:
    for name, many in counts.most_common(_IN_TITLE):
        yield f"{name} ({many} of {claims})" if claims > 1 else name


def _rooms(sizes: dict[str, int]) -> dict[str, int]:
    """How many claims of each group are shown: all, or what is left to the longest ones."""
    rooms = dict(sizes)
    while sum(rooms.values()) > MOST_CLAIMS:
        rooms[max(rooms, key=rooms.__getitem__)] -= 1
    return rooms


def _of_chance(run: Run) -> str:
    if not any(map(_by_chance, all_verdicts(run))):
        return ""
    return "; beside chance, the part of the variance of its truth that chance draws alone decide"


def how_to_explore(run: Run, found: Exploration | None) -> str:
    """How to find out what the claims hang on; empty where that is known or there is nothing to."""
    if found is not None and found.sensitivity is not None:
        return ""
    if not run.manifest.claims or not decisive(run):
        return ""
    return (
        "What stands beside a claim is its rank correlation with the assumptions its margin moves "
        f"with: an association{_of_chance(run)}. What each claim hangs on, and at which values it "
        "flips, is found by: schelling explore CASE --report FILE"
    )
