"""The record so far: how often "no change" was right before a window opened.

Persistence is certain, 0 or 1. The record turns it into a probability: of the topics whose windows
had closed before this window opened, in how many was the answer the one of no change, with
Jeffreys' prior. Only closed windows count, since a yes can be known early and a no cannot.
"""

from __future__ import annotations

from collections.abc import Mapping

from schelling.case.model import Case, Question
from schelling.forecast import baselines
from schelling.study.scoring.score_board import RETROSPECTIVE, SCORED, Settled
from schelling.study.scoring.topics import Topic, topic


def before(case: Case, question: Question, settled: Mapping[str, Settled]) -> baselines.Rate | None:
    """How often "no change" was right on the topics that were over when a window opened.

    Args:
        case: The case.
        question: One of its questions.
        settled: Where each question stands.

    Returns:
        The rate as a distribution; None when no window had closed before.
    """
    last: dict[Topic, tuple[Question, bool]] = {}
    for other in case.questions:
        right = _right(other, settled[other.name])
        if right is None or other.superseded or other.closes >= question.opens:
            continue
        key = topic(other)
        if key not in last or other.closes > last[key][0].closes:
            last[key] = (other, right)
    if not last:
        return None
    return baselines.reference_class(sum(right for _, right in last.values()), len(last))


def _right(question: Question, stands: Settled) -> bool | None:
    """Whether the answer is the one of no change; None where either is not known."""
    unchanged, outcome = question.persistence, stands.outcome
    if stands.status not in (SCORED, RETROSPECTIVE) or outcome is None:
        return None
    if not isinstance(unchanged, float) or outcome.status not in ("yes", "no"):
        return None
    if unchanged == baselines.COIN:
        return None
    return (unchanged > baselines.COIN) == (outcome.status == "yes")
