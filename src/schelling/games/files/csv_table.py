"""Stochastic games as the CSV table that sgamesolver reads and writes.

One row per state and combination of actions: a column `state`, per player `a_<player>` for the
action and `u_<player>` for the payoff, and for the next state either a column `phi_<state>` each or
one column `to_state` with `state: chance, ...` (empty: the game ends). A row whose state is `delta`
holds the discounts in the payoff columns. States and actions are taken in order of first
appearance. Everything wrong is reported with its place, and sizes are checked before arrays are
made. A cell does not span lines.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from schelling.games.files.game_text import Scanner, Token, TokenShape, read_text
from schelling.games.states.stochastic import StochasticArrays, Structure

MOST_NUMBERS = 4_000_000
"""Numbers in the arrays of the largest game that is read."""

MOST_CELLS = 100_000
"""Cells of the longest table that is read."""

_SUM_TOLERANCE = 1e-9
_CELL = re.compile(r'[ \t]*(?:"([^"]*+(?:""[^"]*+)*+)"[ \t]*|([^,"]*+))(?=,|\Z)')
_PARTS = re.compile(r"0{0,20}[1-9]\d{0,299}")  # what a fraction is divided by
_NUMBER = re.compile(r"[+-]?(?:\d{1,400}(?:\.\d{0,400})?|\.\d{1,400})(?:[eE][+-]?\d{1,3})?")


@dataclass(frozen=True)
class StochasticTable:
    """A stochastic game with its names.

    Attributes:
        states: Name of each state.
        players: Name of each player.
        actions: Name of each action, by state and player.
        payoffs: Payoff of every player, by state and actions; padding is zero.
        transitions: Chance of each next state; padding is zero.
        discount: Weight of the next period for each player.
    """

    states: tuple[str, ...]
    players: tuple[str, ...]
    actions: tuple[tuple[tuple[str, ...], ...], ...]
    payoffs: Float[np.ndarray, "state ... player"]
    transitions: Float[np.ndarray, "state ... next"]
    discount: Float[np.ndarray, " player"]

    @property
    def structure(self) -> Structure:
        """How many actions each player has in each state."""
        return Structure(tuple(tuple(map(len, state)) for state in self.actions))

    def game(self) -> StochasticArrays:
        """The numbers as one draw."""
        return StochasticArrays(self.payoffs[None], self.transitions[None], self.discount[None])


def read(path: Path) -> StochasticTable:
    """Read a table from a file.

    Args:
        path: The file.

    Returns:
        The game with its names.

    Raises:
        CaseError: The file cannot be read or is no such table; its problems say where and why.
    """
    return parse(read_text(path), path)


def parse(text: str, path: Path | None = None) -> StochasticTable:
    r"""Read a table from text.

    Args:
        text: The text.
        path: Where it came from, for messages.

    Returns:
        The game with its names.

    Raises:
        CaseError: The text is no such table; its problems say where and why.

    Examples:
        >>> table = parse("state,a_ann,u_ann,to_state\ndelta,,0.9,\nhome,stay,1,home\n")
        >>> table.states, table.actions, table.discount.tolist()
        (('home',), ((('stay',),),), [0.9])
    """
    scanner = Scanner(text, path)
    lines = list(_lines(scanner))
    nowhere = Token(TokenShape.FINISH, "", 0, 0)
    if not lines:
        scanner.stop("E807", "the table is empty", nowhere)
    columns = _columns(scanner, lines[0])
    discount, rows = _split(scanner, columns, lines[1:])
    names = _names(scanner, columns, rows)
    table = _filled(scanner, columns, names, rows, discount)
    scanner.finish()
    return table


def write(table: StochasticTable) -> str:
    """Write a game so that sgamesolver and `parse` read the same numbers back.

    Args:
        table: The game with its names.

    Returns:
        The text of the table.
    """
    head = ["state"]
    head += [f"a_{name}" for name in table.players] + [f"u_{name}" for name in table.players]
    head += [f"phi_{name}" for name in table.states]
    none = [""] * len(table.players)
    rows = [head, ["delta", *none, *map(_number, table.discount), *[""] * len(table.states)]]
    counts = table.structure.actions
    for state, name in enumerate(table.states):
        for cell in itertools.product(*map(range, counts[state])):
            labels = [own[a] for own, a in zip(table.actions[state], cell, strict=True)]
            place = (state, *cell)
            payoffs, chances = table.payoffs[place], table.transitions[place]
            rows.append([name, *labels, *map(_number, payoffs), *map(_number, chances)])
    return "".join(",".join(map(_quoted, row)) + "\n" for row in rows)


_Row = list[Token]


class _Columns(NamedTuple):
    """Where everything stands in a row."""

    state: int
    players: tuple[str, ...]
    actions: tuple[int, ...]
    payoffs: tuple[int, ...]
    to_state: int | None
    chances: dict[str, int]


class _Names(NamedTuple):
    """Every state with the first row that names it, and its players' actions."""

    states: dict[str, Token]
    actions: dict[str, tuple[dict[str, int], ...]]


def _lines(scanner: Scanner) -> Iterator[_Row]:
    """Cells of every line that is not empty."""
    text, position, count = scanner.text, 0, 0
    while position < len(text):
        end = text.find("\n", position)
        end = len(text) if end < 0 else end
        stop = end - 1 if end > position and text[end - 1] == "\r" else end
        row = list(_cells(scanner, position, stop, MOST_CELLS - count))
        count += len(row)
        if any(cell.value for cell in row):
            yield row
        position = end + 1


def _cells(scanner: Scanner, start: int, stop: int, most: int) -> Iterator[Token]:
    for count in itertools.count():
        found = _CELL.match(scanner.text, start, stop)
        here = Token(TokenShape.WORD, "", start, min(stop, start + 40))
        if found is None:
            scanner.stop("E801", "a quote is out of place in this cell", here)
        if count == most:
            scanner.stop("E802", f"the table has more than {MOST_CELLS:,} cells", here)
        quoted = found[1] is not None
        value = found[1].replace('""', '"') if quoted else found[2].strip()
        yield Token(TokenShape.WORD, value, *found.span(1 if quoted else 2))
        if found.end() == stop:
            return
        start = found.end() + 1


def _columns(scanner: Scanner, head: _Row) -> _Columns:
    place: dict[str, int] = {}
    for index, cell in enumerate(head):
        if cell.value in place:
            scanner.stop("E807", f"column {cell} stands twice", cell)
        place[cell.value] = index
    players = tuple(name[2:] for name in place if name.startswith("a_"))
    lacking = [f"u_{name}" for name in players if f"u_{name}" not in place]
    lacking += [] if "state" in place else ["state"]
    lacking += [] if players else ["a_<player>"]
    if lacking:
        scanner.stop("E807", f"the table lacks the column {lacking[0]!r}", head[0])
    for name in place:
        if name.startswith("u_") and name[2:] not in players:
            scanner.stop("E807", f"column {name!r} has no column 'a_{name[2:]}'", head[place[name]])
    chances = {name[4:]: index for name, index in place.items() if name.startswith("phi_")}
    to_state = place.get("to_state")
    if (to_state is None) == (not chances):
        hint = "give either one column 'to_state' or a column 'phi_<state>' for every state"
        scanner.stop("E807", "the next state must be told in one way", head[0], hint)
    actions = tuple(place[f"a_{name}"] for name in players)
    payoffs = tuple(place[f"u_{name}"] for name in players)
    return _Columns(place["state"], players, actions, payoffs, to_state, chances)


def _split(
    scanner: Scanner, columns: _Columns, lines: list[_Row]
) -> tuple[Float[np.ndarray, " player"], list[_Row]]:
    """The discounts and the rows of the states, every row of full length."""
    used = (columns.state, *columns.actions, *columns.payoffs, columns.to_state or 0)
    width = 1 + max(*used, *columns.chances.values())
    discount: _Row | None = None
    rows: list[_Row] = []
    for row in lines:
        if len(row) < width:
            scanner.stop("E807", f"this line has {len(row)} cells, not {width}", row[-1])
        if row[columns.state].value != "delta":
            rows.append(row)
        elif discount is None:
            discount = row
        else:
            scanner.report("E807", "a second row 'delta'", row[columns.state])
    if discount is None or not rows:
        lacking = "row 'delta' with the discounts" if rows else "state"
        scanner.stop("E807", f"the table has no {lacking}", Token(TokenShape.FINISH, "", 0, 0))
    found = np.array([_float(scanner, discount[i], "a discount") for i in columns.payoffs])
    for value, index in zip(found, columns.payoffs, strict=True):
        if not 0 <= value < 1:
            message = f"the discount {discount[index]} is not at least 0 and below 1"
            scanner.report("E806", message, discount[index])
    return found, rows


def _names(scanner: Scanner, columns: _Columns, rows: list[_Row]) -> _Names:
    states: dict[str, Token] = {}
    actions: dict[str, tuple[dict[str, int], ...]] = {}
    for row in rows:
        name = row[columns.state].value
        states.setdefault(name, row[columns.state])
        known = actions.setdefault(name, tuple({} for _ in columns.players))
        for index, labels in zip(columns.actions, known, strict=True):
            labels.setdefault(row[index].value, len(labels))
    for name in columns.chances:
        if name not in states:
            scanner.stop("E807", f"column 'phi_{name}' names no state", rows[0][0])
    for name, cell in states.items():
        if columns.chances and name not in columns.chances:
            scanner.stop("E807", f"the table lacks the column 'phi_{name}'", cell)
    cells = 1
    for player in range(len(columns.players)):
        cells *= max(len(known[player]) for known in actions.values())
    numbers = len(states) * cells * (len(states) + len(columns.players))
    if numbers > MOST_NUMBERS:
        message = f"the game has {numbers:,} numbers, more than {MOST_NUMBERS:,}"
        scanner.stop("E802", message, rows[0][0])
    return _Names(states, actions)


def _filled(
    scanner: Scanner,
    columns: _Columns,
    names: _Names,
    rows: list[_Row],
    discount: Float[np.ndarray, " player"],
) -> StochasticTable:
    order = {name: index for index, name in enumerate(names.states)}
    labels = tuple(tuple(map(tuple, names.actions[name])) for name in order)
    counts = [[len(own) for own in state] for state in labels]
    widths = np.max(counts, axis=0)
    payoffs = np.zeros((len(order), *widths, len(columns.players)))
    transitions = np.zeros((len(order), *widths, len(order)))
    seen: set[tuple[int, ...]] = set()
    for row in rows:
        name = row[columns.state].value
        cell = tuple(
            own[row[i].value] for i, own in zip(columns.actions, names.actions[name], strict=True)
        )
        place = (order[name], *cell)
        if place in seen:
            scanner.report("E807", "the same actions in the same state again", row[columns.state])
        seen.add(place)
        payoffs[place] = [_float(scanner, row[i], "a payoff") for i in columns.payoffs]
        transitions[place] = _chances(scanner, columns, row, order)
    _missing(scanner, names, seen, counts)
    return StochasticTable(tuple(order), columns.players, labels, payoffs, transitions, discount)


def _missing(
    scanner: Scanner, names: _Names, seen: set[tuple[int, ...]], counts: list[list[int]]
) -> None:
    """Report states in which a combination of actions has no row."""
    given = [0] * len(counts)
    for place in seen:
        given[place[0]] += 1
    for (name, cell), count, present in zip(names.states.items(), counts, given, strict=True):
        needed = int(np.prod(count, dtype=np.int64))
        if present < needed:
            message = f"state {name!r} has {present} of its {needed} combinations of actions"
            scanner.report("E807", message, cell)


def _chances(
    scanner: Scanner, columns: _Columns, row: _Row, order: dict[str, int]
) -> Float[np.ndarray, " next"]:
    chances = np.zeros(len(order))
    if columns.to_state is None:
        place = row[columns.state]
        for name, index in columns.chances.items():
            chances[order[name]] = _float(scanner, row[index], "a chance")
    else:
        place = row[columns.to_state]
        for name, value in _destinations(scanner, place, order):
            if name not in order:
                scanner.report("E807", f"{name!r} is no state of this game", place)
            else:
                chances[order[name]] += value
    if np.any(chances < 0) or chances.sum() > 1 + _SUM_TOLERANCE:
        message = f"chances must be at least 0 and sum to at most 1; they sum to {chances.sum():g}"
        scanner.report("E803", message, place)
    return chances


def _destinations(
    scanner: Scanner, cell: Token, states: dict[str, int]
) -> Iterator[tuple[str, float]]:
    """States and chances of a cell such as `home: 0.5, away: 0.5`, `home`, or nothing.

    A state's name may hold commas and colons itself, such as `(1, 0.0)`.
    """
    text = cell.value.strip()
    inside = text[1:-1] if text.startswith("{") and text.endswith("}") else text
    if _state(inside) in states:
        yield _state(inside), 1.0
        return
    parts = [part.strip() for part in _entries(inside, states)]
    if len(parts) == 1 and ":" not in parts[0]:
        yield _state(parts[0]), 1.0
        return
    for part in parts:
        name, colon, chance = part.rpartition(":")
        if not colon:
            scanner.report("E801", f"expected 'state: chance', found {part[:40]!r}", cell)
            continue
        value = _float(scanner, cell._replace(value=chance.strip()), "a chance")
        yield _state(name), value


def _entries(text: str, states: dict[str, int]) -> list[str]:
    """A list cut at its commas, but for those inside the names of states."""
    most = 1 + max(name.count(",") for name in states)
    found: list[str] = []
    pieces = [piece for piece in text.split(",") if piece.strip()]
    start = 0
    while start < len(pieces):
        stop, entry = start + 1, pieces[start]
        while _state(entry.rpartition(":")[0]) not in states:
            if stop == len(pieces) or stop - start == most:
                stop, entry = start + 1, pieces[start]  # a name that is none ends at its comma
                break
            entry = f"{entry},{pieces[stop]}"
            stop += 1
        found.append(entry)
        start = stop
    return found


def _state(name: str) -> str:
    """The name of a state without blanks and quotes around it."""
    return name.strip().strip("\"'").strip()


def _float(scanner: Scanner, cell: Token, what: str) -> float:
    whole, slash, parts = cell.value.partition("/")
    if not _NUMBER.fullmatch(whole) or (slash and not _PARTS.fullmatch(parts)):
        scanner.report("E801", f"expected {what}, a number, found {cell}", cell)
        return 0.0
    value = float(whole) / (float(parts) if slash else 1.0)
    if abs(value) > 1e300:
        scanner.report("E806", f"the number {cell} is out of any useful range", cell)
        return 0.0
    return value


def _number(value: float) -> str:
    return str(np.format_float_positional(float(value), trim="-"))


def _quoted(text: str) -> str:
    plain = " ".join(text.split())
    return f'"{plain.replace(chr(34), chr(34) * 2)}"' if set(plain) & set(',"') else plain
