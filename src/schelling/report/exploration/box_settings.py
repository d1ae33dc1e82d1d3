"""A box as changes of a case: every restricted assumption cut to its part of the box."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from schelling.case.drawn import Correlation
from schelling.case.model import Assumption
from schelling.compile.drawing import cut_priors
from schelling.study.exploring.box_search import Boxes, Limit, MeasuredBox

_SHOWN: Final = 3  # pairs of correlated assumptions


def of_rule(boxes: Boxes, rule: MeasuredBox, by_name: Mapping[str, Assumption]) -> dict[str, str]:
    """What `--set` takes so that all worlds lie in a box, by name of the assumption.

    Args:
        boxes: The result that the box is of; an option it is under is set too.
        rule: The box.
        by_name: Assumptions of the case that was explored.

    Returns:
        The changes; empty where one of them has no words.
    """
    found = {limit.assumption: _text(limit, by_name[limit.assumption]) for limit in rule.limits}
    if boxes.option is not None:
        found |= {name: f"{value:.12g}" for name, value in boxes.option.numbers.items()}
    changes = {name: text for name, text in found.items() if text is not None}
    return changes if len(changes) == len(found) else {}


def by_themselves(changes: Collection[str], correlations: Sequence[Correlation]) -> str:
    """That correlated priors are cut by themselves, as a sentence; empty where none is correlated.

    Examples:
        >>> by_themselves(["cost"], [Correlation("cost", "gain", 0.5, "")]).split(",")[0]
        'Each prior is cut by itself. As cost and gain are correlated'
    """
    tied = [one for one in correlations if {one.first, one.second} & {*changes}]
    if not tied:
        return ""
    pairs = "; ".join(f"{one.first} and {one.second}" for one in tied[:_SHOWN])
    more = " and more" if len(tied) > _SHOWN else ""
    return (
        f"Each prior is cut by itself. As {pairs}{more} are correlated, the worlds are then not "
        "those of the case that lie in the box, and shares may differ from what is said of it."
    )


def _text(limit: Limit, assumption: Assumption) -> str | None:
    if limit.allowed is not None:
        return cut_priors.kept_values(assumption.prior, limit.allowed)
    return cut_priors.cut(assumption.prior, limit.low, limit.high)
