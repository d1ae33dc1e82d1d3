"""What each error code of another tool's file means: one table for `explain`, page and tests."""

from __future__ import annotations

from schelling.case.codes import Code

_SPECS = "<sim_specs><start>0</start><stop>9</stop></sim_specs>"


def _file(variables: str, specs: str = _SPECS) -> str:
    inside = f"{specs}\n<model><variables>\n{variables}\n</variables></model>"
    return f"<xmile>{inside}</xmile>"


_X = '<aux name="x"><eqn>1</eqn></aux>'
_GRAPH = '<aux name="x"><eqn>TIME</eqn><gf><xscale min="0" max="{}"/><ypts>1,2</ypts></gf></aux>'
_ARRAY = '<aux name="x"><dimensions><dim name="side"/></dimensions>{}</aux>'
_DIMS = f'{_SPECS}<dimensions><dim name="side" size="2"/></dimensions>'
_EACH = '<element subscript="{}"><eqn>1</eqn></element>'

_ENTRIES = (
    Code(
        "E901",
        "Not a file of this format",
        "The file is no well-formed XML or JSON or no model of Vensim, or its outermost part is "
        "not that of the format. Where it ends too soon, it may be truncated.",
        _file(_X).removesuffix("</xmile>"),
        _file(_X),
    ),
    Code(
        "E902",
        "File that is too large, nested too deep or not allowed",
        "Files of other tools are read with bounds on their size, depth and number of parts, far "
        "above what a model needs. A document type and entities of its own are never read, and the "
        "encoding must be UTF-8, UTF-16 or Latin-1.",
        "<!DOCTYPE xmile>" + _file(_X),
        _file(_X),
    ),
    Code(
        "E903",
        "Part of a file that a case cannot have",
        "An element, or kind of variable, has no counterpart in a case, or is missing where one is "
        "needed. With --lenient what can be left out is left out and listed.",
        _file(_X + '<stock name="s"><eqn>1</eqn><oven/></stock>'),
        _file(_X + '<stock name="s"><eqn>1</eqn></stock>'),
    ),
    Code(
        "E904",
        "Equation that cannot be read",
        "The equation is missing or is not one of the format. Tools write '???' where an equation "
        "was never given.",
        _file('<aux name="x"><eqn>1 +</eqn></aux>'),
        _file('<aux name="x"><eqn>1 + 1</eqn></aux>'),
    ),
    Code(
        "E905",
        "Graphical function that cannot be read",
        "A graphical function needs as many places as heights, and places that rise; the places "
        "are given one by one, or by the two ends of a scale.",
        _file(_GRAPH.format(0)),
        _file(_GRAPH.format(9)),
    ),
    Code(
        "E906",
        "Time that a case cannot run",
        "The start, end, step or method of the simulation is missing or cannot be had: a case runs "
        "1 to 20,000 steps by Euler's rule or by that of Runge and Kutta.",
        _file(_X, "<sim_specs><start>9</start><stop>0</stop></sim_specs>"),
        _file(_X),
    ),
    Code(
        "E907",
        "Name that is not defined, or twice",
        "An equation or a list of flows names something that the file does not define, or two "
        "variables have names that differ only by case, blanks or underscores; or two questions "
        "have one name.",
        _file('<aux name="x"><eqn>y</eqn></aux>'),
        _file('<aux name="x"><eqn>y</eqn></aux><aux name="y"><eqn>1</eqn></aux>'),
    ),
    Code(
        "E908",
        "Function that a case does not have",
        "The function has no counterpart in a case, or not with these arguments: random numbers of "
        "distributions that agents do not draw from, pipelines whose length changes, functions of "
        "one tool. With --lenient a random number is held at its mean and an unknown function at "
        "0, and both are listed.",
        _file('<aux name="x"><eqn>POISSON(3)</eqn></aux>'),
        _file('<aux name="x"><eqn>NORMAL(3, 1)</eqn></aux>'),
    ),
    Code(
        "E909",
        "Subscript or dimension that does not fit",
        "A subscript names no element of its dimension, there are more or fewer subscripts than "
        "dimensions, or an element has no equation.",
        _file(_ARRAY.format(_EACH.format("1")), _DIMS),
        _file(_ARRAY.format(_EACH.format("1") + _EACH.format("2")), _DIMS),
    ),
    Code(
        "E910",
        "File that makes no sound case",
        "The file was read, but the case made of it has a problem: variables that depend on each "
        "other in a circle within one step, or an expression that is too long; or a question or "
        "an outcome that a register cannot hold, such as a window that closes before it opens.",
        _file('<aux name="x"><eqn>y</eqn></aux><aux name="y"><eqn>x</eqn></aux>'),
        _file('<aux name="x"><eqn>2</eqn></aux><aux name="y"><eqn>x</eqn></aux>'),
    ),
)

_WITHOUT_TIME = Code(
    "E911",
    "Case that the format cannot hold",
    "Something in the case that decides what follows has no counterpart in the format it is to be "
    "written in: events, games, states, agents, or a function. With --lenient what can be left out "
    "is left out and listed; the file then means something else than the case.",
    "schelling: 1\ntitle: No time\nassumptions: {x: {prior: 1, why: a guess}}",
    "schelling: 1\ntitle: A year\ntime: {start: 2030-01-07, until: 2031-01-06}\n"
    "assumptions: {x: {prior: 1, why: a guess}}",
)

CODES: dict[str, Code] = {entry.code: entry for entry in (*_ENTRIES, _WITHOUT_TIME)}
