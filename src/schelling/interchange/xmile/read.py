"""XMILE files: from elements to a model of stocks and flows.

Pictures and styles (`views`, `prefs`, formats, ranges) are no part of a model and are passed over;
everything else is read or found.

References:
    OASIS (2015), XML Interchange Language for System Dynamics (XMILE) 1.0, chapters 2 to 4.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from schelling.interchange import xml_tree
from schelling.interchange.foreign import Findings, UnreadableFile
from schelling.interchange.stockflow.model import (
    Macro,
    Module,
    Quantity,
    StockFlow,
    Submodel,
    TimeSpan,
)
from schelling.interchange.stockflow.terms import Num, Ref, Term, key
from schelling.interchange.xmile import equations, of_vensim, read_quantities
from schelling.interchange.xml_tree import Element

_XMILE = re.compile(r"https?://(docs\.oasis-open\.org|(www\.)?systemdynamics\.org)/", re.I)
"""Where XMILE's own namespace is: of the standard, or of the society that drafted it."""

VERSIONS = ("", "0.9", "0.95", "1", "1.0")
MOST_QUANTITIES = 5_000
MOST_ELEMENTS = 1_000
MOST_DIMENSIONS = 200
MOST_ELEMENTS_IN_ALL = 10_000

_PASSED_OVER = frozenset(
    (
        *("header", "sim_specs", "model_units", "dimensions", "behavior", "style", "model"),
        *("macro", "prefs", "default_format", "views", "doc"),
    )
)
_IN_MODEL = frozenset(("variables", "views", "behavior", "sim_specs", "doc", "parm", "eqn"))
_IN_VARIABLES = frozenset(("module", "group", *read_quantities.KINDS, "gf"))


def read(path: Path, *, lenient: bool = False) -> tuple[StockFlow, Findings]:
    """Read an XMILE file.

    Returns:
        The model, and what was found; with leniency also what was left out.

    Raises:
        CaseError: The file cannot be read whole.
    """
    root, findings = xml_tree.read(path, lenient=lenient)
    with findings.whole():
        model = _model(root, findings, path)
    return model, findings


def _model(root: Element, findings: Findings, path: Path) -> StockFlow:
    if root.tag != "xmile":
        message = f"the outermost element is <{root.tag}>, not <xmile>"
        findings.refuse("E901", message, root.line, hint="is this an XMILE file?")
        raise UnreadableFile
    version = root.attributes.get("version", "1.0").strip()
    if version not in VERSIONS:
        why = "versions 1.0 and before are read"
        what = f"version '{version[:20]}' of XMILE"
        findings.skip("E903", what, why, root.line, "it is read as 1.0")
    for child in root.children:
        if child.tag not in _PASSED_OVER and not _of_a_vendor(child):
            findings.skip("E903", f"<{child.tag}>", "this element is not read here", child.line)
    header = root.first("header")
    found = [model for model in root.all("model") if "resource" not in model.attributes]
    for model in root.all("model"):
        if "resource" in model.attributes:
            findings.refuse("E903", "a model in another file is not read", model.line)
    if not found:
        findings.refuse("E903", "the file has no model", root.line)
        raise UnreadableFile
    dims, labels = _dimensions(root, findings)
    seen: set[str] = set()
    for model in found:
        name = key(model.attributes.get("name", ""))
        if name in seen:
            findings.refuse("E907", f"there are two models of the name '{name}'", model.line)
        seen.add(name)
    by_name = {key(m.attributes.get("name", "")): _submodel(m, root, findings) for m in found}
    first = _first(by_name)
    _unused(found, by_name, first, findings)
    specs = _specs(root, dict(zip(by_name, found, strict=False))[first], found, findings)
    made = StockFlow(
        title=(header.words("name") if header else "") or path.stem.replace("_", " "),
        doc=" ".join((header.words("caption") if header else "").split()),
        grid=_grid(specs, findings),
        dims=dims,
        labels=labels,
        root=by_name[first],
        models=by_name,
        macros=dict(_macros(root, findings)),
    )
    return of_vensim.translated(made) if of_vensim.is_of_vensim(header) else made


def _first(models: Mapping[str, Submodel]) -> str:
    """The model that is run: the one without a name, else the first that no module uses."""
    used = {module.model for one in models.values() for module in one.modules}
    return "" if "" in models else next((n for n in models if n not in used), next(iter(models)))


def _unused(
    found: list[Element], models: Mapping[str, Submodel], first: str, findings: Findings
) -> None:
    """Models that nothing uses are skipped by name."""
    waiting, seen = [first], {first}
    while waiting:
        new = {module.model for module in models[waiting.pop()].modules} & models.keys() - seen
        seen |= new
        waiting += new
    for model in found:
        name = model.attributes.get("name", "")
        if key(name) not in seen:
            findings.skip("E903", f"the model '{name}'", "no module uses it", model.line)


def _specs(
    root: Element, first: Element, found: list[Element], findings: Findings
) -> Element | None:
    """The time of the file, else of the model that is run; others are skipped by name."""
    chosen = root.first("sim_specs") or first.first("sim_specs")
    for model in found:
        for specs in model.all("sim_specs"):
            if specs is not chosen:
                what = f"<sim_specs> of the model '{model.attributes.get('name', '')}'"
                why = "a case has one time for all"
                findings.skip("E906", what, why, specs.line, "that of the whole file is taken")
    return chosen


def _dimensions(
    root: Element, findings: Findings
) -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
    found: dict[str, tuple[str, ...]] = {}
    labels: dict[str, str] = {}
    total = 0
    for dim in (d for place in root.all("dimensions") for d in place.all("dim")):
        name = dim.attributes.get("name", "")
        elements = [one.attributes.get("name", "") for one in dim.all("elem")]
        size = dim.attributes.get("size", "").strip()
        if not elements and size.isascii() and size.isdigit():
            count = int(size) if len(size) < 10 else MOST_ELEMENTS + 1
            elements = [str(n + 1) for n in range(min(count, MOST_ELEMENTS + 1))]
        if not elements or len(elements) > MOST_ELEMENTS:
            message = f"the dimension '{name}' needs 1 to {MOST_ELEMENTS:,} elements"
            findings.refuse("E903", message, dim.line)
        found[key(name)] = tuple(map(key, elements))
        labels |= {key(one): one for one in (*elements, name)}
        total += len(elements)
        if len(found) > MOST_DIMENSIONS or total > MOST_ELEMENTS_IN_ALL:
            message = f"more than {MOST_DIMENSIONS} dimensions or {MOST_ELEMENTS_IN_ALL:,} elements"
            findings.refuse("E902", f"{message} of all dimensions", dim.line)
            raise UnreadableFile
    return found, labels


def _submodel(model: Element, root: Element, findings: Findings) -> Submodel:
    defaults = read_quantities.behavior(root, model)
    quantities: list[Quantity] = []
    modules: list[Module] = []
    for child in _variables(model, findings):
        if child.tag in read_quantities.KINDS:
            quantities.append(read_quantities.quantity(child, defaults, findings))
        elif child.tag == "module":
            modules.append(_module(child))
        elif child.tag == "gf":
            wrapped = Element("aux", child.line, child.attributes, [child])
            quantities.append(read_quantities.quantity(wrapped, defaults, findings))
    if len(quantities) > MOST_QUANTITIES:
        message = f"a model has {len(quantities):,} variables; at most {MOST_QUANTITIES:,} are read"
        findings.refuse("E902", message, model.line)
        raise UnreadableFile
    return Submodel(tuple(quantities), tuple(modules))


def _of_a_vendor(element: Element) -> bool:
    """Whether an element is of another namespace, by its prefix or by the one it declares."""
    own = element.attributes.get("xmlns")
    return ":" in element.tag or (own is not None and not _XMILE.match(own))


def _variables(model: Element, findings: Findings) -> Iterator[Element]:
    for child in model.children:
        if child.tag not in _IN_MODEL and not _of_a_vendor(child):
            findings.skip("E903", f"<{child.tag}>", "this element is not read here", child.line)
    for child in (c for place in model.all("variables") for c in place.children):
        if child.tag in _IN_VARIABLES:
            yield child
        elif not _of_a_vendor(child):
            name = child.attributes.get("name", "")
            why = "this kind of variable is not read here"
            findings.skip("E903", f"<{child.tag}> '{name}'", why, child.line)


def _module(element: Element) -> Module:
    name = key(element.attributes.get("name", ""))
    connections = tuple(
        (key(one.attributes.get("to", "")), key(one.attributes.get("from", "")))
        for one in element.all("connect")
    )
    model = key(element.attributes.get("model", "")) or name.rsplit(".", 1)[-1]
    return Module(name, model, connections, element.line)


def _macros(root: Element, findings: Findings) -> Iterator[tuple[str, Macro]]:
    for element in root.all("macro"):
        name = element.attributes.get("name", "")
        defaults = read_quantities.behavior(element)
        quantities = tuple(
            read_quantities.quantity(one, defaults, findings)
            for one in _in_macro(element, name, findings)
        )
        for own in element.all("sim_specs"):
            why = "a macro runs at the steps of the model here"
            findings.skip("E903", f"<sim_specs> of the macro '{name}'", why, own.line)
        parameters = tuple(key(one.text.strip()) for one in element.all("parm"))
        result = _result(element, name, quantities, findings)
        yield key(name), Macro(parameters, result, quantities, _defaults(element, name, findings))


def _defaults(element: Element, name: str, findings: Findings) -> dict[str, Term]:
    """What stands for parameters that a call leaves out."""
    found: dict[str, Term] = {}
    for parameter in element.all("parm"):
        written = parameter.attributes.get("default")
        if written is None:
            continue
        try:
            found[key(parameter.text.strip())] = equations.parse(written)
        except equations.NotAnEquation as error:
            message = f"a default of the macro '{name}' cannot be read: {error}"
            findings.refuse("E904", message, parameter.line)
    return found


def _in_macro(element: Element, name: str, findings: Findings) -> Iterator[Element]:
    """The variables of a macro; what else is in it is skipped by name."""
    for child in _variables(element, findings):
        if child.tag in read_quantities.KINDS:
            yield child
        elif child.tag != "group":
            what = f"<{child.tag}> '{child.attributes.get('name', '')}' in the macro '{name}'"
            findings.skip("E903", what, "a macro has only variables here", child.line)


def _result(
    element: Element, name: str, quantities: tuple[Quantity, ...], findings: Findings
) -> Term:
    """What a macro gives: an equation, or the variable that the text names with its blanks."""
    text = element.words("eqn")
    if key(text) in {key(one.name) for one in quantities}:
        return Ref(key(text))
    try:
        return equations.parse(text)
    except equations.NotAnEquation as error:
        message = f"the equation of the macro '{name}' cannot be read: {error}"
        findings.refuse("E904", message, element.line)
        return Num(0.0)


def _grid(specs: Element | None, findings: Findings) -> TimeSpan:
    if specs is None:
        findings.refuse("E906", "the file has no <sim_specs>", 0)
        raise UnreadableFile
    start, stop = (_number(specs, tag, None, findings) for tag in ("start", "stop"))
    step = specs.first("dt")
    dt = _number(specs, "dt", 1.0, findings)
    if step is not None and step.attributes.get("reciprocal", "").lower() == "true":
        dt = 1 / dt if dt else 0.0
    saved = specs.words("save_step") or specs.attributes.get("isee:save_interval", "")
    every = max(_float(saved) or dt, dt)
    if not (0 < dt < math.inf and stop > start):
        message = f"time from {start:g} to {stop:g} in steps of {dt:g} cannot be run"
        findings.refuse("E906", message, specs.line)
        raise UnreadableFile
    unit = specs.attributes.get("time_units", "")
    return TimeSpan(start, stop, dt, _method(specs, findings), unit, every)


def _float(text: str) -> float | None:
    try:
        return float(text) if math.isfinite(float(text)) else None
    except ValueError:
        return None


def _number(specs: Element, tag: str, default: float | None, findings: Findings) -> float:
    # Vensim writes the name of the step, too: TIME_STEP=0.125
    place, found = specs.first(tag), _float(specs.words(tag).rpartition("=")[2])
    if place is None and default is not None:
        return default
    if found is None:
        line = specs.line if place is None else place.line
        findings.refuse("E906", f"<{tag}> of <sim_specs> is missing or no number", line)
        raise UnreadableFile
    return found


def _method(specs: Element, findings: Findings) -> str:
    """`euler` or `rk4`: the first of those named that a case has."""
    written = specs.attributes.get("method", "Euler")
    for name in written.replace(";", ",").split(","):
        if name.strip().lower() in ("euler", "rk4"):
            return name.strip().lower()
    what, why = f"the method '{written}'", "a case flows by Euler's rule or by RK4"
    findings.skip("E906", what, why, specs.line, "RK4 is taken")
    return "rk4"
