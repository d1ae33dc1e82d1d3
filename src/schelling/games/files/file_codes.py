"""What each error code of a game file means: one table for `schelling explain`, page and tests."""

from __future__ import annotations

from typing import NamedTuple


class FileCode(NamedTuple):
    """One error code.

    Attributes:
        code: Such as `E803`.
        title: What is wrong, in a few words.
        explanation: What it means and how to mend it.
        wrong: A small file that has the problem.
        right: The same, corrected.
    """

    code: str
    title: str
    explanation: str
    wrong: str
    right: str


_MOVE = 'EFG 2 R "" { "a" "b" }\n'
_ENDS = 't "" 1 { 1 2 }\nt "" 2 { 3 4 }'

_ENTRIES = (
    FileCode(
        "E801",
        "Not the grammar of a game file",
        "Something else was expected at this place: a number, a text in quotes, a brace, a node. "
        "Where the file ends too soon, it may be truncated.",
        _MOVE + 'p "" 1 1 { "go" "stay" } 0\nt "" 1 { 1 2 }',
        _MOVE + 'p "" 1 1 { "go" "stay" } 0\n' + _ENDS,
    ),
    FileCode(
        "E802",
        "Game file that is too large or cannot be read",
        "A game file is text in UTF-8, of bounded length, with a bounded number of players, nodes "
        "and payoffs. The bounds are far above what can be solved.",
        'NFG 1 R "" { "a" "b" } { 999999 999999 } 1 1',
        'NFG 1 R "" { "a" "b" } { 1 1 } 1 1',
    ),
    FileCode(
        "E803",
        "Probabilities that do not add up",
        "The probabilities of a chance move lie between 0 and 1 and add up to exactly 1. Numbers "
        "are read as exact fractions: write thirds as 1/3, not as 0.333.",
        _MOVE + 'c "" 1 { "rain" 0.333 "sun" 0.666 } 0\n' + _ENDS,
        _MOVE + 'c "" 1 { "rain" 1/3 "sun" 2/3 } 0\n' + _ENDS,
    ),
    FileCode(
        "E804",
        "Move whose player or set does not fit",
        "Players are numbered from 1 in the order in which they are named, information sets from 1 "
        "for each player. The nodes of a set have the same player and offer the same actions, "
        "which may be left out after the first.",
        _MOVE + 'p "" 3 1 { "go" "stay" } 0\n' + _ENDS,
        _MOVE + 'p "" 2 1 { "go" "stay" } 0\n' + _ENDS,
    ),
    FileCode(
        "E805",
        "Outcome that does not fit",
        "An outcome has one payoff for each player and the same payoffs wherever it stands; they "
        "may be left out after the first time. Outcome 0 means none.",
        _MOVE + 'p "" 1 1 { "go" "stay" } 0\nt "" 1 { 1 }\nt "" 2 { 3 4 }',
        _MOVE + 'p "" 1 1 { "go" "stay" } 0\n' + _ENDS,
    ),
    FileCode(
        "E806",
        "Number out of any useful range",
        "A number is an integer, a decimal or a fraction of integers that is not divided by zero, "
        "of a size that a calculation can hold.",
        _MOVE + 't "" 1 { 1e999999 2 }',
        _MOVE + 't "" 1 { 1e6 2 }',
    ),
    FileCode(
        "E807",
        "Table of a stochastic game that does not fit",
        "The first line names the columns: state, one a_PLAYER and one u_PLAYER for each player, "
        "and either one phi_STATE for each state or to_state. A row with state `delta` gives the "
        "discount factors; every other row is one state with one action of each player.",
        "state,a_row,u_row\ncalm,wait,1",
        "state,a_row,u_row,phi_calm\ndelta,,0.9,\ncalm,wait,1,1",
    ),
)

CODES: dict[str, FileCode] = {entry.code: entry for entry in _ENTRIES}
"""By code, in order."""
