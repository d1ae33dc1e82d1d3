"""XMILE as Vensim writes it: functions have Vensim's meaning, also where XMILE has one of the name.

`PULSE(4, 2)` is 1 from 4 to 6 there, and a quantity of 4 at time 2 in XMILE.

References:
    Ventana Systems, Vensim Reference Manual, chapter on functions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from schelling.interchange.stockflow import vensim_functions
from schelling.interchange.stockflow.model import (
    ElementEquation,
    Macro,
    Quantity,
    StockFlow,
    Submodel,
)
from schelling.interchange.stockflow.terms import Fn, Term, rebuilt
from schelling.interchange.xml_tree import Element

Equations = Mapping[tuple[str, ...], ElementEquation]


def is_of_vensim(header: Element | None) -> bool:
    """Whether the header of a file says that Vensim wrote it."""
    return header is not None and header.words("vendor").lower().startswith("ventana")


def translated(model: StockFlow) -> StockFlow:
    """A model whose calls of functions have the meaning that Vensim gives them."""
    models = {name: _submodel(one) for name, one in model.models.items()}
    macros = {name: _macro(one) for name, one in model.macros.items()}
    return replace(model, root=_submodel(model.root), models=models, macros=macros)


def _macro(macro: Macro) -> Macro:
    quantities = tuple(map(_quantity, macro.quantities))
    defaults = {name: _term(one) for name, one in macro.defaults.items()}
    return replace(macro, result=_term(macro.result), quantities=quantities, defaults=defaults)


def _submodel(model: Submodel) -> Submodel:
    return replace(model, quantities=tuple(map(_quantity, model.quantities)))


def _quantity(quantity: Quantity) -> Quantity:
    equations, change = _equations(quantity.equations), _equations(quantity.change)
    return replace(quantity, equations=equations, change=change)


def _equations(given: Equations) -> dict[tuple[str, ...], ElementEquation]:
    return {
        element: replace(one, term=_if_any(one.term), initial=_if_any(one.initial))
        for element, one in given.items()
    }


def _if_any(term: Term | None) -> Term | None:
    return None if term is None else _term(term)


def _term(term: Term) -> Term:
    found = rebuilt(term, _term)
    if isinstance(found, Fn):
        return vensim_functions.built(found.name, found.args) or found
    return found
