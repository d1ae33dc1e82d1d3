"""What solves an equation in a model, as an unknown of a case."""

from __future__ import annotations

from schelling.case.language.parsing.printer import show
from schelling.interchange.case_text import Values, quoted
from schelling.interchange.stockflow.here import Here
from schelling.interchange.stockflow.model import Quantity
from schelling.interchange.stockflow.terms import Ref
from schelling.interchange.stockflow.translate import Translator

WHY = "The price at which all together want what there is."


def written(
    quantity: Quantity, here: Here, translator: Translator
) -> tuple[dict[str, Values], dict[str, str]]:
    """Its keys: those with expressions, and those with text that needs no quotes.

    Args:
        quantity: What solves its only equation; each of its elements has one that looks the same.
        here: Where it is read.
        translator: Of the model.
    """
    term = next(iter(quantity.equations.values())).term
    assert term is not None
    ends = (translator.number(Ref(one), here) for one in quantity.between)
    between = ", ".join(quoted(show(end)) for end in ends)
    return {"where": translator.truth(term, here)}, {"between": f"[{between}]"}
