"""JSON of a stranger: bounded in size and depth, and of numbers that are numbers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from schelling.case.file import json_text
from schelling.interchange.foreign import Findings
from schelling.interchange.xml_tree import read_bytes

MOST_BYTES = 10_000_000
MOST_DEPTH = 40


def read(path: Path, *, lenient: bool = False) -> tuple[Any, Findings]:
    """Read a JSON file.

    Raises:
        CaseError: It cannot be read, is no JSON, or goes beyond a bound.
    """
    findings = Findings(path, lenient=lenient)
    data = read_bytes(path, findings, MOST_BYTES)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        findings.refuse("E901", "the file is not UTF-8 text", 0)
        raise findings.error() from None
    findings.text = text
    line = _too_deep(text)
    if line:
        findings.refuse("E902", f"values are nested more than {MOST_DEPTH} deep", line)
        raise findings.error()
    try:
        return json_text.loads(text), findings
    except json.JSONDecodeError as error:
        findings.refuse("E901", f"not JSON: {error.msg}", error.lineno)
    except (ValueError, RecursionError) as error:
        findings.refuse("E901", f"not JSON: {error}", 0)
    raise findings.error()


def as_object(value: object) -> Mapping[str, Any]:
    """A value as an object; an empty one where it is none."""
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else dict[str, Any]()


def as_list(value: object) -> list[object]:
    """A value as a list; an empty one where it is none."""
    return cast("list[object]", value) if isinstance(value, list) else []


def _too_deep(text: str) -> int:
    """The line on which values are nested too deep; 0 if none is."""
    depth, line, inside, escaped = 0, 1, False, False
    for character in text:
        if character == "\n":
            line += 1
        if inside:
            inside = escaped or character != '"'
            escaped = character == "\\" and not escaped
        elif character == '"':
            inside = True
        elif character in "[{":
            depth += 1
            if depth > MOST_DEPTH:
                return line
        elif character in "]}":
            depth -= 1
    return 0
