"""Stocks, flows and auxiliaries of an XMILE file.

References:
    OASIS (2015), XML Interchange Language for System Dynamics (XMILE) 1.0, sections 4.1 to 4.5.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from schelling.interchange.foreign import Findings
from schelling.interchange.stockflow.model import PLACE, ElementEquation, Quantity
from schelling.interchange.stockflow.terms import Ref, Term, key, rebuilt, walk
from schelling.interchange.xmile import conveyors, equations, graphs
from schelling.interchange.xml_tree import Element

KINDS = ("stock", "flow", "aux")

_SHOWN = frozenset(("format", "range", "scale", "display", "doc", "units", "event_poster"))
_READ = frozenset(
    (
        *("eqn", "init_eqn", "inflow", "outflow", "non_negative", "gf", "dimensions", "element"),
        *("conveyor", "leak", "queue", "overflow"),
    )
)
_ONCE = frozenset(("eqn", "init_eqn", "gf", "dimensions", "conveyor", "non_negative"))
_NEVER = {
    "oven": "a case has no ovens",
    "leak_integers": "only a stream is carried, and no whole units",
    "mathml": "equations are read from 'eqn'",
}
_SELF = Ref("self")
_TWICE = "it is given more than once, and which one is meant is not known"
_FIRST = "the first is taken"


@dataclass(frozen=True)
class Defaults:
    """What `behavior` says of everything of a kind.

    Attributes:
        stocks: Whether stocks are kept from falling below 0.
        flows: Whether flows are.
    """

    stocks: bool = False
    flows: bool = False


def behavior(*places: Element | None) -> Defaults:
    """What the elements `behavior` of a file and, within it, of a model say.

    The innermost that says anything of a kind decides (XMILE, section 2.6).
    """
    stocks = flows = False
    for place in places:
        found = None if place is None else place.first("behavior")
        if found is not None:
            stocks = _said(found, "stock", stocks)
            flows = _said(found, "flow", flows)
    return Defaults(stocks, flows)


def _said(found: Element, tag: str, outer: bool) -> bool:
    """What a `behavior` says of a kind: of it alone, else of all, else what was said before."""
    for place in (*found.all(tag), found):
        if place.first("non_negative") is not None:
            return _flag(place)
    return outer


def _flag(place: Element) -> bool:
    found = place.first("non_negative")
    return found is not None and found.text.strip().lower() != "false"


def quantity(element: Element, defaults: Defaults, findings: Findings) -> Quantity:
    """Read one stock, flow or auxiliary; what is wrong goes to the findings."""
    name = element.attributes.get("name", "")
    _elements(element, name, findings)
    dims = element.first("dimensions")
    default = {"stock": defaults.stocks, "flow": defaults.flows}.get(element.tag, False)
    own = element.first("non_negative") is not None
    return Quantity(
        kind=element.tag,
        name=name,
        dims=tuple(key(d.attributes.get("name", "")) for d in dims.all("dim")) if dims else (),
        equations=_equations(element, name, bool(dims and dims.children), findings),
        inflows=_flows(element, "inflow"),
        outflows=_flows(element, "outflow"),
        non_negative=_flag(element) if own else default,
        conveyor=conveyors.conveyor(element, name, findings),
        queue=element.first("queue") is not None,
        leak=conveyors.leak_zone(element, findings),
        overflow=element.first("overflow") is not None,
        units=" ".join(element.words("units").split()),
        doc=" ".join(element.words("doc").split()),
        line=element.line,
    )


def _elements(element: Element, name: str, findings: Findings) -> None:
    """Everything in it is known, or skipped by name."""
    if not key(name):
        findings.refuse("E903", f"a {element.tag} without a name", element.line)
    _again(element, name, findings)
    for child in element.children:
        tag = child.tag
        known = tag in _SHOWN or tag in _READ or ":" in tag
        if not known:
            why = _NEVER.get(tag, "this element is not read here")
            findings.skip("E903", f"<{tag}> of '{name}'", why, child.line)


def _again(element: Element, name: str, findings: Findings) -> None:
    """Skip by name what stands in an element more than once."""
    for child in _repeated(element):
        findings.skip("E903", f"<{child.tag}> of '{name}'", _TWICE, child.line, _FIRST)


def _repeated(element: Element) -> list[Element]:
    """What may stand once and stands again, and flows that are named again."""
    seen: set[tuple[str, str]] = set()
    again: list[Element] = []
    for child in element.children:
        flow = key(child.text.strip().strip('"')) if child.tag in ("inflow", "outflow") else ""
        if child.tag in _ONCE or flow:
            again += [child] if (child.tag, flow) in seen else []
            seen.add((child.tag, flow))
    return again


def _flows(element: Element, tag: str) -> tuple[str, ...]:
    found = (key(child.text.strip().strip('"')) for child in element.all(tag))
    return tuple(dict.fromkeys(found))


def _equations(
    element: Element, name: str, arrayed: bool, findings: Findings
) -> dict[tuple[str, ...], ElementEquation]:
    found: dict[tuple[str, ...], ElementEquation] = {}
    if arrayed and "," in element.words("eqn"):
        found = _listed(element, name, findings)
    own = None if found else _equation(element, name, findings)
    if own is not None:
        found[()] = own
    for part in element.all("element"):
        subscript = part.attributes.get("subscript", "")
        whole = f"{name}[{subscript}]"
        _again(part, whole, findings)
        one, place = _equation(part, whole, findings), tuple(map(key, subscript.split(",")))
        if place in found:
            findings.skip("E903", f"<element> '{whole}'", _TWICE, part.line, _FIRST)
        elif one is not None:
            found[place] = _with_what_is_common(one, found.get(()), whole, findings)
    return {place: _of_itself(one, name, place) for place, one in _of_all(found).items()}


def _of_itself(one: ElementEquation, name: str, place: tuple[str, ...]) -> ElementEquation:
    """An equation in which `SELF` is the variable: of an element, that element."""
    listed = any(sub.startswith(PLACE) for sub in place)
    own = Ref(key(name), () if listed else tuple(map(Ref, place)))

    def renamed(term: Term) -> Term:
        return own if term == _SELF else rebuilt(term, renamed)

    if one.term is None or _SELF not in walk(one.term):
        return one
    return replace(one, term=renamed(one.term))


def _with_what_is_common(
    one: ElementEquation, common: ElementEquation | None, whole: str, findings: Findings
) -> ElementEquation:
    """An element's equation, with the curve or the equation that is given once for all of them."""
    if common is None:
        return one
    if one.term is None:
        return replace(one, term=common.term, initial=one.initial or common.initial)
    if one.graph is None and common.graph is not None:
        if common.term is None:
            return replace(one, graph=common.graph)
        why = "whether the curve of all elements is meant for its own equation is not known"
        findings.skip("E903", f"<element> '{whole}'", why, one.line, "it is taken without")
    return one


def _of_all(
    found: dict[tuple[str, ...], ElementEquation],
) -> dict[tuple[str, ...], ElementEquation]:
    """Without a curve for all where every equation stands with an element, which has it by now."""
    common = found.get(())
    if common is None or common.term is not None or all(one.term is None for one in found.values()):
        return found
    return {place: one for place, one in found.items() if place}


def _listed(
    element: Element, name: str, findings: Findings
) -> dict[tuple[str, ...], ElementEquation]:
    """The equations of `1, 2, 3`, one for each element in turn, under their numbers from 1."""
    where = element.first("eqn") or element
    try:
        terms = equations.parse_list(where.text)
    except equations.NotAnEquation as error:
        message = f"the equation of '{name}' cannot be read: {error}"
        findings.refuse("E904", message, where.line)
        return {}
    if len(terms) == 1:
        return {}
    return {
        (f"{PLACE}{n + 1}",): ElementEquation(one, line=where.line) for n, one in enumerate(terms)
    }


def _equation(element: Element, name: str, findings: Findings) -> ElementEquation | None:
    """What one element is; None where nothing is said of it."""
    graph = element.first("gf")
    fraction = element.first("leak") if conveyors.says_a_fraction(element) else None
    given = (fraction or element.first("eqn"), element.first("init_eqn"))
    term, initial = (conveyors.term(one, name, findings) for one in given)
    read = graphs.graph(graph, name, findings) if graph is not None else None
    if term is None and read is None:
        return None
    where = element.first("eqn") or element
    return ElementEquation(term, read, initial, where.line)
