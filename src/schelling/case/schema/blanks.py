"""Definitions whose formal part is still blank: `""` where an expression or a game belongs.

A blank definition is taken out before the file is fitted to the schema, so the rest of the case can
be used. It keeps its passages. What reads it is wrong; that it is there is a note.
"""

from __future__ import annotations

from typing import Any, Final, cast

from schelling.case.sources import Blank

FORMAL: Final = {
    "assumptions": ("prior",),
    "stocks": ("start", "change"),
    "variables": ("value",),
    "unknowns": ("where", "maximizes", "minimizes"),
    "events": ("hazard", "on"),
    "games": ("tree", "matrix", "states"),
    "claims": ("holds", "given"),
    "premises": ("grants",),
}
"""Of each section that may have blanks, the keys that say formally what a definition is."""


def take_out(data: dict[str, Any]) -> tuple[Blank, ...]:
    """Take the blank definitions out of a case as plain data.

    Args:
        data: The case; it is changed.

    Returns:
        What was taken out, in the order of the sections above.

    Examples:
        >>> case = {"claims": {"open": {"from": "P1.S1, P1.S2", "holds": ""}, "known": "1 > 0"}}
        >>> [(one.name, one.key, one.passages) for one in take_out(case)]
        [('open', 'holds', ('P1.S1', 'P1.S2'))]
        >>> case
        {'claims': {'known': '1 > 0'}}
    """
    found: list[Blank] = []
    for section, keys in FORMAL.items():
        definitions: Any = data.get(section)
        if not isinstance(definitions, dict):
            continue
        for name, given in list(cast("dict[str, Any]", definitions).items()):
            key = _blank(given, keys)
            if key is not None:
                found.append(Blank(section, name, key, _passages(given)))
                del definitions[name]
    return tuple(found)


def _blank(given: object, keys: tuple[str, ...]) -> str | None:
    """The key of a definition under which nothing stands yet."""
    if not isinstance(given, dict):
        return None
    values = cast("dict[str, object]", given)
    blank = (k for k in keys if isinstance(values.get(k), str) and not str(values[k]).strip())
    return next(blank, None)


def _passages(given: dict[str, object]) -> tuple[str, ...]:
    written = given.get("from")
    if isinstance(written, str):
        return tuple(written.replace(",", " ").split())
    listed = cast("list[object]", written) if isinstance(written, list) else []
    return tuple(str(one) for one in listed)
