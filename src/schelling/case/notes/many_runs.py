"""Notes on what makes a run many times as large: what each member holds, games with states of each.

Every `do(...)` that differs from the others is a twin, the whole model simulated beside the actual
run. A claim over a set in which each member holds its own has as many twins as members.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from schelling.case.draft import Draft
from schelling.case.language.typed.scope import family_name
from schelling.case.language.typed.types import Twin, Typed, operands
from schelling.case.model import Case, Claim
from schelling.case.notes import idle
from schelling.case.notes.places import claim_path

MOST_TWINS = 20
"""Twins of one claim, or of one claim over a set, that are not noted."""

MOST_GAMES = 8
"""Games with states that are written as one and not noted."""


def note(draft: Draft, case: Case, claims: Sequence[Claim]) -> None:
    """Note claims with so many twins that a run becomes many times as large.

    Args:
        draft: Where notes go.
        case: The case.
        claims: Those of its claims that are looked at.
    """
    families: dict[str, list[Claim]] = {}
    for claim in claims:
        families.setdefault(family_name(claim.name), []).append(claim)
    for own in families.values():
        twins = set(_twins(claim.holds for claim in own))
        if len(twins) > MOST_TWINS:
            first = next((claim.name for claim in own if "[" in claim.name), own[0].name)
            shown = draft.written.get(("claims", first), first)
            everything = len(set(_twins(idle.asked(case)))) + 1
            message = (
                f"the claim '{shown}' holds {len(twins):,} different things, so every world is "
            )
            message += f"simulated {everything:,} times"
            reason = f"each do(...) that differs is a run beside the actual one; {_size(case)} are "
            reason += "computed and kept for each"
            hint = "ask it of fewer members, as in a claim of one of them, or run some at a time "
            hint += "with --claim"
            draft.report("N114", message, claim_path(draft, first), reason, hint)


def note_games(draft: Draft, case: Case) -> None:
    """Note games with states over a set, which are solved one after the other."""
    together: dict[str, list[str]] = {}
    for game in case.stochastic:
        shown = draft.written.get(("games", game.name), game.name)
        together.setdefault(shown, []).append(game.name)
    for shown, members in together.items():
        if len(members) > MOST_GAMES:
            message = (
                f"'{shown}' is {len(members):,} games with states, which are solved one by one"
            )
            reason = "each is compiled and solved for itself, in every world and twin"
            hint = "where members differ in a number only, solve the game for some of them"
            draft.report_key("N114", message, ("games", members[0]), reason, hint)


def _twins(expressions: Iterable[Typed]) -> Iterator[tuple[tuple[str, Typed], ...]]:
    """What is held in each `do(...)` of some expressions."""
    for expression in expressions:
        if isinstance(expression, Twin):
            yield expression.interventions
        yield from _twins(operands(expression))


def _size(case: Case) -> str:
    """What is computed in one run of a world, in words."""
    steps = case.clock.steps + 1 if case.clock is not None else 1
    series = len(case.stocks) + len(case.machines) + len(case.variables)
    agents = sum(population.computed for population in case.populations)
    others = f" and {agents:,} agents" if agents else ""
    return f"{series:,} series over {steps:,} step{'s' if steps > 1 else ''}{others}"
