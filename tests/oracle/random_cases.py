"""Random cases: every construct of the language in random company, for the oracle to judge.

All numbers are pure and times are weeks, so that units never refuse; everything else may happen:
NaN, infinity, ties, chance within games within time, twins of anything that can be held.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from schelling.case.check import check

START = dt.date(2022, 3, 21)
MACHINES = {
    "phase": ("calm", "crisis", "storm"),
    "front": ("crisis", "quiet", "calm"),  # shares two states, in another order
}
ASSUMPTIONS = {
    "a_one": "uniform(-1, 2)",
    "a_two": "0.1 to 0.9",
    "a_three": "normal(0, 1)",
    "a_pick": "choice([0, 0.5, 1])",
}
UNARY = ("abs", "exp", "log", "sqrt", "sin", "cos", "tanh", "logistic", "logit", "normal_cdf")
CONSTANTS = ("0", "1", "0.5", "2", "0.25", "-1", "0.1", "3")
GAME_NUMBERS = (
    "probability(stage, red, push)",
    "probability(stage, blue, yield_)",
    "payoff(stage, red)",
    "payoff(stage, blue)",
    "payoff(stage, red, wait)",
    "payoff(stage, blue, yield_)",
    "probability(look, blue, left)",
    "payoff(look, red, left)",
)
GAME_TRUTHS = (
    "dominates(stage, red, push, wait)",
    "dominates(stage, blue, yield_, fight)",
    "dominates(look, red, left, right)",
)
Writer = Callable[[int], str]


class Author:
    """Writes expressions that can be read where they stand."""

    def __init__(self, dice: Random, weeks: int) -> None:
        self.dice = dice
        self.weeks = weeks
        self.fixed = list(ASSUMPTIONS)
        self.moving: list[str] = []
        self.fixed_truths: list[str] = []
        self.truths: list[str] = []
        self.still = False  # only what is known before the run
        self.claiming = False
        self.in_twin = False

    def known(self, writer: Writer, depth: int) -> str:
        """Written with nothing that moves."""
        before, self.still = self.still, True
        text = writer(depth)
        self.still = before
        return text

    def number(self, depth: int) -> str:
        if depth <= 0 or self.dice.random() < 0.15:
            return self._leaf()
        kinds: list[Writer] = [self._sum, self._sum, self._product, self._unary, self._several]
        kinds += [self._choice_of(self.number), self._power]
        if self.claiming and not self.still:
            kinds += [lambda _: self.dice.choice(GAME_NUMBERS), self._twin_of(self.number)]
            kinds += [self._over_time, self._over_time, self._share] if self.weeks else []
        return self.dice.choice(kinds)(depth - 1)

    def truth(self, depth: int) -> str:
        known = self.fixed_truths if self.still else self.fixed_truths + self.truths
        kinds: list[Writer] = [self._compare, self._compare, self._compare]
        kinds += [lambda _: self.dice.choice(known)] if known else []
        kinds += [self._state, self._state] if self.weeks and not self.still else []
        if depth > 0:
            kinds += [self._both, self._both, self._not, self._choice_of(self.truth)]
            if self.claiming and not self.still:
                kinds += [lambda _: self.dice.choice(GAME_TRUTHS), self._twin_of(self.truth)]
                kinds += [self._always, self._always, self._until] if self.weeks else []
        return self.dice.choice(kinds)(depth - 1)

    def _leaf(self) -> str:
        chance = self.dice.random()
        if chance < 0.25:
            return self.dice.choice(CONSTANTS)
        if chance < 0.32 and not self.still and self.weeks:
            return "(elapsed / 10 weeks)"
        return self.dice.choice(self.fixed if self.still else self.fixed + 2 * self.moving)

    def _sum(self, depth: int) -> str:
        return f"({self.number(depth)} {self.dice.choice('+-')} {self.number(depth)})"

    def _product(self, depth: int) -> str:
        if self.dice.random() < 0.5:
            return f"({self.number(depth)} * {self.number(depth)})"
        bottom = self._leaf()
        return f"({self.number(depth)} / {'2' if bottom == '0' else bottom})"

    def _unary(self, depth: int) -> str:
        name = self.dice.choice((*UNARY, "-"))
        return f"(-{self.number(depth)})" if name == "-" else f"{name}({self.number(depth)})"

    def _several(self, depth: int) -> str:
        if self.dice.random() < 0.3:
            return f"clip({self.number(depth)}, -1, 1)"
        if self.dice.random() < 0.1:
            return f"threshold_share({self.number(depth)}, {self.number(depth)})"
        many = ", ".join(self.number(depth) for _ in range(self.dice.randint(2, 3)))
        return f"{self.dice.choice(('min', 'max'))}({many})"

    def _power(self, depth: int) -> str:
        return f"({self.number(depth)} ** {self.dice.choice(('2', '3', '0.5', '-1', '1'))})"

    def _choice_of(self, writer: Writer) -> Writer:
        return lambda depth: f"({writer(depth)} if {self.truth(depth)} else {writer(depth)})"

    def _share(self, depth: int) -> str:
        return f"mean({self.truth(depth)}{self._window()})"

    def _over_time(self, depth: int) -> str:
        inside = self.number(depth)
        match self.dice.choice(("mean", "max", "min", "final", "at")):
            case "final":
                return f"final({inside})"
            case "at":
                return f"at({inside}, {self.dice.randint(0, self.weeks)} weeks)"
            case name:
                return f"{name}({inside}{self._window()})"

    def _compare(self, depth: int) -> str:
        sign = self.dice.choice(("<", "<=", ">", ">=", "==", "!="))
        return f"({self.number(depth)} {sign} {self.number(depth)})"

    def _state(self, _: int) -> str:
        machine, sign = self.dice.choice(sorted(MACHINES)), self.dice.choice(("==", "!="))
        if self.dice.random() < 0.1:
            return f"(phase {sign} front)"
        return f"({machine} {sign} {self.dice.choice(MACHINES[machine])})"

    def _both(self, depth: int) -> str:
        return f"({self.truth(depth)} {self.dice.choice(('and', 'or'))} {self.truth(depth)})"

    def _not(self, depth: int) -> str:
        return f"(not {self.truth(depth)})"

    def _always(self, depth: int) -> str:
        name = self.dice.choice(("always", "eventually"))
        return f"{name}({self.truth(depth)}{self._window()})"

    def _until(self, depth: int) -> str:
        return f"until({self.truth(depth)}, {self.truth(depth)}{self._window()})"

    def _window(self) -> str:
        first, words = self.dice.randint(0, self.weeks), ""
        if self.dice.random() < 0.3:
            words += f", since={first} weeks"
        if self.dice.random() < 0.3:
            words += f", until={self.dice.randint(first, self.weeks)} weeks"
        return words

    def _twin_of(self, writer: Writer) -> Writer:
        def twin(depth: int) -> str:
            if self.in_twin:
                return writer(depth)
            self.in_twin = True
            body = writer(depth)
            held = dict(self._held() for _ in range(self.dice.randint(1, 2)))
            self.in_twin = False
            changes = ", ".join(f"{name} = {value}" for name, value in held.items())
            return f"(({body}) | do({changes}))"

        return twin

    def _held(self) -> tuple[str, str]:
        truths = self.truths + self.fixed_truths
        machines = list(MACHINES) if self.weeks else []
        name = self.dice.choice([*self.fixed, *self.moving, *truths, *machines])
        if name in MACHINES:
            return name, self.dice.choice(MACHINES[name])
        if name in truths:
            return name, self.dice.choice(("true", "false", self.known(self.truth, 1)))
        return name, self.dice.choice(("0.5", "0", self.known(self.number, 1)))


def write(seed: int, *, claims: int = 24, weeks: int = 9) -> str:
    """A random case as text.

    Args:
        seed: Which one.
        claims: How many claims it makes.
        weeks: How long it lasts; 0 for a case without time.
    """
    dice = Random(seed)
    author = Author(dice, weeks)
    lines = ["schelling: 1", f"title: random {seed}", "actors: {red: {}, blue: {}}", "assumptions:"]
    lines += [f"  {name}: {{prior: '{prior}', why: x}}" for name, prior in ASSUMPTIONS.items()]
    variables: dict[str, str] = {}
    for name in ("f_one", "f_two"):
        variables[name] = author.known(author.number, 2)
        author.fixed.append(name)
    variables["t_fixed"] = author.known(author.truth, 1)
    author.fixed_truths.append("t_fixed")
    lines += _timed(author, variables) if weeks else []
    author.still = not weeks
    lines += ["variables:", *(f"  {name}: '{text}'" for name, text in variables.items())]
    lines += ["games:", _stage(author), _look(author)]
    author.claiming, author.still = True, False
    lines.append("claims:")
    for number in range(claims):
        truth = author.truth(3)
        wrap = dice.choice(("always", "eventually", "final")) if weeks else ""
        lines.append(f"  c{number}: {{why: x, holds: '{wrap}({truth})'}}")
    return without_idle("\n".join(lines) + "\n")


def without_idle(text: str) -> str:
    """The case without claims that hold something which cannot matter: such a case is refused."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "case.yaml"
        path.write_text(text, encoding="utf-8")
        idle = {p.span.line for p in check(path).problems if p.code == "E418" and p.span}
    lines = enumerate(text.splitlines(keepends=True), start=1)
    return "".join(line for number, line in lines if number not in idle)


def _timed(author: Author, variables: dict[str, str]) -> list[str]:
    dice = author.dice
    until = START + dt.timedelta(weeks=author.weeks)
    step, substeps = dice.choice(("1 week", "7 days")), dice.choice((1, 1, 3))
    method = dice.choice(("rk4", "rk4", "euler"))
    grid = f"step: {step}, substeps: {substeps}, method: {method}"
    lines = [f"time: {{start: {START}, until: {until}, {grid}}}"]
    lines += [f"phases: [{', '.join(MACHINES['phase'])}]"]
    lines += [f"states: {{front: [{', '.join(MACHINES['front'])}]}}", "stocks:"]
    author.moving = ["s_one", "s_two"]
    for name in author.moving:
        bounds = dice.choice(("", ", within: [0, 1]", ", within: [-2, 2]"))
        start = author.known(author.number, 1)
        if bounds and start.strip("()").lstrip("-").replace(".", "").isdigit():
            start = f"clip({start}, 0, 1)"  # a constant outside the bounds is refused at the door
        change = f"clip({author.number(2)}, -1, 1) / 1 week"
        lines.append(f"  {name}: {{start: '{start}', change: '{change}'{bounds}}}")
    for name in ("v_one", "v_two"):
        variables[name] = f"({author.number(2)}) + 0 * s_one"
        author.moving.append(name)
    variables["t_moving"] = f"({author.truth(2)}) or (s_one > 100)"
    author.truths.append("t_moving")
    lines.append("events:")
    for number in range(4):
        hazard = f"({author.number(2)}) / 1 week"
        if dice.random() < 0.6:
            hazard = f"logistic({author.number(1)}) / 4 weeks"
        words = ["on: 2022-04-04" if number == 2 else f"hazard: '{hazard}'"]
        words += [f"while: '{author.truth(2)}'"] if dice.random() < 0.5 else []
        words += ["once: true"] if dice.random() < 0.5 else []
        lines.append(f"  e{number}: {{{', '.join(words)}, {_effects(author)}}}")
    return lines


def _effects(author: Author) -> str:
    targets = author.dice.sample(("s_one", "s_two", *MACHINES), author.dice.randint(1, 4))
    values = (
        author.dice.choice(MACHINES[target]) if target in MACHINES else f"'{author.number(2)}'"
        for target in targets
    )
    return f"effects: {{{', '.join(f'{t}: {v}' for t, v in zip(targets, values, strict=True))}}}"


def _end(author: Author, *, effects: bool) -> str:
    words = f"payoffs: {{red: '{author.number(1)}', blue: '{author.number(1)}'}}"
    return f"{{{words}, {_effects(author)}}}" if effects else f"{{{words}}}"


def _stage(author: Author) -> str:
    """A game that is played: chance, payoffs and effects on the way, the same action twice."""
    dice, played = author.dice, ""
    if author.weeks:
        when = dice.choice(("every: 2 weeks", "every: 3 weeks", "on: 2022-03-28"))
        condition = f", while: '{author.truth(1)}'" if dice.random() < 0.5 else ""
        played = f"\n    played: {{{when}{condition}}}"

    def end() -> str:
        return _end(author, effects=bool(author.weeks) and dice.random() < 0.6)

    push = f"\n          {_effects(author)}" if author.weeks and dice.random() < 0.5 else ""
    return f"""\
  stage:{played}
    solve: {{precision: '{dice.choice(("2", "exp(a_three)", "a_two", "a_one * 3"))}'}}
    tree:
      red:
        wait: {end()}
        push:
          payoffs: {{red: '{author.number(1)}'}}{push}
          chance:
            noticed:
              probability: '{dice.choice(("a_two", "logistic(a_three)", "a_one", "0.3"))}'
              blue: {{yield_: {end()}, fight: {end()}}}
            missed:
              blue: {{yield_: {end()}, sleep: {end()}}}
        talk:
          blue:
            fight: {end()}
            yield_:
              red: {{push: {end()}, wait: {end()}}}"""


def _look(author: Author) -> str:
    """A game that only claims look at."""
    ends = [_end(author, effects=False) for _ in range(3)]
    return f"""\
  look:
    solve: {{precision: 'a_two * 5'}}
    tree:
      red:
        left: {ends[0]}
        right:
          blue: {{left: {ends[1]}, right: {ends[2]}}}"""
