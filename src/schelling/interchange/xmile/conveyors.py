"""What an XMILE file says of a conveyor and of the flows that leak from it.

References:
    OASIS (2015), XML Interchange Language for System Dynamics (XMILE) 1.0, sections 3.7.2, 4.2.1
    and 4.3.
"""

from __future__ import annotations

from schelling.interchange.foreign import Findings
from schelling.interchange.stockflow.model import Conveyor
from schelling.interchange.stockflow.terms import Num, Term
from schelling.interchange.xmile import equations
from schelling.interchange.xml_tree import Element

_ATTRIBUTES = ("discrete", "batch_integrity", "one_at_a_time", "exponential_leak", "isee:fifo")
"""Those read. In which order things leave makes no difference while the transit time is fixed."""
_SPREAD = "isee:spreadflow"
_AT_THE_BEGINNING = ("", "beginning", "begin", "start", "false")


def conveyor(element: Element, name: str, findings: Findings) -> Conveyor | None:
    """What makes a stock a conveyor; None where it is none, or has no transit time."""
    found = element.first("conveyor")
    if found is None:
        return None
    for child in found.children:
        # a transit time that is fixed can be sampled at any time
        if child.tag not in ("len", "capacity", "in_limit", "sample") and ":" not in child.tag:
            why = "this part of a conveyor is not read here"
            findings.skip("E903", f"<{child.tag}> of the conveyor '{name}'", why, child.line)
    for attribute in found.attributes:
        if attribute not in _ATTRIBUTES and _flag(found, attribute):
            what = f"{attribute}='true' of the conveyor '{name}'"
            findings.skip("E903", what, "this is not read here", found.line)
    transit, capacity, in_limit = (
        term(found.first(tag), name, findings) for tag in ("len", "capacity", "in_limit")
    )
    if transit is None:
        findings.refuse("E903", f"the conveyor '{name}' has no transit time", found.line)
        return None
    return Conveyor(
        transit,
        exponential=_flag(found, "exponential_leak"),
        capacity=_unless_infinite(capacity),
        in_limit=_unless_infinite(in_limit),
        discrete=_flag(found, "discrete"),
        one_at_a_time=found.attributes.get("one_at_a_time", "").strip().lower() != "false",
        whole_batches=_flag(found, "batch_integrity"),
    )


def leak_zone(element: Element, findings: Findings) -> tuple[float, float] | None:
    """From which share of a conveyor on, and to which, a flow leaks; None where it does not."""
    name = element.attributes.get("name", "")
    spread = element.attributes.get(_SPREAD, "").strip().lower()
    if spread not in _AT_THE_BEGINNING:
        why = "what enters a conveyor enters it at its beginning here"
        findings.skip("E903", f"{_SPREAD}='{spread}' of '{name}'", why, element.line)
    if element.first("leak") is None:
        return None
    zone = tuple(_share(element, f"leak_{end}", n) for n, end in enumerate(("start", "end")))
    start, end = (0.0 if one is None else one for one in zone)
    if None in zone or not 0 <= start < end <= 1:
        message = f"'{name}' leaks from a zone that does not begin and end between 0 and 1"
        findings.refuse("E903", message, element.line)
        return 0.0, 1.0
    return start, end


def says_a_fraction(element: Element) -> bool:
    """Whether the fraction that leaks stands in `leak` itself, and not in the equation."""
    found = element.first("leak")
    return found is not None and bool(equations.bare(found.text))


def term(element: Element | None, name: str, findings: Findings) -> Term | None:
    """What an element says in its text; None where it says nothing."""
    if element is None or not equations.bare(element.text):
        return None
    try:
        return equations.parse(element.text)
    except equations.NotAnEquation as error:
        message = f"the equation of '{name}' cannot be read: {error}"
        findings.refuse("E904", message, element.line)
        return Num(0.0)


def _flag(element: Element, attribute: str) -> bool:
    return element.attributes.get(attribute, "").strip().lower() == "true"


def _share(element: Element, attribute: str, default: int) -> float | None:
    try:
        return float(element.attributes.get(attribute, "").strip() or default)
    except ValueError:
        return None


def _unless_infinite(limit: Term | None) -> Term | None:
    """A limit, unless it is as high as tools write one that is none."""
    infinite = getattr(limit, "name", "") in ("inf", "infinity")
    return None if infinite else limit
