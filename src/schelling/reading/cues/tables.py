"""The cue tables of a language, read from a file and checked."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from schelling.case.file import disk
from schelling.errors import CaseError, Problem, RunError
from schelling.reading.cues.phrases import Phrase, PhrasePart, part, phrase
from schelling.reading.cues.tokens import TextToken

Mark = Literal["prediction", "cause", "choice", "quantity", "condition", "value"]
MARKS: tuple[Mark, ...] = ("prediction", "cause", "choice", "quantity", "condition", "value")
_MOST_BYTES = 200_000
_MOST_LETTERS = 1_000_000
_PREFIX = 4


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class CueRow(_Strict):
    """Phrases that mark a sentence, and the words that they do not count beside.

    Attributes:
        first: Only as the first words of a clause.
        not_first: Not as the first words of a sentence.
        after_comma: Only at the beginning of a sentence, after a comma, or before a whole clause.
        no_capital: Not with a capital letter inside a sentence.
        no_past: Not where the sentence is about something that was.
        no_tale: Not where a sentence tells what happened: with a past tense, and no verb of
            what is, must or may be.
        no_question: Not in a question.
        not_within: Not as the end of one of these phrases.
    """

    mark: Mark
    kind: str
    phrases: list[str]
    not_after: list[str] = []
    not_before: list[str] = []
    first: bool = False
    not_first: bool = False
    after_comma: bool = False
    no_capital: bool = False
    no_past: bool = False
    no_tale: bool = False
    no_question: bool = False
    not_within: list[str] = []


class ScaleRow(_Strict):
    """Words of likelihood and the interval they stand for."""

    phrases: list[str]
    low: float
    high: float


class Scale(_Strict):
    """A published scale of words of likelihood."""

    cited: str
    words: list[ScaleRow]


class Quantities(_Strict):
    """Words of numbers and measures.

    Attributes:
        near: Words before a small number that say that it measures something.
        parts: Words of parts that are also other things, as in `a quarter ended`.
        items: Words that count sentences that begin with them and a comma, as in `Third, ...`.
    """

    words: list[str]
    small: list[str]
    large: list[str]
    units: list[str]
    not_after: list[str]
    not_before: list[str]
    near: list[str] = []
    parts: list[str] = []
    items: list[str] = []


class Dates(_Strict):
    """Words of dates.

    Attributes:
        day_parts: Parts of a day that may follow its name.
        span_words: Words between two days of one month.
    """

    months: list[str]
    days: list[str]
    seasons: list[str]
    season_after: list[str]
    season_not_after: list[str]
    parts: list[str]
    month_after: list[str]
    day_parts: list[str] = []
    span_words: list[str] = []


class NameCues(_Strict):
    """Words around names.

    Attributes:
        adjective_ends: How adjectives made of names end.
        particles: Words in lower case inside names, such as `van`.
        never: Words that no name has.
        never_first: Words that no name has as the first word of a sentence, or before a number.
    """

    place_after: list[str]
    place_nouns: list[str]
    group_nouns: list[str]
    titles: list[str]
    adjective_ends: list[str] = []
    particles: list[str] = []
    never: list[str]
    never_first: list[str] = []
    acts: list[str]


class Tenses(_Strict):
    """Words that tell in which tense a sentence is.

    Attributes:
        past: Forms of the past; others end in one of `ends`.
        ends: Endings of them.
        present: Verbs of what is, must, may or would be.
    """

    past: list[str] = []
    ends: list[str] = []
    present: list[str] = []


class CueFile(_Strict):
    """A cue table as written.

    Attributes:
        classes: Words under a name, which a phrase holds as `@name`.
    """

    language: str
    question_words: list[str] = []
    classes: dict[str, str] = {}
    cue: list[CueRow]
    scale: Scale | None = None
    quantities: Quantities
    dates: Dates
    names: NameCues
    tenses: Tenses = Tenses()


@dataclass(frozen=True)
class CueRule:
    """A phrase of the table, and beside what it does not count.

    Attributes:
        row: The row of the phrase.
        phrase: The phrase.
        not_after: What the word right before it must not fit.
        not_before: Phrases that must not stand right after it.
        not_within: Phrases whose end it must not be.
    """

    row: CueRow
    phrase: Phrase
    not_after: PhrasePart
    not_before: tuple[Phrase, ...]
    not_within: tuple[Phrase, ...] = ()


@dataclass(frozen=True)
class CueTable:
    """The cues of a language.

    Attributes:
        file: As written.
        rules: Its cues, by the words they can begin with: a word, the first letters of one with an
            asterisk behind them, `#` for a number, nothing for any word.
        scale: Phrases of likelihood, the longest first, with their interval.
        abbreviations: Words with a full stop of their own.
    """

    file: CueFile
    rules: dict[str, tuple[CueRule, ...]]
    scale: tuple[tuple[Phrase, float, float], ...]
    abbreviations: frozenset[str]


@functools.cache
def english() -> CueTable:
    """The table of English that comes with the program."""
    text = resources.files("schelling.reading.cues").joinpath("en.toml").read_text("utf-8")
    return _table(tomllib.loads(text))


def known(language: str) -> CueTable:
    """The table of a language that comes with the program.

    Raises:
        RunError: There is none.
    """
    if language != "en":
        message = f"there are no cues for '{language}'; name a file of them with --cues"
        raise RunError(message)
    return english()


def read(path: Path) -> CueTable:
    """A table from a file.

    Raises:
        CaseError: It is no cue table.
    """
    given = disk.read(path, _MOST_BYTES)
    if isinstance(given, Problem):
        raise CaseError((given,), given.message)
    try:
        return _table(tomllib.loads(given.content))
    except (tomllib.TOMLDecodeError, ValidationError, ValueError, RecursionError) as error:
        first = str(error).splitlines()
        where = "; ".join(line.strip() for line in first[:3])
        message = f"'{path}' is no table of cues: {where}"
        problem = Problem("E127", message, path=path)
        raise CaseError((problem,), f"{message} [E127]") from error


def _table(data: dict[str, Any]) -> CueTable:
    file = CueFile.model_validate(data)
    rules: dict[str, list[CueRule]] = {}
    classes = {f"@{name}": words for name, words in file.classes.items()}
    size = 0
    for row in file.cue:
        lists = [
            [_with_classes(words, classes) for words in some]
            for some in (row.phrases, row.not_before, row.not_within)
        ]
        size += sum(len(words) for some in lists for words in some)
        if size > _MOST_LETTERS:
            message = f"its classes make it longer than {_MOST_LETTERS:,} letters"
            raise ValueError(message)
        phrases, before, within = (tuple(map(phrase, some)) for some in lists)
        after = part(row.not_after)
        for one in phrases:
            rule = CueRule(row, one, after, before, within)
            for word in one.parts[0].words:
                rules.setdefault(_starts(word), []).append(rule)
    scale = [
        (phrase(words), row.low, row.high)
        for row in (file.scale.words if file.scale else ())
        for words in row.phrases
    ]
    scale.sort(key=lambda one: -len(one[0].parts))
    dotted = (*file.dates.months, *file.names.titles, *file.names.group_nouns)
    dotted = (*dotted, *file.names.never, *file.quantities.not_after, "a.m.", "p.m.", "vs.", "St.")
    abbreviations = frozenset(word.lower() for word in dotted if word.endswith("."))
    kept = {word: tuple(many) for word, many in rules.items()}
    return CueTable(file, kept, tuple(scale), abbreviations)


def _with_classes(written: str, classes: dict[str, str]) -> str:
    """A phrase with the words of its classes in their places.

    Raises:
        ValueError: It names a class that the table does not have.
    """
    if "@" not in written:
        return written
    parts = [[classes.get(word, word) for word in part.split("|")] for part in written.split()]
    unknown = [word for part in parts for word in part if word.startswith("@")]
    if unknown:
        message = f"there is no class '{unknown[0][1:]}'"
        raise ValueError(message)
    return " ".join("|".join(part) for part in parts)


def _starts(word: str) -> str:
    """The key under which a rule stands that begins with a word of the table."""
    if word == "_":
        return ""
    return f"{word[: min(_PREFIX, len(word) - 1)]}*" if word.endswith("*") else word


def starting(table: CueTable, token: TextToken) -> Iterator[CueRule]:
    """The rules that can begin with a token."""
    low, rules = token.low, table.rules.get
    yield from rules(low, ())
    for size in range(1, min(_PREFIX, len(low)) + 1):
        yield from rules(f"{low[:size]}*", ())
    if token.number:
        yield from rules("#", ())
    yield from rules("", ())
