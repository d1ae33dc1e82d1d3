"""Types and units of expressions: from the written tree to the checked one.

Every problem of an expression is found in one pass: a part that cannot be typed becomes UNKNOWN,
which silences what depends on it.
"""

from __future__ import annotations

import math

from schelling.case.language.about_agents import agents, standing
from schelling.case.language.about_time import along, curves
from schelling.case.language.inferring import (
    arithmetic,
    calls,
    choosing,
    conditions,
    machines,
    members,
    misnamed,
    reductions,
    twins,
)
from schelling.case.language.parsing import slips
from schelling.case.language.parsing.printer import brief
from schelling.case.language.parsing.syntax import (
    Amount,
    Binary,
    Call,
    Compare,
    Conditional,
    Date,
    Do,
    Expression,
    Index,
    Issue,
    Logic,
    Name,
    Number,
    Place,
    Points,
    Reduction,
    SyntaxIssue,
    Unary,
    parts,
)
from schelling.case.language.typed.scope import Scope, Symbol, suggest
from schelling.case.language.typed.types import (
    UNKNOWN,
    Constant,
    Kind,
    Operation,
    Reference,
    Type,
    Typed,
    When,
)
from schelling.case.language.typed.units import (
    SOME,
    TIME,
    Dimensions,
    Unit,
    UnknownUnit,
    describe,
    multiply,
    read,
    said,
)
from schelling.case.language.words.prior_words import DISTRIBUTIONS
from schelling.case.language.words.set_words import REDUCTIONS
from schelling.case.language.words.vocabulary import FREE_FUNCTIONS, FUNCTIONS, RESERVED, TIME_WORDS

_NOTHING = Constant(0.0, UNKNOWN)
_MOST_ISSUES = 25


def infer(
    expression: Expression, scope: Scope, expected: Unit | None = None
) -> tuple[Typed, list[Issue]]:
    """Type an expression.

    Args:
        expression: As read.
        scope: What it can see.
        expected: Unit of the place it stands in: a bare number there is read in that unit.

    Returns:
        The typed expression and every issue; with issues the expression must not be used.
    """
    inference = Inference(scope)
    try:
        return inference.run(expression, expected), inference.issues
    except _Enough:
        return _NOTHING, inference.issues


class _Enough(Exception):
    """So many issues in one expression that more help nobody."""


class Inference:
    """One pass over one expression."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.issues: list[Issue] = []
        self.over_time = 0
        self.in_twin = False

    def report(
        self, code: str, message: str, place: Place, reason: str = "", hint: str = ""
    ) -> Typed:
        self.issues.append(Issue(code, message, place, reason, hint))
        if len(self.issues) >= _MOST_ISSUES:
            raise _Enough
        return _NOTHING

    def run(self, expression: Expression, expected: Unit | None) -> Typed:
        bare = twins.bare_number(expression)
        if bare is not None and expected is not None:
            return self.scaled(expression, bare, expected.factor, expected.dimensions)
        typed = self.visit(expression)
        if expected is not None:
            self.expect_unit(expression, typed, expected)
        if not self.issues:
            self.check_time(expression, typed)
        return typed

    def scaled(
        self, written: Expression, value: float, factor: float, dimensions: Dimensions | None
    ) -> Typed:
        """A number written in a unit, in base units."""
        if not math.isfinite(value * factor):
            return self.report("E302", "this number is too large", written.place)
        return Constant(value * factor, Type(Kind.NUMBER, dimensions))

    def visit(self, expression: Expression) -> Typed:  # noqa: C901, PLR0912 - one arm per kind of node
        match expression:
            case Number():
                dimensions = None if expression.value == 0 else ()
                return Constant(expression.value, Type(Kind.NUMBER, dimensions))
            case Amount():
                return self.amount(expression)
            case Date():
                return self.date(expression)
            case Name():
                return self.name(expression)
            case Index():
                return self.indexed(expression)
            case Reduction() if choosing.is_chosen(expression):
                return choosing.value(self, expression)
            case Reduction():
                over_agents = agents.runs_over_agents(self, expression)
                return (agents if over_agents else reductions).reduction(self, expression)
            case Points():
                message = "a list is not a value; only interpolate(...) takes one, "
                message += "and choice(...) in a prior"
                return self.report("E302", message, expression.place)
            case Unary():
                return self.unary(expression)
            case Binary():
                return arithmetic.binary(self, expression)
            case Compare():
                return conditions.compare(self, expression)
            case Logic():
                return conditions.logic(self, expression)
            case Conditional():
                return conditions.conditional(self, expression)
            case Call():
                return self.call(expression)
            case Do():
                return twins.do(self, expression)

    def indexed(self, expression: Index) -> Typed:
        of_agent = agents.index(self, expression) if self.scope.crowds else None
        of_choice = of_agent or choosing.indexed(self, expression)
        return of_choice or members.index(self, expression)

    def amount(self, expression: Amount) -> Typed:
        try:
            unit = read(expression.unit)
        except UnknownUnit as error:
            message = f"unknown unit '{error.name}'"
            hint = suggest(error.name, error.known) or SOME
            if error.name in self.scope.symbols:
                hint = f"a product is written {brief(Number(expression.value))} * {error.name}"
            end = expression.place.end
            return self.report("E311", message, Place(end - len(error.name), end), hint=hint)
        except SyntaxIssue as error:
            issue = error.issue
            return self.report(issue.code, issue.message, expression.place, hint=issue.hint)
        return self.scaled(expression, expression.value, unit.factor, unit.dimensions)

    def date(self, expression: Date) -> Typed:
        clock = self.scope.clock
        if clock is None:
            message = "this case has no 'time' section, so a date has no meaning in it"
            return self.report("E309", message, expression.place, hint="add a 'time' section")
        return Constant(clock.weeks(expression.day), Type(Kind.DATE, TIME.dimensions))

    def name(self, expression: Name) -> Typed:
        name = expression.name
        if "." in name:
            return self.report("E302", slips.PLAIN_WORDS["Attribute"], expression.place)
        if name in self.scope.bound:
            return members.stands_for_a_member(self, expression, self.scope.bound[name])
        of_agent = agents.name(self, expression) if self.scope.crowds else None
        return self.of_world(expression) if of_agent is None else of_agent

    def of_world(self, expression: Name) -> Typed:
        name, place = expression.name, expression.place
        family = self.scope.families.get(name)
        if family is not None and not family.shared:
            return members.bare(self, expression, family)
        if name in self.scope.curves:
            return curves.bare(self, expression)
        symbol = self.scope.symbols.get(name)
        if symbol is not None:
            return self.symbol(symbol, place)
        if name in ("true", "false"):
            return Constant(float(name == "true"), Type(Kind.TRUTH))
        if name in TIME_WORDS:
            unit = read(name)
            return Constant(unit.factor, Type(Kind.NUMBER, unit.dimensions))
        if name in (machines.PHASE, "now", "elapsed", *along.CALENDAR):
            return self.moment(name, place)
        if name in FUNCTIONS:
            message = f"'{name}' is a function; it is written with arguments in brackets"
            return self.report("E303", message, place, hint=f"such as {FUNCTIONS[name][0].example}")
        reason = "no assumption, stock, variable or state of this case has this name"
        return self.report("E303", f"unknown name '{name}'", place, reason, self.scope.meant(name))

    def symbol(self, symbol: Symbol, place: Place) -> Typed:
        if symbol.role == machines.STATE:
            return Constant(float(symbol.order), symbol.type)
        if symbol.role in twins.HELD:
            return Reference(symbol.name, symbol.type)
        message = f"'{symbol.name}' is the name of {_article(symbol.role)}, which has no value"
        return self.report("E306", message, place)

    def moment(self, name: str, place: Place) -> Typed:
        if self.scope.clock is None:
            message = f"'{name}' needs a 'time' section, and this case has none"
            return self.report("E309", message, place, hint="add a 'time' section")
        if name == machines.PHASE:
            message, hint = machines.undeclared(self.scope)
            return self.report("E313", message, place, hint=hint)
        if name in along.CALENDAR:
            return along.calendar(name, self.scope.clock)
        kind = Kind.DATE if name == "now" else Kind.NUMBER
        return Reference("elapsed", Type(kind, TIME.dimensions, When.STEP))

    def unary(self, expression: Unary) -> Typed:
        operand = self.visit(expression.operand)
        if expression.operator == "not":
            self.want(expression.operand, operand, Kind.TRUTH)
            return Operation("not", (operand,), Type(Kind.TRUTH, (), operand.type.when))
        self.want(expression.operand, operand, Kind.NUMBER)
        if isinstance(operand, Constant):
            return Constant(-operand.value, operand.type)
        return Operation("neg", (operand,), operand.type)

    def call(self, expression: Call) -> Typed:
        if members.is_about_members(self, expression):
            return members.call(self, expression)
        if self.scope.speaker and expression.function in agents.DRAWN:
            return (standing.draws if self.scope.standing else agents.draw)(self, expression)
        if expression.function not in FUNCTIONS:
            message = f"unknown function '{expression.function}'"
            hint = misnamed.hint(expression, self.scope)
            if expression.function in REDUCTIONS:
                message = f"'{expression.function}' takes what stands for each member together"
            elif expression.function in DISTRIBUTIONS:
                hint = "a distribution belongs under 'prior' of an assumption"
                if self.scope.speaker:
                    hint = f"agents draw from {', '.join(agents.DRAWN)}"
            elif expression.function in self.scope.symbols or expression.function in RESERVED:
                hint = f"'{expression.function}' takes no arguments; a product is written with '*'"
            return self.report("E304", message, expression.name_place, hint=hint)
        return calls.call(self, expression)

    def want(self, written: Expression, typed: Typed, kind: Kind) -> bool:
        """Report an operand of the wrong kind; true when it is right."""
        if not typed.type.known:
            return False
        if typed.type.kind is kind:
            return True
        message = f"{kind.value} is needed here, but '{brief(written)}' is {typed.type.kind.value}"
        hint = ""
        if kind is Kind.NUMBER and typed.type.kind is Kind.TRUTH:
            hint = "write: 1 if condition else 0"
        elif kind is Kind.TRUTH and typed.type.kind in (Kind.NUMBER, Kind.STATE):
            hint = machines.as_condition(typed)
        elif kind is Kind.NUMBER and typed.type.kind is Kind.MOMENT:
            hint = "compare it from both sides, such as first(x) > 4 weeks and first(x) < 8 weeks"
        self.report("E306", message, written.place, hint=hint)
        return False

    def same_unit(self, written: Expression, left: Typed, right: Typed, verb: str) -> None:
        first, second = left.type.dimensions, right.type.dimensions
        if first is None or second is None or first == second:
            return
        verb = verb or "subtracts"
        joint = "with" if verb == "compares" else "and"
        message = f"'{brief(written)}' {verb} {describe(first)} {joint} {describe(second)}"
        numbers = [part for part in parts(written) if isinstance(part, Number)]
        unit = first or second
        hint = ""
        if numbers and len(unit) == 1 and unit[0][1] == 1:
            plural = "s" if unit == TIME.dimensions and numbers[0].value != 1 else ""
            hint = f"give the number a unit, such as {brief(numbers[0])} {unit[0][0]}{plural}"
        self.report("E307", message, written.place, "units must agree", hint)

    def expect_unit(self, written: Expression, typed: Typed, expected: Unit) -> None:
        """Report a value whose unit is not that of the place it stands in."""
        found = typed.type.dimensions
        if not typed.type.known or not self.want(written, typed, Kind.NUMBER):
            return
        if found is None or found == expected.dimensions:
            return
        message = f"the unit here is {describe(expected.dimensions)}, but "
        message += f"'{brief(written)}' is {said(found)}"
        hint = ""
        if multiply(found, expected.dimensions, -1) == TIME.dimensions:
            hint = "a rate is per time: divide by a time, such as (...) / 1 week"
        self.report("E307", message, written.place, "units must agree", hint)

    def check_time(self, written: Expression, typed: Typed) -> None:
        """Report a value that is not known yet where it is used."""
        if self.scope.latest is When.FIXED and typed.type.when is When.STEP:
            message = f"'{brief(written)}' changes over time, but a value here must be fixed"
            hint = "use numbers, assumptions and variables computed from them"
            self.report("E309", message, written.place, hint=hint)


def _article(role: str) -> str:
    return f"an {role}" if role[0] in "aeiou" else f"a {role}"


def reserved_names() -> frozenset[str]:
    """Names no case may define; those of distributions are free, as they are only called."""
    return frozenset(RESERVED) | (FUNCTIONS.keys() - FREE_FUNCTIONS)
