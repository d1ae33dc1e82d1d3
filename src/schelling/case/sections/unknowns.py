"""Numbers defined by an equation, or by what they make largest: how they are read and typed.

An equation may read definitions that depend on the unknown themselves. Those are computed anew for
every number that is tried, so they stand in the checked unknown and follow it in the case's order.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from schelling.case.draft import NOTHING, Draft
from schelling.case.file.yaml_tree import Path
from schelling.case.language.inferring.inference import infer
from schelling.case.language.parsing import parsed
from schelling.case.language.parsing.printer import brief, shorten
from schelling.case.language.parsing.syntax import Compare, Expression, Issue, Place, SyntaxIssue
from schelling.case.language.typed.scope import Scope, suggest
from schelling.case.language.typed.types import (
    Constant,
    Kind,
    Operation,
    Reference,
    Sought,
    Type,
    Typed,
    When,
    latest,
    references,
)
from schelling.case.language.typed.units import UNREAD, Dimensions, Unit, describe, said
from schelling.case.model import Variable
from schelling.case.schema.case_file import CaseFile, Unknown

_NEAREST = "nearest to"
_CHOICES = {
    "equation": ("only", "lowest", "highest", f"{_NEAREST} 0.5"),
    "reply": ("only", "lowest", "highest"),
}
_OF_PEAKS = ("lowest", "highest")
_ENDLESS = re.compile(r"\s*[+-]?\s*\.?inf(inity)?\s*", re.IGNORECASE)
_SEEKS = {"where": "equation", "maximizes": "largest", "minimizes": "smallest"}

Within = Callable[[str, Scope], tuple[tuple[Variable, ...], tuple[Variable, ...], Scope]]
"""Types what is computed anew inside an unknown, given a scope that has the unknown.

First for what is made largest or the equation; then for the equation around a best reply.
"""


@dataclass(frozen=True)
class Equation:
    """An unknown as it is written.

    Attributes:
        name: Its name.
        seek: `equation`, `largest` or `smallest`.
        key: Where that is said: `where`, `maximizes` or `minimizes`.
        body: The equation, or what is to be largest or smallest.
        ends: Of the interval.
        choose: `only`, `lowest`, `highest` or `nearest`.
        near: What it is to be nearest to.
        shift: Where that begins in the text of `choose`.
        takes: Of what is made largest or smallest, the unknown that it takes as given.
    """

    name: str
    seek: str
    key: str
    body: Expression
    ends: tuple[Expression, ...]
    choose: str
    near: Expression | None
    shift: int
    takes: Expression | None = None

    @property
    def foresees(self) -> bool:
        """Whether other unknowns answer every number that it tries."""
        return self.seek != "equation" and self.takes is None

    @property
    def path(self) -> Path:
        """Of the unknown."""
        return ("unknowns", self.name)


def read(draft: Draft, raw: CaseFile) -> dict[str, Equation]:
    """The unknowns whose parts can be read; problems go to the draft."""
    found = (_read(draft, name, unknown) for name, unknown in raw.unknowns.items())
    return {equation.name: equation for equation in found if equation is not None}


def _read(draft: Draft, name: str, raw: Unknown) -> Equation | None:
    path: Path = ("unknowns", name)
    keys = [key for key in _SEEKS if getattr(raw, key) is not None]
    if len(keys) != 1:
        message = f"'{name}' needs one of 'where', 'maximizes' and 'minimizes'"
        message += f"; it has {' and '.join(map(repr, keys))}" if keys else ""
        hint = f"such as where: normal_cdf({name}) == 0.7"
        draft.report_key("E445", message, path, hint=hint)
        return None
    if len(raw.between) != 2:
        count = len(raw.between)
        message = f"an interval has two ends; {count} {'is' if count == 1 else 'are'} given"
        draft.report("E443", message, (*path, "between"), hint="such as between: [0, 1]")
        return None
    (key,) = keys
    endless = next((n for n, end in enumerate(raw.between) if _ENDLESS.fullmatch(end)), None)
    if endless is not None:
        hint = "give a bound that it cannot pass, such as 100"
        message = f"the interval of '{name}' has no end"
        draft.report("E443", message, (*path, "between", endless), hint=hint)
        return None
    body = draft.parse((*path, key))
    ends = tuple(draft.parse((*path, "between", position)) for position in range(2))
    takes = _takes(draft, path, raw, key)
    choice = _choice(draft, path, raw.choose, _SEEKS[key] if takes is None else "reply")
    known = tuple(end for end in ends if end is not None)
    if body is None or choice is None or len(known) != 2:
        return None
    if key == "where" and not (isinstance(body, Compare) and body.operator == "=="):
        message = f"'{brief(body)}' is not an equation"
        hint = "an equation has one ==, such as demand == supply"
        if isinstance(body, Compare):
            hint = f"write {brief(body.left)} == {brief(body.right)}"
        draft.report("E441", message, (*path, key), hint=hint)
        return None
    return Equation(name, _SEEKS[key], key, body, known, *choice, takes)


def _takes(draft: Draft, path: Path, raw: Unknown, key: str) -> Expression | None:
    """The unknown that is taken as given; an equation takes none."""
    if raw.takes_as_given is None:
        return None
    here: Path = (*path, "takes_as_given")
    if key == "where":
        message = "an equation takes nothing as given: it holds for all that stands in it"
        hint = "'takes_as_given' is for what 'maximizes' or 'minimizes'"
        draft.report("E450", message, here, hint=hint)
        return None
    return draft.parse(here)


def _choice(
    draft: Draft, path: Path, written: str | None, seek: str
) -> tuple[str, Expression | None, int] | None:
    """Which of several, what it is to be nearest to, and where that begins in the text."""
    words = " ".join((written or "").split())
    known = _CHOICES.get(seek, _OF_PEAKS)
    here: Path = (*path, "choose")
    if not words:
        return known[0], None, 0
    if words in known and not words.startswith(_NEAREST):
        return words, None, 0
    text = draft.root.at(here).text
    rest = text.strip()[len(_NEAREST) :]
    if seek == "equation" and words.startswith(f"{_NEAREST} ") and rest.strip():
        shift = len(text) - len(rest.lstrip())
        try:
            return "nearest", parsed.parse(text[shift:]), shift
        except SyntaxIssue as error:
            draft.issue(here, _moved(error.issue, shift))
            return None
    message = f"'{shorten(words)}' does not say which of several"
    if seek != "equation" and words.split(maxsplit=2)[:1] in (["only"], ["nearest"]):
        message = f"'{shorten(words)}' is for equations; this has no equation"
    draft.report("E444", message, here, hint=suggest(words, known))
    return None


def _moved(issue: Issue, shift: int) -> Issue:
    return replace(issue, place=Place(issue.place.start + shift, issue.place.end + shift))


def unknown(
    draft: Draft, raw: Unknown, equation: Equation, scope: Scope, within: Within
) -> Variable:
    """One unknown, typed."""
    path = equation.path
    unit = draft.unit((*path, "unit")) if raw.unit is not None else None
    unit = None if unit is UNREAD else unit
    low, high = (
        draft.typed((*path, "between", position), end, scope, unit)
        for position, end in enumerate(equation.ends)
    )
    dimensions = unit.dimensions if unit else _dimensions(draft, path, low, high)
    near = None if equation.near is None else _near(draft, equation, scope, unit, dimensions)
    _check_ends(draft, path, low, high)
    given = [part for part in (low, high, near) if part is not None]
    value: Typed = NOTHING
    for when in (When.FIXED, When.STEP):
        own = Type(Kind.NUMBER, dimensions, when)
        symbol = replace(scope.symbols[equation.name], type=own)
        here = replace(scope, symbols={**scope.symbols, equation.name: symbol})
        inner, around, inside = within(equation.name, here)
        sides = _sides(draft, equation, inside)
        if sides is None or not all(part.type.known for part in given):
            break
        if _counts_anew(draft, equation, (*inner, *around), sides):
            break
        parts = (*given, *sides, *(one.value for one in (*inner, *around)))
        typed = replace(own, when=latest(*(part.type.when for part in parts)))
        body = Sought(
            equation.name,
            equation.seek,
            sides,
            low,
            high,
            "lowest" if equation.takes and equation.choose == "only" else equation.choose,
            near,
            tuple((one.name, one.value) for one in inner),
            raw.cells,
            typed,
        )
        value = _replied(body, equation.choose, around) if around else body
        if value.type.when is when:
            break
    own_unit = unit or Unit(dimensions, 1.0)
    origin = draft.origin(path, raw.from_, raw.why, raw.says)
    return Variable(equation.name, own_unit, value, value.type.when, origin)


def _replied(reply: Sought, choose: str, around: tuple[Variable, ...]) -> Sought:
    """The number that is its own best reply, once what it takes as given has answered it."""
    sides = (Reference(reply.name, reply.type), reply)
    inner = tuple((one.name, one.value) for one in around)
    return replace(reply, seek="equation", sides=sides, choose=choose, inner=inner)


def _counts_anew(
    draft: Draft, equation: Equation, inner: tuple[Variable, ...], sides: tuple[Typed, ...]
) -> bool:
    """Whether agents would have to be counted again for every number tried, which is reported."""
    tried = {equation.name, *(one.name for one in inner)}
    looked_at = frozenset[str]().union(*map(references, (*sides, *(one.value for one in inner))))
    for tally in draft.tallies.found.values():
        if tally.name in looked_at and tally.reads & tried:
            read, solved = min(tally.reads & tried), equation.name
            message = f"'{shorten(tally.name)}' counts agents by '{read}', which "
            message += f"depends on '{solved}', which " if read != solved else ""
            message += "is being solved for"
            reason = "agents are counted once a step, and not again for every number that is tried"
            hint = "let a stock settle there, such as change: (0.5 - share(...)) / 1 week"
            draft.report("E449", message, (*equation.path, equation.key), reason, hint)
            return True
    return False


def _dimensions(draft: Draft, path: Path, low: Typed, high: Typed) -> Dimensions:
    """The unit of the ends, which must have one."""
    found = [end.type.dimensions for end in (low, high) if end.type.dimensions is not None]
    if len(found) > 1 and found[0] != found[1] and low.type.known and high.type.known:
        message = f"one end of the interval is {said(found[0])}, the other {said(found[1])}"
        hint = "give both ends the same unit, or say 'unit:'"
        draft.report("E307", message, (*path, "between"), "units must agree", hint)
    return found[0] if found else ()


def _near(
    draft: Draft, equation: Equation, scope: Scope, unit: Unit | None, dimensions: Dimensions
) -> Typed:
    here: Path = (*equation.path, "choose")
    assert equation.near is not None
    typed, issues = infer(equation.near, draft.inside(here, scope), unit)
    for issue in issues:
        draft.issue(here, _moved(issue, equation.shift))
    if issues or not typed.type.known:
        return NOTHING
    if typed.type.kind is not Kind.NUMBER:
        message = (
            f"a number is needed here, but '{brief(equation.near)}' is {typed.type.kind.value}"
        )
        draft.report("E306", message, here)
        return NOTHING
    if typed.type.dimensions not in (None, dimensions):
        message = f"'{equation.name}' is {said(dimensions)}, but '{brief(equation.near)}' is "
        message += said(typed.type.dimensions)
        hint = f"give it in {describe(dimensions)}" if dimensions else ""
        draft.report("E307", message, here, "units must agree", hint)
    return typed


def _check_ends(draft: Draft, path: Path, low: Typed, high: Typed) -> None:
    """Both ends are numbers, and the first the lower one."""
    for position, end in enumerate((low, high)):
        if end.type.known and end.type.kind is not Kind.NUMBER:
            written = shorten(draft.root.at((*path, "between", position)).text)
            message = f"a number is needed here, but '{written}' is {end.type.kind.value}"
            draft.report("E306", message, (*path, "between", position))
    if not (isinstance(low, Constant) and isinstance(high, Constant)):
        return
    if low.type.known and high.type.known and not low.value < high.value:
        what = "is empty" if low.value == high.value else "ends before it begins"
        message = f"the interval of '{path[1]}' {what}"
        draft.report("E443", message, (*path, "between"), hint="such as between: [0, 1]")


def _sides(draft: Draft, equation: Equation, scope: Scope) -> tuple[Typed, ...] | None:
    """Both sides of the equation, or the one value; None where they are no numbers."""
    here: Path = (*equation.path, equation.key)
    typed = draft.typed(here, equation.body, scope)
    sides: tuple[Typed, ...] = (typed,)
    if equation.seek == "equation":
        if not isinstance(typed, Operation):
            return None
        sides = typed.operands
    wrong = next((side for side in sides if side.type.kind is not Kind.NUMBER), None)
    if wrong is not None:
        if wrong.type.known:
            what = "both sides" if equation.seek == "equation" else f"what it {equation.key}"
            message = f"{what} must be a number; this is {wrong.type.kind.value}"
            draft.report("E306", message, here)
        return None
    if isinstance(equation.body, Compare) and len(set(sides)) == 1 and references(sides[0]):
        message = f"every number solves this: both sides are '{brief(equation.body.left)}'"
        draft.report("E448", message, here)
        return None
    return sides
