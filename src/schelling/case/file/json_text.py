"""JSON text of a stranger: numbers that are numbers, and keys that are given once."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any, NoReturn

from schelling.errors import printable

_LONGEST = 80


def loads(text: str) -> Any:
    """The value that a text stands for.

    Raises:
        ValueError: It is not JSON (`json.JSONDecodeError`, with a place), has a number such as
            NaN, or an object with one key twice, of which one value would be lost.
        RecursionError: It is nested too deeply.

    Examples:
        >>> loads('{"a": [1, 2]}')
        {'a': [1, 2]}
        >>> loads('{"a": 1, "a": 2}')
        Traceback (most recent call last):
        ...
        ValueError: the key 'a' is given twice in one object
    """
    return json.loads(text, parse_constant=_no_number, object_pairs_hook=_once)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = Counter(key for key, _ in pairs).most_common(1)[0][0]
        message = f"the key '{printable(twice[:_LONGEST])}' is given twice in one object"
        raise ValueError(message)
    return found


def _no_number(text: str) -> NoReturn:
    message = f"{text} is no number of JSON"
    raise ValueError(message)
