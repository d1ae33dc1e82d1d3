"""What was read of a text, and what was drafted of it, in words and as plain data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from schelling.errors import printable
from schelling.reading.cues.marked import MarkedSentence
from schelling.reading.cues.tables import MARKS
from schelling.reading.documents.document import Document
from schelling.reading.drafting.case_text import DraftedText
from schelling.reading.drafting.loop import Drafting

_PLURAL = {
    "prediction": "predictions",
    "cause": "causes",
    "choice": "choices",
    "quantity": "quantities",
    "condition": "conditions",
    "value": "value judgements",
}
_ONE = {"value": "value judgement"}


def counted(number: int, one: str, many: str) -> str:
    """A number of things.

    Examples:
        >>> counted(1, "claim", "claims"), counted(2000, "claim", "claims")
        ('1 claim', '2,000 claims')
    """
    return f"{number:,} {one if number == 1 else many}"


def summary(document: Document, sentences: Sequence[MarkedSentence], draft: DraftedText) -> str:
    """What was found and drafted, in a few lines."""
    counts = {mark: sum(mark in one.marks for one in sentences) for mark in MARKS}
    marks = [counted(n, _ONE.get(m, m), _PLURAL[m]) for m, n in counts.items() if n]
    found = counted(len(sentences), "sentence", "sentences")
    lines = [f"{document.path.name}: {found}" + (f"; by cue {', '.join(marks)}" if marks else "")]
    if draft.passages < len(sentences):
        few = counted(draft.passages, "passage", "passages")
        lines.append(f"of so long a text only sentences with an entry are written: {few}")
    if draft.more:
        lines.append(f"{counted(draft.more, 'entry', 'entries')} with fewer cues left out")
    lines += [f"not read: {', '.join(document.left_out)}"] if document.left_out else []
    entries = [counted(n, s[:-1], s) for s, n in draft.entries.items()]
    out = [counted(draft.out, "passage", "passages") + " proposed as out of scope"]
    blank = f"drafted, all blank: {', '.join(entries)}" if entries else "no cue, so no entries"
    return "\n".join([*lines, "; ".join([blank, *(out if draft.out else [])])])


def to_json(
    document: Document, sentences: Sequence[MarkedSentence], draft: DraftedText, *, quote: bool
) -> dict[str, Any]:
    """The sentences with their cues, as plain data of schema `schelling.read/1`."""
    return {
        "schema": "schelling.read/1",
        "source": draft.source,
        "file": draft.file,
        "form": document.form,
        "sha256": document.sha256,
        "left_out": list(document.left_out),
        "sentences": [sentence_json(one, quote=quote) for one in sentences],
        "drafted": {**draft.entries, "out_of_scope": draft.out},
    }


def sentence_json(one: MarkedSentence, *, quote: bool) -> dict[str, Any]:
    """A sentence with its place and cues; with its words only if they may be quoted."""
    place = vars(one.place) | ({"words": one.words} if quote else {})
    cues = [
        {"mark": c.mark, "kind": c.kind, "words": c.words}
        | ({} if c.low is None else {"low": c.low, "high": c.high})
        for c in one.cues
    ]
    kinds = (("actor", "actors"), ("place", "places"), ("date", "dates"))
    names = {many: list(one.named(kind)) for kind, many in kinds}
    return {**place, "marks": [m for m in MARKS if m in one.marks], "cues": cues, **names}


def drafted(found: Drafting) -> str:
    """What a command drafted and what was left out, in words."""
    rounds = counted(found.rounds, "round", "rounds")
    lines = [f"drafted by the command in {rounds}: {counted(found.kept, 'entry', 'entries')} kept"]
    for one in found.troubles[:20]:
        where = "answer" if one.entry is None else ".".join(one.entry)
        code = f" [{one.code}]" if one.code else ""
        lines.append(printable(f"  left out: {where}: {one.message}{code}"))
    if len(found.troubles) > 20:
        lines.append(f"  and {len(found.troubles) - 20} more problems")
    return "\n".join(lines)


def drafted_json(found: Drafting) -> dict[str, Any]:
    """The same as plain data."""
    problems = [
        {"entry": None if one.entry is None else ".".join(one.entry), "message": one.message}
        for one in found.troubles
    ]
    return {"rounds": found.rounds, "kept": found.kept, "problems": problems}
