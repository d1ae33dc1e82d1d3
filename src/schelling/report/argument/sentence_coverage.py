"""What a case makes of every sentence of its text, and where its passages stand in that text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from schelling.case.model import Case
from schelling.case.texts.moved import PassagePlace, Position, places
from schelling.case.texts.sentences import Stretch
from schelling.errors import printable
from schelling.report.argument.coverage import Use, uses
from schelling.report.argument.reading_words import counted

KINDS: Final = (
    *("claim", "assumption", "premise", "forecast", "mechanism", "blank", "out of scope"),
    "uncovered",
)
_KIND: Final = {"claim": "claim", "assumption": "assumption", "premise": "premise"}
_PLURAL: Final = {
    "claim": "claims",
    "assumption": "assumptions",
    "premise": "premises",
    "forecast": "forecasts",
    "mechanism": "parts of mechanisms",
    "blank": "waiting for a blank to be written",
    "out of scope": "out of scope",
    "uncovered": "uncovered",
}
_ONE: Final = {"mechanism": "part of a mechanism", "blank": _PLURAL["blank"]}
_AROUND: Final = 32
"""Characters before and after a quoted passage."""
_STATES: Final = ("found", "ambiguous", "orphaned")


@dataclass(frozen=True)
class CoveredSentence:
    """A sentence of a text and what a case makes of it.

    Attributes:
        place: Where it stands.
        passages: The passages that it has a part in.
        kinds: What it is, of `KINDS`; `uncovered` or `out of scope` alone.
        made: What cites its passages, as kind and name.
        why: The reason why it is out of scope.
    """

    place: Stretch
    passages: tuple[str, ...]
    kinds: tuple[str, ...]
    made: tuple[tuple[str, str], ...]
    why: str = ""


@dataclass(frozen=True)
class TextCoverage:
    """A text and what a case makes of it.

    Attributes:
        source: Name of the source.
        sentences: Its sentences, in order.
        places: The passages of the case, and where they stand in the text.
    """

    source: str
    sentences: tuple[CoveredSentence, ...]
    places: tuple[PassagePlace, ...]

    def count(self, kind: str) -> int:
        """How many sentences are of a kind."""
        return sum(kind in one.kinds for one in self.sentences)

    @property
    def states(self) -> dict[str, int]:
        """How many passages are found, ambiguous and orphaned."""
        found = Counter(state(one) for one in self.places)
        return {name: found[name] for name in _STATES}


def state(place: PassagePlace) -> str:
    """Whether a passage is found, ambiguous or orphaned."""
    return "found" if place.state in ("same", "moved") else place.state


def covered(case: Case, source: str, text: str, sentences: Sequence[Stretch]) -> TextCoverage:
    """What a case makes of every sentence of a text.

    Passages are found by their digests and never by likeness; one without a digest stands at its
    position in the text that the case has in its folder, and nowhere else.

    Args:
        case: The case.
        source: The name of the source that the text is.
        text: The text as it is now.
        sentences: Its sentences.
    """
    own = [passage for passage in case.passages if passage.source == source]
    positions = [Position(one.name, one.start, one.end, one.sha256) for one in own]
    at_hand = any(one.name == source and one.text == text for one in case.sources)
    found = tuple(
        replace(one, state="same", starts=(one.position.start,))
        if at_hand and one.position.sha256 is None and one.position.end <= len(text)
        else one
        for one in places(positions, text)
    )
    stretches = [
        (one.starts[0], one.starts[0] + one.position.end - one.position.start, one.position.name)
        for one in found
        if state(one) == "found"
    ]
    stretches.sort()
    cited, blank = uses(case), _blank_uses(case)
    outside = {one.name: one.why or one.says for one in own if not one.in_scope}
    lines: list[CoveredSentence] = []
    first = 0
    for place in sentences:
        while first < len(stretches) and stretches[first][1] <= place.start:
            first += 1
        names = _overlapping(stretches, first, place)
        lines.append(_sentence(place, names, cited, blank, outside))
    return TextCoverage(source, tuple(lines), found)


def _overlapping(
    stretches: Sequence[tuple[int, int, str]], first: int, place: Stretch
) -> tuple[str, ...]:
    names: list[str] = []
    for start, end, name in stretches[first:]:
        if start >= place.end:
            break
        if end > place.start:
            names.append(name)
    return tuple(names)


def _blank_uses(case: Case) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in case.blanks:
        for passage in one.passages:
            found.setdefault(passage, []).append(one.name)
    return found


def _sentence(
    place: Stretch,
    names: tuple[str, ...],
    cited: dict[str, tuple[Use, ...]],
    blank: dict[str, list[str]],
    outside: dict[str, str],
) -> CoveredSentence:
    made = [(_made(use), use.name) for name in names for use in cited.get(name, ())]
    made += [("blank", one) for name in names for one in blank.get(name, ())]
    made = list(dict.fromkeys(made))
    kinds = tuple(kind for kind in KINDS if any(kind == one for one, _ in made))
    out = [outside[name] for name in names if name in outside]
    if not kinds and out:
        return CoveredSentence(place, names, ("out of scope",), (), "; ".join(filter(None, out)))
    return CoveredSentence(place, names, kinds or ("uncovered",), tuple(made))


def _made(use: Use) -> str:
    return "forecast" if use.kind == "question" else _KIND.get(use.kind, "mechanism")


def in_words(found: TextCoverage, text: str, *, quote: bool = False) -> str:
    """Totals, then a line a sentence, then the passages that are not found."""
    lines = [totals(found)]
    width = max((len(one.place.name) for one in found.sentences), default=0)
    for one in found.sentences:
        lines.append(f"{one.place.name:<{width}}  {_said(one)}")
        if quote:
            words = " ".join(text[one.place.start : one.place.end].split())
            lines.append(f"{'':<{width}}    {printable(words)}")
    lines.append(_passages(found))
    for place in found.places:
        if state(place) == "ambiguous":
            where = ", ".join(map(str, place.starts[:5]))
            lines.append(f"{place.position.name}: ambiguous, its words stand at {where}")
        elif state(place) == "orphaned":
            reason = "it has no digest" if place.position.sha256 is None else "not in the text"
            lines.append(f"{place.position.name}: orphaned, {reason}")
    return "\n".join(lines)


def totals(found: TextCoverage) -> str:
    """How many sentences are what; a sentence that is several things is counted under each."""
    number = len(found.sentences)
    parts = [
        counted(found.count(kind), _ONE.get(kind, kind), words)
        for kind, words in _PLURAL.items()
        if found.count(kind)
    ]
    return f"{counted(number, 'sentence', 'sentences')}: {', '.join(parts)}"


def _said(one: CoveredSentence) -> str:
    if not one.made:
        return f"{one.kinds[0]}{f': {one.why}' if one.why else ''}"
    by_kind: dict[str, list[str]] = {}
    for kind, name in one.made:
        by_kind.setdefault(kind, []).append(name)
    return "; ".join(f"{kind} {', '.join(names)}" for kind, names in by_kind.items())


def _passages(found: TextCoverage) -> str:
    states = ", ".join(f"{number:,} {name}" for name, number in found.states.items() if number)
    return f"{counted(len(found.places), 'passage', 'passages')}: {states or 'none'}"


def to_json(found: TextCoverage, text: str, *, quote: bool = False) -> dict[str, Any]:
    """The coverage as plain data of schema `schelling.coverage/1`."""
    sentences: list[dict[str, Any]] = []
    for one in found.sentences:
        made = [{"kind": kind, "name": name} for kind, name in one.made]
        row = vars(one.place) | {"passages": list(one.passages), "kinds": list(one.kinds)}
        row |= {"made": made, "why": one.why}
        row["selectors"] = _selectors(one.place, text, quote=quote)
        words = {"words": text[one.place.start : one.place.end]} if quote else {}
        sentences.append(row | words)
    passages = [
        {"name": one.position.name, "state": state(one), "starts": list(one.starts)}
        for one in found.places
    ]
    return {
        "schema": "schelling.coverage/1",
        "source": found.source,
        "counts": {kind: found.count(kind) for kind in KINDS} | {"sentences": len(sentences)},
        "passages": {"states": found.states, "places": passages},
        "sentences": sentences,
    }


def _selectors(place: Stretch, text: str, *, quote: bool) -> list[dict[str, Any]]:
    """The selectors of a W3C Web Annotation; one that quotes only where the text may be quoted."""
    position = {"type": "TextPositionSelector", "start": place.start, "end": place.end}
    if not quote:
        return [position]
    exact = {
        "type": "TextQuoteSelector",
        "exact": text[place.start : place.end],
        "prefix": text[max(place.start - _AROUND, 0) : place.start],
        "suffix": text[place.end : place.end + _AROUND],
    }
    return [position, exact]
