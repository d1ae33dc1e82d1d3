"""Precision or levels estimated from choice shares: for a terminal, and as plain data."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial
from typing import Any

from rich.console import ConsoleOptions, RenderableType
from rich.table import Table
from rich.text import Text

from schelling.report.words.numerals import finite, fixed, with_digits_of
from schelling.report.words.terminal_text import TerminalDrawing, styled
from schelling.study.estimating.choice_shares import Behaviour, Choices

SCHEMA = "schelling.estimate-shares/1"

_MOST_ROWS = 200
_WHAT = {
    Behaviour.QUANTAL: "precision of logit quantal response",
    Behaviour.LEVELS: "mean level in the Poisson cognitive hierarchy",
}


def to_json(choices: Choices) -> dict[str, Any]:
    """An estimate from choice shares as data that `json.dumps` takes.

    Args:
        choices: The estimate.

    Returns:
        `schema, game, table, behaviour, estimate, standard_error, low, high, level,
        log_likelihood, ...`; unknown numbers are null.
    """
    found = choices.found
    return {
        "schema": SCHEMA,
        "game": choices.game.name,
        "table": choices.table,
        "behaviour": choices.behaviour.value,
        "estimate": None if found.at_end else found.value,
        "standard_error": finite(found.error),
        "low": finite(found.low),
        "high": finite(found.high),
        "level": choices.level,
        "log_likelihood": finite(found.log_likelihood),
        "log_likelihood_of_the_shares_themselves": choices.saturated,
        "log_likelihood_of_equal_chances": choices.uniform,
        "status": "solved" if choices.sound else "no finite estimate",
        "peaks": found.peaks,
        "counts": {key: list(row) for key, row in choices.counts.items()},
        "shares": {key: list(row) for key, row in choices.shares.items()},
        "notes": notes(choices),
    }


def notes(choices: Choices) -> list[str]:
    """What else to know about the estimate."""
    found = choices.found
    said: list[str] = []
    if found.at_end:
        said.append(
            "no finite estimate: no value has a higher likelihood than the greatest looked at"
        )
    if found.peaks > 1:
        said.append(
            f"the likelihood has {found.peaks} peaks on the grid; the highest was taken, and the "
            "standard error describes its top only"
        )
    if choices.unsolved:
        said.append(f"at {choices.unsolved} values looked at the game could not be solved")
    if choices.behaviour is Behaviour.QUANTAL:
        said.append("the precision is per unit of payoff; the principal branch was taken")
    return said


def _end(value: float, error: float) -> str:
    """An end of an interval, to the digits of the estimate."""
    if math.isnan(value):
        return "unknown (the game could not be solved on the way)"
    return (
        with_digits_of(error, value)[0] if math.isfinite(value) else "beyond the values looked at"
    )


def headline(choices: Choices) -> str:
    """The estimate in a line."""
    found = choices.found
    if found.at_end:
        low = _end(found.low, found.error)
        return (
            f"{_WHAT[choices.behaviour]}: no finite estimate; "
            f"{100 * choices.level:.4g} % interval by likelihood ratio from {low}"
        )
    value, own = with_digits_of(found.error, found.value, found.error)
    error = f", standard error {own}" if found.error > 0 else ""
    ends = f"{_end(found.low, found.error)} to {_end(found.high, found.error)}"
    return (
        f"{_WHAT[choices.behaviour]}: {value}{error}; "
        f"{100 * choices.level:.4g} % interval by likelihood ratio {ends}"
    )


def summary(choices: Choices) -> RenderableType:
    """An estimate from choice shares, as something rich can print.

    Args:
        choices: The estimate.

    Returns:
        A renderable; it fits the console it is printed on.
    """
    return TerminalDrawing(partial(_drawn, choices))


def _drawn(choices: Choices, options: ConsoleOptions) -> Iterator[RenderableType]:
    say = partial(styled, ascii_only=options.ascii_only)

    yield say(f"{choices.game.name}: choices of {choices.table}", "bold")
    yield say(headline(choices))
    yield say(
        f"log-likelihood {fixed(choices.found.log_likelihood, 4)} (with all actions equally "
        f"likely {fixed(choices.uniform, 4)}, of the observed shares themselves "
        f"{fixed(choices.saturated, 4)})"
    )
    yield Text()
    table = Table(box=None, pad_edge=False, padding=(0, 1))
    for head in ("set", "player", "action"):
        table.add_column(head, overflow="fold")
    for head in ("count", "observed", "predicted"):
        table.add_column(head, justify="right")
    rows = 0
    for place in choices.sets:
        counts = choices.counts.get(place.key)
        if counts is None or rows > _MOST_ROWS:
            continue
        for action, name in enumerate(place.actions):
            rows += 1
            first = (place.key, choices.game.players[place.player]) if action == 0 else ("", "")
            share = counts[action] / sum(counts)
            cells = (*first, name, f"{counts[action]:.6g}", f"{share:.4f}")
            shown = (*cells, f"{choices.shares[place.key][action]:.4f}")
            table.add_row(*(say(cell) for cell in shown))
    yield table
    for note in notes(choices):
        yield say(f"- {note}", "dim")
