"""Priors that a change cuts to a range: `PRIOR within [LOW, HIGH]`."""

from __future__ import annotations

import math
import re

from schelling.case.draft import Draft
from schelling.case.file.yaml_tree import Node, Path
from schelling.case.language.parsing.printer import shorten
from schelling.case.sections import priors
from schelling.case.settings.given import Setting
from schelling.errors import Problem

NUMBER = r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?"
"""A number as it is written."""

_BOUNDS = re.compile(rf"\[\s*({NUMBER})\s*,\s*({NUMBER})\s*\]")
_CUT = re.compile(r"(.*\S)\s+within\b\s*([^A-Za-z_].*|[+-]?(?:inf|nan).*)?", re.DOTALL)


def cut_apart(text: str) -> tuple[str, str | None]:
    """A prior that a change gives, and the range that it is cut to as written; None without one.

    Examples:
        >>> cut_apart("0.1 to 0.9 within [0.2, 0.5]")
        ('0.1 to 0.9', '[0.2, 0.5]')
        >>> cut_apart("beta(2, 5)")
        ('beta(2, 5)', None)
    """
    match = _CUT.fullmatch(text)
    return (match[1].strip(), (match[2] or "").strip()) if match else (text, None)


def cut(draft: Draft, path: Path, one: Setting, written: str) -> Node | None:
    """What stands under `within` of an assumption that a change cuts.

    The bounds of the case hold too. None, and a problem, where there is nothing between both.

    Args:
        draft: Where problems go.
        path: Of the assumption.
        one: The change.
        written: The range as it is written.
    """
    match = _BOUNDS.fullmatch(written)
    kept = (float(match[1]), float(match[2])) if match else (math.nan, math.nan)
    if not all(map(math.isfinite, kept)):
        said = f"'{shorten(written)}' is" if written else "what follows 'within' is"
        hint = f"in the unit of '{one.name}', such as within [0.2, 0.5]"
        draft.note(Problem("E403", f"{said} not two numbers", one.span, "", hint, one.file))
        return None
    own = priors.bounds(draft, (*path, "within"))
    low, high = kept if own is None else (max(kept[0], own[0]), min(kept[1], own[1]))
    if not low < high:
        message = f"'{one.name}' has no values between {kept[0]:g} and {kept[1]:g}"
        hint = "the lower number comes first" if kept[0] >= kept[1] else ""
        if own is not None and not hint:
            hint = f"the case bounds it by 'within' to {own[0]:g} to {own[1]:g}"
        draft.note(Problem("E473", message, one.span, "", hint, one.file))
        return None
    ends = [Node(end, one.span, f"{end:.12g}", one.start, file=one.file) for end in (low, high)]
    return Node(ends, one.span, f"[{low:.12g}, {high:.12g}]", one.start, file=one.file)
