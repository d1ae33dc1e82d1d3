"""What a model draws anew at every step, as the states of a population of one agent."""

from __future__ import annotations

from schelling.case.language.parsing.printer import show
from schelling.case.language.parsing.syntax import Clause, Expression, Index, Name, Reduction
from schelling.interchange.case_text import WrittenLine, quoted
from schelling.interchange.stockflow.here import Here
from schelling.interchange.stockflow.model import Quantity
from schelling.interchange.stockflow.spelling import Spelling

_WHY = "Random numbers of the model, drawn anew at every step; its seeds are not kept."


class Draws:
    """Keeps the draws of a model; each element of a quantity has its own.

    Args:
        spelling: Gives names.
    """

    def __init__(self, spelling: Spelling) -> None:
        self.spelling = spelling
        self._rules: dict[tuple[int, tuple[str, ...]], tuple[str, Expression]] = {}

    def of(self, number: int, rule: Expression, here: Here, owner: Quantity) -> Expression:
        """What reads a draw.

        Args:
            number: Of the draw in the model: two places that read it have the same.
            rule: How it is drawn.
            here: Where it is read.
            owner: Whose equation reads it.
        """
        members = tuple(member for _, member in (*here.members, *here.wild.items()))
        known = self._rules.get((number, members))
        if known is None:
            wish = f"draw of {owner.scope} {owner.name} {' '.join(members)}".replace("#", " ")
            known = self.spelling.of(f"draw {number} {members}", wish), rule
            self._rules[number, members] = known
        letter = self.spelling.of("the agent of the draws", "one")
        drawn = Index(known[0], (Name(letter),))
        return Reduction("mean", drawn, (Clause(letter, Name(self._population)),))

    @property
    def _population(self) -> str:
        return self.spelling.of("the population of the draws", "draws")

    def lines(self) -> list[WrittenLine]:
        """The population, if anything is drawn."""
        rules = ((name, quoted(show(rule))) for name, rule in self._rules.values())
        states = "".join(f"\n      {name}: {{start: {r}, next: {r}}}" for name, r in rules)
        if not states:
            return []
        return [WrittenLine(self._population, {}, {"why": _WHY}, {"size": "1", "states": states})]
