"""Which definitions the cues of a sentence propose, all of them blank."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from schelling.case.language.inferring.machines import PHASE
from schelling.case.language.words.prior_words import DISTRIBUTIONS
from schelling.case.language.words.vocabulary import FUNCTIONS, KEYWORDS, RESERVED
from schelling.case.model import CHANCE
from schelling.case.schema.blanks import FORMAL
from schelling.case.schema.game_parts import BRANCH_KEYS, CELL_KEYS
from schelling.reading.cues.marked import MarkedSentence
from schelling.reading.cues.marks import Cue

_ORDER: Final = ("assumptions", "variables", "games", "claims")
_MOST_ACTORS: Final = 40
MOST_ENTRIES: Final = 2_000
"""Of a draft; nobody completes so many."""


@dataclass(frozen=True)
class Proposal:
    """A definition that a sentence proposes.

    Attributes:
        section: Where it belongs.
        name: Its name, made of the passage's.
        passage: The name of the passage.
        blanks: The keys to be written.
        because: The cues that propose it.
    """

    section: str
    name: str
    passage: str
    blanks: tuple[str, ...]
    because: tuple[Cue, ...]


@dataclass(frozen=True)
class Proposals:
    """What a text proposes.

    Attributes:
        entries: Definitions, section by section.
        out: Passages proposed as out of scope, as judgements of value alone.
        actors: Named actors by the name of their definition, the most often named first.
        more: How many further definitions there are, of a long text, that have fewer cues.
    """

    entries: tuple[Proposal, ...]
    out: frozenset[str]
    actors: dict[str, str]
    more: int = 0


def proposals(sentences: Sequence[MarkedSentence]) -> Proposals:
    """What the cues of a text propose.

    A prediction or a condition proposes a claim, a choice a game, a cause a variable unless the
    sentence is one of these, a number an assumption. A judgement of value without any of them is
    proposed as out of scope.

    Args:
        sentences: The marked sentences.
    """
    found = [one for sentence in sentences for one in _of(sentence)]
    best = sorted(range(len(found)), key=lambda place: -len(found[place].because))[:MOST_ENTRIES]
    chosen = [found[place] for place in sorted(best)]
    kept = [one for section in _ORDER for one in chosen if one.section == section]
    out = {one.place.name for one in sentences if set[str](one.marks) == {"value"}}
    return Proposals(tuple(kept), frozenset(out), _actors(sentences), len(found) - len(kept))


def _of(sentence: MarkedSentence) -> list[Proposal]:
    marks = sentence.marks
    sections = ["games"] if "choice" in marks else []
    if "prediction" in marks or ("condition" in marks and not sections):
        sections.append("claims")
    if "cause" in marks and not sections:
        sections.append("variables")
    if "quantity" in marks:
        sections.append("assumptions")
    return [_proposal(sentence, section) for section in sections]


def _proposal(sentence: MarkedSentence, section: str) -> Proposal:
    passage = sentence.place.name
    letter = {"games": "g", "claims": "c", "variables": "v", "assumptions": "a"}[section]
    name = f"{letter}_{passage.lower().replace('.', '_')}"
    blanks = FORMAL[section][:1]
    if section == "claims" and "condition" in sentence.marks:
        blanks = ("holds", "given")
    return Proposal(section, name, passage, blanks, sentence.cues)


def _actors(sentences: Sequence[MarkedSentence]) -> dict[str, str]:
    counts: dict[str, int] = {}
    for sentence in sentences:
        for name in sentence.named("actor"):
            counts[name] = counts.get(name, 0) + 1
    often = sorted(counts, key=lambda name: -counts[name])[:_MOST_ACTORS]
    found: dict[str, str] = {}
    for name in often:
        key = identifier(name)
        if key and not any(_same(key, other) for other in found):
            found[key] = name
    return found


def identifier(name: str) -> str:
    """A name of the language for a name in a text; empty where none can be made.

    Examples:
        >>> identifier("Prime Minister Sorel"), identifier("@NorrlandPaper"), identifier("一")
        ('prime_minister_sorel', 'norrlandpaper', '')
    """
    made = re.sub(r"[^a-z0-9]+", "_", name.lower().removeprefix("the ")).strip("_")[:70]
    words = (RESERVED, KEYWORDS, DISTRIBUTIONS, FUNCTIONS, BRANCH_KEYS, CELL_KEYS, (CHANCE, PHASE))
    made = f"{made}_" if any(made in known for known in words) else made
    return made if made[:1].isalpha() else ""


def _same(one: str, other: str) -> bool:
    return one.replace("_", "") == other.replace("_", "")
