"""Drafting with a command: it is asked, its answer is checked, and it is told what is wrong.

The loop ends when nothing is wrong or the rounds are over. Entries that are wrong then are left
out; in their place the blanks of the cues stay. What comes out is a case without problems.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Any, Final

from schelling.case import check
from schelling.case.file import disk
from schelling.case.schema import json_schema
from schelling.errors import Problem
from schelling.reading.cues.marked import MarkedSentence
from schelling.reading.documents.document import Document
from schelling.reading.drafting import answers, case_text
from schelling.reading.drafting.answers import AnsweredEntry, AnswerFile, DraftAnswer, Trouble
from schelling.reading.drafting.case_text import Answered, DraftedText
from schelling.reading.drafting.proposed import Proposals

TASK: Final = (
    "Draft entries of a case from the sentences of a text. Answer with one JSON object of the form "
    "of answer_schema and nothing else. Each entry rests on the passages under 'from' and quotes a "
    "phrase of one of them. State what the author claims; add nothing that the text does not say, "
    "and take no side. Judgements of value are passages with scope out. If there are problems, "
    "answer again with all entries, these corrected."
)
_MOST_CHECKS: Final = 20
"""How often the case is checked while entries with problems are left out."""
_KEPT: Final = ("assumptions", "stocks", "variables", "events", "games", "claims", "premises")


@dataclass(frozen=True)
class Material:
    """What a draft is made of.

    Attributes:
        document: The text.
        sentences: Its marked sentences.
        proposals: What their cues propose.
        title: What the case is called.
        quote: Whether words are added as comments.
    """

    document: Document
    sentences: Sequence[MarkedSentence]
    proposals: Proposals
    title: str = ""
    quote: bool = False

    def written(self, answered: Answered = case_text.NOTHING) -> DraftedText:
        """The draft as a case file."""
        return case_text.written(
            self.document,
            self.sentences,
            self.proposals,
            title=self.title,
            quote=self.quote,
            answered=answered,
        )


@dataclass(frozen=True)
class Drafting:
    """What came of drafting with a command.

    Attributes:
        draft: The draft.
        rounds: How often the command was asked.
        kept: How many of its entries are in the draft.
        troubles: What was wrong with the last answer; entries with trouble are left out.
    """

    draft: DraftedText
    rounds: int
    kept: int
    troubles: tuple[Trouble, ...]


def draft(
    material: Material, ask: Callable[[bytes], bytes], by: str, path: Path, *, rounds: int
) -> Drafting:
    """Draft with a command.

    Args:
        material: What the draft is made of.
        ask: Gives an answer to a request.
        by: What drafts, as its entries are marked.
        path: Where the case is going to stand; nothing is written.
        rounds: How often it is asked at most.

    Returns:
        The draft.

    Raises:
        RunError: The command failed.
    """
    words = {one.place.name: one.words for one in material.sentences}
    answer, troubles, asked = DraftAnswer(), list[Trouble](), 0
    for number in range(1, rounds + 1):
        asked = number
        given = ask(request(material, troubles, number, rounds))
        answer, troubles = answers.read(given, words)
        troubles += _problems(material, answer, by, path)[0]
        if not troubles:
            break
    return _kept(material, answer, by, path, (asked, troubles))


def _kept(
    material: Material, answer: DraftAnswer, by: str, path: Path, past: tuple[int, list[Trouble]]
) -> Drafting:
    """The draft with every entry that is sound, which may take away the ground of others.

    One check leaves out all entries with problems, and so those that read them in the next. Where
    entries wait on each other in a longer line than there are checks, none of them is kept.
    """
    for _ in range(_MOST_CHECKS - 1):
        wrong, text = _problems(material, answer, by, path)
        if not wrong:
            kept = len(answer.entries)
            return Drafting(text, past[0], kept, tuple(past[1]))
        odd = {one.entry for one in wrong if one.entry is not None}
        if odd:
            left = {key: entry for key, entry in answer.entries.items() if key not in odd}
            answer = replace(answer, entries=left)
        else:
            answer = replace(answer, shared={}) if answer.shared else DraftAnswer()
    message = f"entries still have problems after {_MOST_CHECKS} checks, so none is kept"
    text = _problems(material, DraftAnswer(), by, path)[1]
    return Drafting(text, past[0], 0, (*past[1], Trouble(None, message)))


def _problems(
    material: Material, answer: DraftAnswer, by: str, path: Path
) -> tuple[list[Trouble], DraftedText]:
    """What is wrong with the case that an answer makes, entry by entry."""
    entries = {key: _words(entry, by) for key, entry in answer.entries.items()}
    passages = {key: tuple(entry.from_) for key, entry in answer.entries.items()}
    text = material.written(Answered(entries, passages, answer.shared))
    if text.is_too_large and answer.entries:
        return [Trouble(None, "the draft is larger than a case file may be")], text
    with disk.showing({path.resolve(): text.text}):
        checked = check.check(path)
    lines = text.text.split("\n")
    found = [_trouble(one, lines, answer) for one in checked.problems]
    return (found if answer.entries or answer.shared else []), text


def _words(entry: AnsweredEntry, by: str) -> str:
    """The words between the braces of an entry."""
    pairs: dict[str, Any] = {"from": entry.from_} if entry.section != "passages" else {}
    if entry.section == "actors":
        return (
            case_text.flow_pairs(entry.definition | ({"says": entry.says} if entry.says else {}))
            or f"name: {case_text.flow(entry.name)}"
        )
    pairs |= {"drafted": by} | ({"says": entry.says} if entry.says else {})
    return case_text.flow_pairs(pairs | entry.definition)


def _trouble(problem: Problem, lines: Sequence[str], answer: DraftAnswer) -> Trouble:
    """A problem of the case as one of the entry that stands on its line."""
    entry = None
    if problem.span is not None:
        section = ""
        for line in lines[: problem.span.line]:
            if line[:1].isalpha():
                section = line.split(":", 1)[0]
        name = lines[problem.span.line - 1].strip().split(":", 1)[0].strip('"')
        entry = (section, name) if (section, name) in answer.entries else None
    return Trouble(entry, problem.message, problem.code, problem.reason, problem.hint)


def request(material: Material, troubles: Sequence[Trouble], number: int, rounds: int) -> bytes:
    """What a command is asked, as JSON of schema `schelling.drafting/1`."""
    language = resources.files("schelling.reading.drafting").joinpath("language.txt")
    whole = json_schema.json_schema()
    known = {key: whole["properties"][key] for key in _KEPT}
    data = {
        "schema": "schelling.drafting/1",
        "task": TASK,
        "round": number,
        "rounds": rounds,
        "source": case_text.source_name(material.document.path),
        "sentences": [_sentence(one) for one in material.sentences],
        "language": language.read_text("utf-8"),
        "case_schema": {"properties": known, "$defs": whole["$defs"]},
        "answer_schema": AnswerFile.model_json_schema(by_alias=True),
        "problems": [
            {
                "entry": None if one.entry is None else ".".join(one.entry),
                "code": one.code,
                "message": one.message,
                "reason": one.reason,
                "hint": one.hint,
            }
            for one in troubles
        ],
    }
    return json.dumps(data, ensure_ascii=False).encode("utf-8", "replace")


def _sentence(one: MarkedSentence) -> dict[str, Any]:
    cues = [
        {"mark": cue.mark, "words": cue.words}
        | ({} if cue.low is None else {"low": cue.low, "high": cue.high})
        for cue in one.cues
    ]
    kinds = (("actor", "actors"), ("place", "places"), ("date", "dates"))
    names = {many: list(one.named(kind)) for kind, many in kinds}
    return {"passage": one.place.name, "words": one.words, "cues": cues, **names}
