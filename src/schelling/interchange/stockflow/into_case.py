"""A stock-flow model as the text of a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from schelling.case import check
from schelling.case.file import disk
from schelling.interchange import case_text
from schelling.interchange.foreign import Findings, LeftOut, UnreadableFile
from schelling.interchange.stockflow.flat import flatten
from schelling.interchange.stockflow.model import StockFlow
from schelling.interchange.stockflow.remember import WrittenOut
from schelling.interchange.stockflow.to_case import CaseMaker, Named


@dataclass(frozen=True)
class Imported:
    """A case made of another tool's file.

    Attributes:
        text: The case, as YAML.
        left_out: What of the file it does not have.
        named: How things of the file are called in it.
        beside: What stands in each table beside the case, by its name.
    """

    text: str
    left_out: tuple[LeftOut, ...]
    named: Named
    beside: Mapping[str, str] = field(default_factory=dict[str, str])


def made(model: StockFlow, findings: Findings) -> Imported:
    """A case of a model that was read from a file.

    Raises:
        CaseError: Something in it cannot be carried.
    """
    try:
        flat = flatten(model, findings)
        written_out = WrittenOut(flat)
        written_out.all()
        findings.close()
        head = (f"Made of {findings.path.name}. Constants of the model are assumptions here;",)
        head += ("give them priors, and add claims about what follows.",)
        drawn = written_out.drawn > 0
        maker = CaseMaker(flat, model.title, model.doc, head, every_step=drawn)
        written = maker.case()
        findings.close()
    except UnreadableFile:
        raise findings.error() from None
    except RecursionError:
        message = "definitions are nested too deep in each other"
        findings.refuse("E902", message, 0, hint="name the parts of long equations")
        raise findings.error() from None
    text = case_text.text(written)
    beside = maker.curves.beside()
    _checked(text, beside, findings)
    return Imported(text, tuple(findings.left_out), maker.named(), beside)


def _checked(text: str, beside: Mapping[str, str], findings: Findings) -> None:
    """The case that was made is sound; what is wrong with it is said of the file.

    Raises:
        CaseError: It is not.
    """
    place = findings.path.with_suffix(".case.yaml")
    tables = {place.with_name(name).resolve(): table for name, table in beside.items()}
    with disk.showing({place.resolve(): text, **tables}):
        checked = check.check(place)
    if checked.case is None:
        for problem in checked.problems:
            row = text.split("\n")[problem.span.line - 1].strip() if problem.span else ""
            message = f"the case made of it is not sound: {problem.message} [{problem.code}]"
            findings.refuse("E910", message, 0, reason=f"in: {row[:200]}", hint=problem.hint)
        raise findings.error()
