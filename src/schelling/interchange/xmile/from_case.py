"""A case of stocks and flows as an XMILE file.

References:
    OASIS (2015), XML Interchange Language for System Dynamics (XMILE) 1.0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from schelling.case.clock import Clock
from schelling.case.model import Case
from schelling.interchange.foreign import LeftOut
from schelling.interchange.xmile.model_entries import ModelEntry, taken_apart
from schelling.interchange.xmile.write_terms import number

_NAMESPACE = "http://docs.oasis-open.org/xmile/ns/XMILE/v1.0"
_VENDOR = "http://iseesystems.com/XMILE"


@dataclass(frozen=True)
class Exported:
    """A file made of a case.

    Attributes:
        text: The file.
        left_out: What of the case it does not have.
        names: How stocks, variables and assumptions are called in it.
    """

    text: str
    left_out: tuple[LeftOut, ...]
    names: Mapping[str, str]


def exported(case: Case, middles: Mapping[str, float], *, lenient: bool = False) -> Exported:
    """Write a case as XMILE.

    Args:
        case: The checked case.
        middles: The number that stands for each assumption, in its declared unit.
        lenient: Leave out what has no counterpart, and list it.

    Raises:
        CaseError: Something that decides how stocks move has no counterpart.
    """
    model = taken_apart(case, middles, lenient=lenient)
    name = f"<name>{escape(model.title)}</name>"
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<xmile version="1.0" xmlns="{_NAMESPACE}" xmlns:isee="{_VENDOR}">',
        f"<header><vendor>Schelling</vendor><product>Schelling</product>{name}</header>",
        _specs(model.clock),
        "<model><variables>",
        *map(_element, model.entries),
        "</variables></model>",
        "</xmile>",
    ]
    return Exported("\n".join(lines) + "\n", model.left_out, model.names)


def _specs(clock: Clock) -> str:
    step = clock.step / clock.substeps
    save = f' isee:save_interval="{clock.step!r}"' if clock.substeps > 1 else ""
    stop = number(clock.step * clock.steps)
    head = f'<sim_specs method="{clock.method.upper()}" time_units="Weeks"{save}>'
    return f"{head}<start>0</start><stop>{stop}</stop><dt>{step!r}</dt></sim_specs>"


def _element(entry: ModelEntry) -> str:
    inside = f"<eqn>{escape(entry.equation)}</eqn>"
    if entry.inflow:
        inside += f"<inflow>{entry.inflow}</inflow>"
    if entry.above:
        inside += "<non_negative/>"
    if entry.points:
        places, heights = (",".join(map(number, one)) for one in zip(*entry.points, strict=True))
        inside += f"<gf><xpts>{places}</xpts><ypts>{heights}</ypts></gf>"
    if entry.says:
        inside += f"<doc>{escape(entry.says)}</doc>"
    if entry.unit:
        inside += f"<units>{escape(entry.unit)}</units>"
    return f"<{entry.kind} name={quoteattr(entry.name)}>{inside}</{entry.kind}>"
