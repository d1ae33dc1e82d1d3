"""What a case assumes and what it computes, as rows: priors, definitions, questions."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from schelling.case.language.typed.types import Kind
from schelling.case.model import (
    Assumption,
    Case,
    Event,
    Question,
    StateMachine,
    Stock,
    Variable,
)
from schelling.case.populations import Population
from schelling.case.sources import Origin
from schelling.report.charts import cell_charts
from schelling.report.charts.densities import density
from schelling.report.page.anchors import anchor, linked, targets
from schelling.report.words.formulas import formula
from schelling.report.words.numerals import general


@dataclass(frozen=True)
class PriorRow:
    """An assumption with the shape of its prior.

    Attributes:
        assumption: The assumption.
        anchor: Its fragment.
        curve: Its density, drawn.
        band: Its central 90 %, in words.
        cut: The bounds it is cut to, in words; may be empty.
    """

    assumption: Assumption
    anchor: str
    curve: Markup
    band: str
    cut: str


@dataclass(frozen=True)
class Definition:
    """Something a case computes.

    Attributes:
        name: Its name.
        anchor: Its fragment.
        unit: Its unit; may be empty.
        formulas: What it is, with links from names to what they name.
        origin: Where it comes from.
    """

    name: str
    anchor: str
    unit: str
    formulas: tuple[Markup, ...]
    origin: Origin


@dataclass(frozen=True)
class QuestionRow:
    """A question of the forecast register.

    Attributes:
        question: The question.
        anchor: Its fragment.
        source: Who or what settles it.
        author: The author's words of likelihood and the odds they mean; may be empty.
        antecedent: On what it is conditional; may be empty.
    """

    question: Question
    anchor: str
    source: str
    author: str
    antecedent: str


def prior_row(assumption: Assumption) -> PriorRow:
    """The row of an assumption."""
    prior = assumption.prior
    curve = density(prior)
    low, _, high = curve.band
    band = "" if curve.points else f"90 %: {general(low)} to {general(high)}"
    within = prior.within
    return PriorRow(
        assumption=assumption,
        anchor=anchor("assumption", assumption.name),
        curve=cell_charts.density(curve, assumption.name),
        band=band + (", log scale" if curve.logarithmic else ""),
        cut=f"within [{general(within[0], 6)}, {general(within[1], 6)}]" if within else "",
    )


def definitions(case: Case) -> dict[str, tuple[Definition, ...]]:
    """Everything a case computes, by kind: state machines, stocks, variables, events."""
    return {
        "State machines": tuple(_machine(machine) for machine in case.machines),
        "Stocks": tuple(_stock(case, stock) for stock in case.stocks if not stock.remembers),
        "Variables": tuple(_variable(case, v) for v in case.variables if v not in case.unknowns),
        "Unknowns": tuple(_variable(case, unknown) for unknown in case.unknowns),
        "Populations": tuple(_population(case, one) for one in case.populations),
        "Events": tuple(_event(case, event) for event in case.events),
    }


def question_row(question: Question) -> QuestionRow:
    """The row of a question."""
    columns = question.columns
    low, high = columns.get("author_low", ""), columns.get("author_high", "")
    interval = f"{low or '?'} to {high or '?'}" if low or high else ""
    words = columns.get("author_words", "")
    return QuestionRow(
        question=question,
        anchor=anchor("question", question.name),
        source=question.source_type,
        author="; ".join(part for part in (words, interval) if part),
        antecedent=columns.get("antecedent", ""),
    )


def _machine(machine: StateMachine) -> Definition:
    first = machine.states[0]
    texts = [f"one of {', '.join(machine.states)}", f"starts as {first}"]
    return Definition(
        machine.name,
        anchor("state", machine.name),
        "",
        tuple(linked(text, {}) for text in texts),
        Origin(),
    )


def _stock(case: Case, stock: Stock) -> Definition:
    texts = [
        f"starts at {formula(stock.start)}",
        f"changes per week by {formula(stock.change)}",
    ]
    if stock.within is not None:
        texts.append(f"held within [{stock.within[0]:g}, {stock.within[1]:g}]")
    return _definition(case, anchor("stock", stock.name), stock, stock.unit.written, texts)


def _variable(case: Case, variable: Variable) -> Definition:
    numeric = variable.value.type.kind is Kind.NUMBER
    unit = variable.unit.written if numeric else variable.value.type.kind.value
    texts = [formula(variable.value)]
    return _definition(case, anchor("variable", variable.name), variable, unit, texts)


def _population(case: Case, population: Population) -> Definition:
    texts = [f"{population.counted}{population.followed}"]
    texts += [population.acting] if population.acts != "all" else []
    texts += [f"ties {ties.name}: {ties.said}" for ties in population.ties]
    texts += [f"{trait.name} {trait.said(formula)}" for trait in population.traits]
    for state in population.states:
        start, following = (formula(one) for one in (state.start, state.following))
        later = "a step later" if population.acts == "all" else "after a turn of its own"
        texts.append(f"{state.name} starts as {start}, {later} it is {following}")
    texts += [f"{one.name} is {formula(one.value)}" for one in population.variables]
    where = anchor("population", population.name)
    return _definition(case, where, population, "", texts)


def _event(case: Case, event: Event) -> Definition:
    texts = [event.dates]
    if event.hazard is not None:
        texts = [f"chance per week {formula(event.hazard)}"]
    if event.condition is not None:
        texts.append(f"while {formula(event.condition)}")
    if event.once:
        texts.append("once at most")
    texts += [f"sets {effect.target} to {formula(effect.value)}" for effect in event.effects]
    return _definition(case, anchor("event", event.name), event, "", texts)


_Defined = Stock | Variable | Event | Population


def _definition(case: Case, where: str, thing: _Defined, unit: str, texts: list[str]) -> Definition:
    others = {name: target for name, target in targets(case).items() if name != thing.name}
    formulas = tuple(linked(text, others) for text in texts)
    return Definition(thing.name, where, unit, formulas, thing.origin)
