"""Priors: from `beta(11, 89)` or `0.1 to 0.6` to a distribution with checked parameters."""

from __future__ import annotations

import math
import operator
import re
from dataclasses import dataclass

from schelling.case.draft import Draft
from schelling.case.drawn import Prior
from schelling.case.file.yaml_tree import Path
from schelling.case.language.parsing.printer import shorten
from schelling.case.language.parsing.syntax import Issue, Place
from schelling.case.language.typed.scope import suggest
from schelling.case.language.words.prior_words import DISTRIBUTIONS, Distribution, Support

_NUMBER = r"[-+]?(?:\d+(?:_\d+)*(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?"
_PLAIN = re.compile(rf"\s*({_NUMBER})\s*")
_QUOTIENT = re.compile(rf"\s*({_NUMBER})\s*/\s*({_NUMBER})\s*")
_INTERVAL = re.compile(rf"\s*({_NUMBER})\s+to\s+({_NUMBER})\s*")
_CALL = re.compile(r"\s*([A-Za-z_]\w*)\s*\((.*)\)\s*", re.DOTALL)
_WITH_WORDS = re.compile(rf"\s*{_NUMBER}(?:\s+to\s+{_NUMBER})?\s*[A-Za-z][A-Za-z0-9 */]*")
_DASHED = re.compile(r"[\d.]+\s+-\s+[\d.]+")
_WITH_UNIT = re.compile(rf"\s*{_NUMBER}(?:\s+to\s+{_NUMBER})?\s*([%A-Za-z]+)\s*")
_MOST_CHOICES = 1_000
_MOST_CHARACTERS = 20_000
_HOLDS = {"<": operator.lt, "<=": operator.le, ">": operator.gt}

Parameters = tuple[float | tuple[float, ...], ...]


@dataclass(frozen=True)
class _Piece:
    """One argument as written, and where it stands in the prior's text."""

    text: str
    place: Place


def read(draft: Draft, path: Path) -> Prior | None:
    """The prior of the assumption at a path, with its bounds; problems go to the draft."""
    written = draft.root.at((*path, "prior")).text
    within = bounds(draft, (*path, "within"))
    found = parse(draft, (*path, "prior"), written)
    if found is None:
        return None
    family, parameters, interval = found
    if within is not None and family in ("choice", "fixed"):
        message = f"'within' applies only to continuous priors, not to '{family}'"
        draft.report("E403", message, (*path, "within"))
    elif within is not None:
        low, high = _support(DISTRIBUTIONS[family], parameters)
        if max(low, within[0]) >= min(high, within[1]):
            message = f"the prior has no values between {within[0]:g} and {within[1]:g}"
            hint = f"this {family} has values from {low:g} to {high:g}"
            draft.report("E403", message, (*path, "within"), hint=hint)
    return Prior(family, parameters, within, written.strip(), interval)


def _support(distribution: Distribution, parameters: Parameters) -> tuple[float, float]:
    """The range a prior has its values in."""
    if distribution.support is Support.BOUNDED:
        values = dict(zip(distribution.parameters, parameters, strict=True))
        low, high = values["low"], values["high"]
        if isinstance(low, float) and isinstance(high, float):
            return low, high
    if distribution.support is Support.SHARES:
        return 0.0, 1.0
    return (0.0 if distribution.support is Support.POSITIVE else -math.inf), math.inf


def bounds(draft: Draft, path: Path) -> tuple[float, float] | None:
    """The two numbers under `within`."""
    node = draft.root.at(path[:-1]).child(str(path[-1]))
    if node is None or not isinstance(node.value, list):
        return None
    values = [child.value for child in node.value]
    numbers = [float(v) for v in values if isinstance(v, int | float)]
    if len(numbers) != 2 or len(values) != 2 or not numbers[0] < numbers[1]:
        message = "'within' takes two numbers, the lower one first"
        draft.report("E403", message, path, hint="such as [0, 1]")
        return None
    return numbers[0], numbers[1]


def _meant(written: str) -> str:
    """How to write what was probably meant by a text that is no prior."""
    if unit := _WITH_UNIT.fullmatch(written):
        if unit.group(1) == "%":
            return "write 5 % as 0.05"
        return f"numbers only; write 'unit: {unit.group(1)}'"
    if "%" in written:
        return "write 5 % as 0.05, or numbers alone with 'unit: percent'"
    if _DASHED.fullmatch(written):
        return f"an interval is written {written.replace('-', 'to')}"
    if _WITH_WORDS.fullmatch(written):
        return "numbers only; write the rest under 'unit', such as 'unit: million * USD / month'"
    return "such as beta(2, 5), 0.1 to 0.6 (central 90 %) or a number"


def parse(draft: Draft, path: Path, written: str) -> tuple[str, Parameters, bool] | None:
    """Family, parameters and whether it is an interval, of a text at a path; None if it is none."""
    if len(written) > _MOST_CHARACTERS:
        message = (
            f"this prior has {len(written):,} characters; at most {_MOST_CHARACTERS:,} are allowed"
        )
        draft.report("E402", message, path)
        return None
    value = number(written)
    if value is not None:
        if not math.isfinite(value):
            draft.report("E401", "this number is too large", path)
            return None
        return "fixed", (value,), False
    if match := _INTERVAL.fullmatch(written):
        return _interval(draft, path, float(match.group(1)), float(match.group(2)))
    match = _CALL.fullmatch(written)
    if match is None:
        message = f"'{shorten(written)}' is not a prior"
        draft.report("E402", message, path, hint=_meant(written))
        return None
    name = match.group(1)
    distribution = DISTRIBUTIONS.get(name)
    if distribution is None:
        place = Place(*match.span(1))
        hint = suggest(name, DISTRIBUTIONS)
        draft.issue(path, Issue("E402", f"unknown distribution '{name}'", place, hint=hint))
        return None
    pieces = _pieces(written, *match.span(2))
    if name == "choice":
        parameters = _choice(draft, path, pieces)
    else:
        parameters = _parameters(draft, path, distribution, pieces)
    return None if parameters is None else (name, parameters, False)


def number(written: str) -> float | None:
    """A number, or a quotient of two such as 1 / 3; None where it is neither.

    Examples:
        >>> number("0.25"), number("1 / 4"), number("a quarter")
        (0.25, 0.25, None)
    """
    if match := _PLAIN.fullmatch(written):
        return float(match.group(1))
    if match := _QUOTIENT.fullmatch(written):
        above, below = map(float, match.groups())
        return above / below if below else None
    return None


def _pieces(written: str, start: int, end: int) -> list[_Piece]:
    """The arguments between two offsets, split at commas outside square brackets."""
    found: list[_Piece] = []
    depth, begin = 0, start
    for position in range(start, end + 1):
        character = written[position] if position < end else ","
        depth += (character == "[") - (character == "]")
        if position == end or (character == "," and depth <= 0):
            text = written[begin:position]
            first = begin + len(text) - len(text.lstrip())
            last = max(first + len(text.strip()), first + 1)
            found.append(_Piece(text.strip(), Place(first, last)))
            begin = position + 1
    return found if len(found) > 1 or found[0].text else []


def _interval(
    draft: Draft, path: Path, low: float, high: float
) -> tuple[str, Parameters, bool] | None:
    """`a to b` holds the central 90 %: lognormal when both are positive, normal otherwise."""
    if not low < high:
        message = f"the interval {low:g} to {high:g} is empty"
        draft.report("E401", message, path, hint="the lower bound comes first")
        return None
    z = 1.6448536269514722  # 95 % quantile of the standard normal
    if low > 0:
        median = math.exp((math.log(low) + math.log(high)) / 2)
        family = "lognormal"
        parameters = (median, (math.log(high) - math.log(low)) / (2 * z))
    else:
        family, parameters = "normal", ((low + high) / 2, (high - low) / (2 * z))
    if not all(math.isfinite(parameter) for parameter in parameters):
        draft.report("E401", "a bound of the interval is too large", path)
        return None
    return family, parameters, True


def _parameters(
    draft: Draft, path: Path, distribution: Distribution, pieces: list[_Piece]
) -> Parameters | None:
    wanted = ", ".join(distribution.parameters)
    values: dict[str, float] = {}
    for piece in pieces:
        name, _, written = piece.text.rpartition("=")
        position = len(values)
        expected = distribution.parameters[position : position + 1]
        value = number(written)
        if not expected or value is None or name.strip() not in ("", *expected):
            message = f"'{shorten(piece.text)}' is not a parameter of {distribution.name}"
            if name.strip() in distribution.parameters:
                message = "the parameters are not in the right order"
            hint = f"{distribution.name}({wanted}) takes numbers, such as {distribution.example}"
            draft.issue(path, Issue("E401", message, piece.place, hint=hint))
            return None
        values[expected[0]] = value
    if len(values) != len(distribution.parameters):
        message = f"{distribution.name} takes {len(distribution.parameters)} parameters "
        message += f"({wanted}), got {len(values)}"
        draft.report("E401", message, path, hint=f"such as {distribution.example}")
        return None
    return tuple(values.values()) if _possible(draft, path, distribution, values, pieces) else None


def _choice(draft: Draft, path: Path, pieces: list[_Piece]) -> Parameters | None:
    texts = [piece.text for piece in pieces]
    if texts and not any("[" in text for text in texts):
        texts = [f"[{', '.join(texts)}]"]
    lists = [_numbers(text.removeprefix("weights=")) for text in texts]
    if not 1 <= len(lists) <= 2 or None in lists:
        message = "'choice' takes a list of numbers and, if wanted, a list of weights"
        draft.report("E401", message, path, hint="such as choice([0, 1], [0.3, 0.7])")
        return None
    values = lists[0] or ()
    weights = (lists[1] or ()) if len(lists) == 2 else (1.0,) * len(values)
    total = sum(weights)
    wrong = len(weights) != len(values) or min(weights, default=-1) < 0 or total <= 0
    if wrong or len(values) > _MOST_CHOICES or not math.isfinite(total + sum(map(abs, values))):
        message = "'choice' needs one weight for each value, none negative and not all zero"
        draft.report("E401", message, path, hint=f"at most {_MOST_CHOICES:,} values")
        return None
    return values, tuple(weight / total for weight in weights)


def _numbers(text: str) -> tuple[float, ...] | None:
    """The numbers of a list in square brackets; None when it is none."""
    if not (text.startswith("[") and text.endswith("]")):
        return None
    pieces = text[1:-1].rstrip().removesuffix(",").split(",")
    found = tuple(value for value in map(number, pieces) if value is not None)
    return found if len(found) == len(pieces) else None


def _possible(
    draft: Draft,
    path: Path,
    distribution: Distribution,
    values: dict[str, float],
    pieces: list[_Piece],
) -> bool:
    places = {name: piece.place for name, piece in zip(values, pieces, strict=True)}
    for name, value in values.items():
        if not math.isfinite(value):
            draft.issue(path, Issue("E401", "this number is too large", places[name]))
            return False
    fine = True
    for rule in distribution.rules:
        second = values[rule.right] if isinstance(rule.right, str) else rule.right
        if not _HOLDS[rule.sign](values[rule.left], second):
            shown = ", ".join(f"{k} = {v:g}" for k, v in values.items() if k in rule)
            message = f"impossible parameters: {distribution.name} needs {rule}, here {shown}"
            hint = f"such as {distribution.example}"
            draft.issue(path, Issue("E401", message, places[rule.left], hint=hint))
            fine = False
    return fine
