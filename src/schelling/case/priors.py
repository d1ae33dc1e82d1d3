"""Priors: from `beta(11, 89)` or `0.1 to 0.6` to a distribution with checked parameters."""

from __future__ import annotations

import math
import operator
import re

from schelling.case.draft import Draft
from schelling.case.model import Prior
from schelling.case.scope import Issue, suggest
from schelling.case.syntax import Place
from schelling.case.text import Path
from schelling.case.vocabulary import DISTRIBUTIONS, Distribution

_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_PLAIN = re.compile(rf"\s*({_NUMBER})\s*")
_INTERVAL = re.compile(rf"\s*({_NUMBER})\s+to\s+({_NUMBER})\s*")
_CALL = re.compile(r"\s*([A-Za-z_]\w*)\s*\((.*)\)\s*", re.DOTALL)
_LIST = re.compile(rf"\[\s*({_NUMBER}(?:\s*,\s*{_NUMBER})*)\s*,?\s*\]")
_MOST_CHOICES = 1_000
_RULE = {"<": operator.lt, "<=": operator.le, ">": operator.gt}


def read(draft: Draft, path: Path) -> Prior | None:
    """The prior of the assumption at a path, with its bounds; problems go to the draft."""
    written = draft.root.at((*path, "prior")).text
    within = bounds(draft, (*path, "within"))
    found = _parse(draft, (*path, "prior"), written)
    if found is None:
        return None
    family, parameters, interval = found
    if not _possible(draft, (*path, "prior"), DISTRIBUTIONS[family], parameters):
        return None
    if within is not None and family in ("choice", "fixed"):
        message = f"'within' cuts continuous priors; '{family}' lists its values"
        draft.report("E403", message, (*path, "within"))
    return Prior(family, parameters, within, written.strip(), interval)


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


Parameters = tuple[float | tuple[float, ...], ...]


def _parse(draft: Draft, path: Path, written: str) -> tuple[str, Parameters, bool] | None:
    if match := _PLAIN.fullmatch(written):
        return "fixed", (float(match.group(1)),), False
    if match := _INTERVAL.fullmatch(written):
        return _interval(draft, path, float(match.group(1)), float(match.group(2)))
    match = _CALL.fullmatch(written)
    if match is None:
        message = f"'{written}' is not a prior"
        hint = "such as beta(2, 5), 0.1 to 0.6 (central 90 %) or a number"
        draft.report("E402", message, path, hint=hint)
        return None
    name = match.group(1)
    distribution = DISTRIBUTIONS.get(name)
    if distribution is None:
        place = Place(*match.span(1))
        hint = suggest(name, DISTRIBUTIONS)
        draft.issue(path, Issue("E402", f"unknown distribution '{name}'", place, hint=hint))
        return None
    parameters = _parameters(draft, path, distribution, match)
    return None if parameters is None else (name, parameters, False)


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
        return "lognormal", (median, (math.log(high) - math.log(low)) / (2 * z)), True
    return "normal", ((low + high) / 2, (high - low) / (2 * z)), True


def _parameters(
    draft: Draft, path: Path, distribution: Distribution, match: re.Match[str]
) -> Parameters | None:
    inside = match.group(2)
    if distribution.name == "choice":
        return _choice(draft, path, inside)
    pieces = [piece.strip() for piece in inside.split(",")] if inside.strip() else []
    values: list[float] = []
    for piece in pieces:
        name, _, number = piece.rpartition("=")
        position = len(values)
        named = name.strip()
        expected = distribution.parameters[position : position + 1]
        if not _PLAIN.fullmatch(number) or (named and (named,) != expected):
            message = f"'{piece}' is not a parameter of {distribution.name}"
            wanted = ", ".join(distribution.parameters)
            hint = f"{distribution.name}({wanted}) takes numbers, such as {distribution.example}"
            draft.report("E401", message, path, hint=hint)
            return None
        values.append(float(number))
    if len(values) != len(distribution.parameters):
        wanted = ", ".join(distribution.parameters)
        message = f"{distribution.name} takes {len(distribution.parameters)} parameters "
        message += f"({wanted}), {len(values)} given"
        draft.report("E401", message, path, hint=f"such as {distribution.example}")
        return None
    return tuple(values)


def _choice(draft: Draft, path: Path, inside: str) -> Parameters | None:
    lists = [_numbers(match.group(1)) for match in _LIST.finditer(inside)]
    rest = _LIST.sub("", inside)
    if not lists and (match := re.fullmatch(rf"\s*({_NUMBER}(?:\s*,\s*{_NUMBER})*)\s*", inside)):
        lists, rest = [_numbers(match.group(1))], ""
    if rest.replace("weights=", "").strip(" ,") or not 1 <= len(lists) <= 2:
        message = "choice takes a list of numbers and, if they differ, a list of weights"
        draft.report("E401", message, path, hint="such as choice([0, 1], [0.3, 0.7])")
        return None
    values = lists[0]
    weights = lists[1] if len(lists) == 2 else (1.0,) * len(values)
    total = sum(weights)
    wrong = len(weights) != len(values) or min(weights) < 0 or not 0 < total < math.inf
    if wrong or len(values) > _MOST_CHOICES:
        message = "choice needs one weight for each value, none negative, not all zero"
        draft.report("E401", message, path, hint=f"at most {_MOST_CHOICES} values")
        return None
    return values, tuple(weight / total for weight in weights)


def _numbers(inside: str) -> tuple[float, ...]:
    return tuple(float(piece) for piece in inside.split(",") if piece.strip())


def _possible(draft: Draft, path: Path, distribution: Distribution, parameters: Parameters) -> bool:
    numbers = [v for p in parameters for v in (p if isinstance(p, tuple) else (p,))]
    if not all(math.isfinite(number) for number in numbers):
        draft.report("E401", "a parameter is not a finite number", path)
        return False
    values = dict(zip(distribution.parameters, parameters, strict=True))
    fine = True
    for rule in distribution.rules:
        left, sign, right = rule.split()
        first = values[left] if left in values else float(left)
        second = values[right] if right in values else float(right)
        if not _RULE[sign](first, second):
            shown = ", ".join(f"{k} = {v:g}" for k, v in values.items() if k in (left, right))
            message = f"impossible parameters: {distribution.name} needs {rule}, here {shown}"
            draft.report("E401", message, path, hint=f"such as {distribution.example}")
            fine = False
    return fine
