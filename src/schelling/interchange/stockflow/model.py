"""A stock-flow model as read from a file: variables with equations, dimensions, the grid of time.

Modules and macros are still what they are in the file; `stockflow.flat` writes them out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from schelling.interchange.stockflow.terms import Term

PLACE = "#"
"""Before the number, from 1, of an element whose equation stands in a list."""


@dataclass(frozen=True)
class Graph:
    """A graphical function.

    Attributes:
        kind: `continuous`, `extrapolate`, `discrete` or `forward`.
        xs: Places, rising.
        ys: Heights.
    """

    kind: str
    xs: tuple[float, ...]
    ys: tuple[float, ...]

    def read_as(self, kind: str) -> Graph | None:
        """The same points as a graph of another kind.

        Args:
            kind: One of the kinds; `inverse` for places by height; nothing for its own.

        Returns:
            The graph; None for the inverse of one that neither only rises nor only falls.
        """
        if kind != "inverse":
            return replace(self, kind=kind) if kind else self
        turned = sorted(zip(self.ys, self.xs, strict=True))
        heights, places = zip(*turned, strict=True)
        alike = len(set(heights)) < len(heights)
        if alike or places not in (self.xs, self.xs[::-1]):
            return None
        return Graph("continuous", heights, places)


@dataclass(frozen=True)
class ElementEquation:
    """What one element of a variable is.

    Attributes:
        term: The equation; of a stock its value at the start. None where none is given.
        graph: The graphical function that is applied to the equation.
        initial: Its value at the start, where that is given apart.
        line: Where it stands.
        scope: Where its names are looked up, where that is not beside the variable.
    """

    term: Term | None
    graph: Graph | None = None
    initial: Term | None = None
    line: int = 0
    scope: str | None = None


@dataclass(frozen=True)
class Conveyor:
    """A stock that things pass through in a fixed time.

    Attributes:
        transit: How long.
        exponential: Whether a leak takes its fraction of what is left in each unit of time, and not
            its fraction of what entered by the end of its zone.
        capacity: The most that may be on it; None for any amount.
        in_limit: The most that may enter it in a unit of time; None for any amount.
        discrete: Whether what enters it are whole batches.
        one_at_a_time: Whether it takes one batch of a queue in a step.
        whole_batches: Whether it leaves a batch in the queue for which there is no room.
    """

    transit: Term
    exponential: bool = False
    capacity: Term | None = None
    in_limit: Term | None = None
    discrete: bool = False
    one_at_a_time: bool = True
    whole_batches: bool = False


@dataclass(frozen=True)
class Quantity:
    """A stock, flow or auxiliary.

    Attributes:
        kind: `stock`, `flow` or `aux`; `initial` for what something else is at the start, `unknown`
            for what solves its equation.
        name: As the file writes it.
        scope: Keys of the modules it is in, joined by points; ends in a point unless empty.
        dims: Keys of its dimensions.
        equations: By element, of which `*` stands for all of a dimension; one under `()` is that
            of every element.
        change: Of a stock that no file has: its rate of change, by element.
        inflows: Keys of the flows into a stock.
        outflows: Keys of the flows out of it.
        non_negative: Whether it is kept from falling below 0.
        conveyor: Of a stock: what makes it a conveyor.
        queue: Of a stock: whether it is a queue, which waits for the conveyor behind it.
        leak: Of a flow that leaks from a conveyor: from which share of it on, and to which.
        overflow: Of a flow: whether it takes what a queue cannot send to its conveyor.
        between: Of what solves its equation: keys of the two ends of where it is looked for.
        units: As written.
        doc: What the file says about it.
        line: Where it stands.
    """

    kind: str
    name: str
    scope: str = ""
    dims: tuple[str, ...] = ()
    equations: Mapping[tuple[str, ...], ElementEquation] = field(
        default_factory=dict[tuple[str, ...], ElementEquation]
    )
    change: Mapping[tuple[str, ...], ElementEquation] = field(
        default_factory=dict[tuple[str, ...], ElementEquation]
    )
    inflows: tuple[str, ...] = ()
    outflows: tuple[str, ...] = ()
    non_negative: bool = False
    conveyor: Conveyor | None = None
    queue: bool = False
    leak: tuple[float, float] | None = None
    overflow: bool = False
    between: tuple[str, ...] = ()
    units: str = ""
    doc: str = ""
    line: int = 0

    @property
    def is_curve(self) -> bool:
        """Whether it is a graphical function that is given no place."""
        return bool(self.equations) and all(
            one.term is None and one.graph is not None for one in self.equations.values()
        )


@dataclass(frozen=True)
class Module:
    """A place where another model of the file is used.

    Attributes:
        name: Key of the place.
        model: Key of the model.
        connections: Keys of inputs, with the keys of what feeds them, both seen from where the
            module stands.
        line: Where it stands.
    """

    name: str
    model: str
    connections: tuple[tuple[str, str], ...]
    line: int


@dataclass(frozen=True)
class Submodel:
    """One model of a file."""

    quantities: tuple[Quantity, ...]
    modules: tuple[Module, ...] = ()


@dataclass(frozen=True)
class Macro:
    """A function that the file defines.

    Attributes:
        parameters: Keys of its parameters, in order.
        result: What it gives.
        quantities: What it computes with.
        defaults: What stands for parameters that a call leaves out, by key; they may name other
            parameters, and nothing outside the macro.
    """

    parameters: tuple[str, ...]
    result: Term
    quantities: tuple[Quantity, ...]
    defaults: Mapping[str, Term] = field(default_factory=dict[str, Term])

    @property
    def takes(self) -> tuple[int, int]:
        """The fewest arguments it can be called with, and the most."""
        needed = [n for n, one in enumerate(self.parameters, 1) if one not in self.defaults]
        return max(needed, default=0), len(self.parameters)


@dataclass(frozen=True)
class TimeSpan:
    """The time of a simulation, in the file's own unit.

    Attributes:
        start: First moment.
        stop: Last moment.
        dt: Length of a step.
        method: `euler` or `rk4`.
        unit: As written.
        every: How far apart the results are that the file asks for.
    """

    start: float
    stop: float
    dt: float
    method: str
    unit: str
    every: float


@dataclass(frozen=True)
class StockFlow:
    """A whole model.

    Attributes:
        title: Its name.
        doc: What it says of itself.
        grid: Its time.
        dims: Elements of every dimension, in order, as keys.
        labels: How dimensions and elements are written, by key.
        root: The model that is run.
        models: The models that modules use, by key.
        macros: By key.
    """

    title: str
    doc: str
    grid: TimeSpan
    dims: Mapping[str, tuple[str, ...]]
    labels: Mapping[str, str]
    root: Submodel
    models: Mapping[str, Submodel] = field(default_factory=dict[str, Submodel])
    macros: Mapping[str, Macro] = field(default_factory=dict[str, Macro])
