"""Random populations: rules, variables, ties, contacts, turns and mean fields in random company.

Numbers are pure, as in `random_cases`; NaN, infinity, and agents who see nobody may happen.
"""

from __future__ import annotations

from random import Random

from oracle.random_cases import Author, without_idle

GROUPS = {"place": ("north", "south"), "region": ("east", "west")}
MOODS = ("calm", "cross", "keen")
TIES = {
    "peers": "{network: random, degree: 2}",
    "grid": "{network: lattice, rows: 3, sight: von_neumann, torus: false}",
    "ring": "{network: small_world, degree: 2, rewire: 0.3}",
    "blocks": "{network: blocks, by: region, within: 1.2, between: 1}",
}
CONTACTS = {
    "passers": "{network: contacts, degree: 1.6}",
    "guests": "{network: contacts, by: region, within: 1, between: 0.6}",
}
ACTING = ("all", "all", "all", "one", "pair", "mean_field")
CASE = """
schelling: 1
title: a random population
time: {{start: 2024-01-01, step: 1 week, until: 2024-02-05, substeps: {substeps}}}
sets: {{side: [north, south]}}
assumptions:
  level: {{prior: 'uniform(-0.3, 1)', why: x}}
  odds: {{prior: 'uniform(0.1, 0.9)', why: x}}
  pull: {{prior: 'normal(0.3, 0.5)', why: x}}
  toll[side]: {{prior: 'uniform(0, 1)', why: x}}
stocks:
  heat: {{start: level, change: "clip({change}, -1, 1) / 1 week"}}
variables:
{world}
populations:
  people:
    size: {size}
    why: x
    {acting}
    groups: {{place: {{north: odds, south: rest}}, region: {{east: 0.4, west: 0.6}}}}
    ties:
{ties}
    traits:
{traits}
    states:
{states}
    variables:
{own}
claims:
{claims}
"""


class CrowdAuthor(Author):
    """Writes rules of agents, and what is counted over them.

    Attributes:
        acts: Who acts at a time, or that it is a mean field.
        over: What is looked along; nothing where nobody can be seen.
        draws: Whether an agent can draw.
        own: Whether there is an agent whose rule it is.
        seen: Whether another is looked at.
        met: Whether another is met.
        standing: Whether a variable is written, which draws nothing.
        moods: Whether agents have a mood by now.
        agents: Names of numbers that they have.
        flags: Names of truths that they have.
    """

    def __init__(self, dice: Random) -> None:
        super().__init__(dice, 5)
        self.fixed = ["level", "odds", "pull"]
        self.acts = dice.choice(ACTING)
        self.over: tuple[str, ...] = ()
        self.own, self.draws, self.seen, self.met = True, False, False, False
        self.standing, self.moods = False, False
        self.agents, self.flags = ["number"], list[str]()

    @property
    def turns(self) -> bool:
        """Whether agents act in turns."""
        return self.acts in ("one", "pair")

    def number(self, depth: int) -> str:
        if depth > 0 and not self.seen:
            if self.over and self.dice.random() < 0.3:
                return self.look(depth - 1)
            if self.draws and self.dice.random() < 0.1:
                return self.dice.choice(("uniform(0, 1)", "normal(level, 0.1)"))
        return super().number(depth)

    def truth(self, depth: int) -> str:
        if depth > 0 and not self.seen:
            mixed = self.acts == "mean_field" and (self.standing or self.over[:1] == ("people",))
            if self.over and not mixed and self.dice.random() < 0.3:
                return self._looked(self.dice.choice(("any", "all")), depth - 1)
            if self.draws and self.dice.random() < 0.1:
                return "bernoulli(odds)"
        return super().truth(depth)

    def look(self, depth: int) -> str:
        """A number that is taken together of others, or of all."""
        extremes = ("min", "max") if self.acts != "mean_field" else ()
        return self._looked(self.dice.choice(("share", "count", "mean", "sum", *extremes)), depth)

    def _looked(self, function: str, depth: int) -> str:
        over = self.dice.choice(self.over)
        self.seen = True
        writer = self.number if function in ("mean", "sum", "min", "max") else self.truth
        inside = writer(depth)
        given = f" if {self.truth(depth)}" if self.dice.random() < 0.4 else ""
        self.seen = False
        return f"{function}({inside} for o in {over}{given})"

    def whose(self) -> str:
        """Nothing of one's own, or the brackets of another."""
        own = [""] if self.own else []
        others = ["[o]", "[o]"] if self.seen else ["[met]"] if self.met else []
        return self.dice.choice(own + others)

    def _leaf(self) -> str:
        if not (self.own or self.seen) or self.dice.random() < 0.4:
            return super()._leaf().replace("(elapsed / 10 weeks)", "0.3")
        if self.own and self.dice.random() < 0.1:
            return "toll[place]"
        name = self.dice.choice(self.agents)
        return f"({name}{self.whose()} / 9)" if name == "number" else f"{name}{self.whose()}"

    def _unary(self, depth: int) -> str:
        if self.dice.random() < 0.3:  # rarely without a meaning
            return super()._unary(depth)
        return f"{self.dice.choice(('abs', 'tanh', 'logistic'))}({self.number(depth)})"

    def _state(self, _: int) -> str:
        if not (self.own or self.seen):
            return self._compare(0)
        if self.flags and self.dice.random() < 0.5:
            return f"{self.dice.choice(self.flags)}{self.whose()}"
        if self.moods and self.dice.random() < 0.5:
            sign = self.dice.choice(("==", "!="))
            return f"(mood{self.whose()} {sign} {self.dice.choice(MOODS)})"
        name = self.dice.choice(list(GROUPS))
        if self.own and self.seen and self.dice.random() < 0.3:
            return f"({name}[o] == {name})"
        return f"({name}{self.whose()} == {self.dice.choice(GROUPS[name])})"


def write(seed: int, *, claims: int = 8) -> str:
    """A random case with a population, as text."""
    dice = Random(seed)
    author = CrowdAuthor(dice)
    mixed = author.acts == "mean_field"
    lasting = tuple(TIES)[:-1] if mixed else tuple(TIES)
    contacts = () if author.acts == "pair" else tuple(CONTACTS)[: 1 if mixed else 2]
    begun = _begun(author, lasting)
    own, world = _variables(author, lasting)
    rules = _rules(author, (*lasting, *contacts))
    author.draws, author.met, author.own, author.over = False, False, False, ()
    change, turns = author.number(2), f"acts: {author.acts}\n    turns: {dice.choice((3, 9))}"
    along = "\n    along: peers" if author.acts == "pair" and dice.random() < 0.5 else ""
    few = "fidelity: mean_field\n    representatives: 8"
    ties = {name: text for name, text in (TIES | CONTACTS).items() if name in lasting + contacts}
    text = CASE.format(
        substeps=dice.choice((1, 2)),
        change=change,
        world="\n".join(world),
        size=90 if mixed else 9,
        acting=few if mixed else turns + along if author.turns else "acts: all",
        ties="\n".join(f"      {name}: {text}" for name, text in ties.items()),
        traits="\n".join(f'      {name}: "{begun[name]}"' for name in begun if name[0] == "t"),
        states="\n".join(_state(dice, name, begun[name], rules[name]) for name in rules),
        own="\n".join(own),
        claims="\n".join(_claims(author, claims)),
    )
    return without_idle(text)


def _begun(author: CrowdAuthor, over: tuple[str, ...]) -> dict[str, str]:
    """Traits and starts of states, each made of those before it."""
    author.draws, author.over = True, over
    found = {"t_one": "uniform(0, 1)", "t_yes": "bernoulli(odds)"}
    author.agents.append("t_one")
    author.flags.append("t_yes")
    for name in ("t_two", "s_one", "s_two"):
        found[name] = author.number(2)
        author.agents.append(name)
    found["b_one"] = author.truth(1)
    author.flags.append("b_one")
    found["mood"] = f"calm if {author.truth(1)} else keen"
    author.moods, author.draws = True, False
    return found


def _variables(author: CrowdAuthor, over: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """Variables of agents and of the world, each made of those before it, in another order."""
    own, world = list[str](), list[str]()
    author.moving.append("heat")
    for name in ("v_one", "w_one", "v_two", "v_three", "w_two", "v_four"):
        author.own = author.standing = name[0] == "v"
        author.over = ("people",)
        if name[0] == "w":
            text = author.look(2) if name == "w_one" else author.number(2)
            world.append(f'  {name}: "({text}) + 0 * heat"')
            author.moving.append(name)
            continue
        author.over = () if author.turns else (*over, "people")
        truth = name in ("v_two", "v_four")
        own.append(f'      {name}: "{author.truth(2) if truth else author.number(2)}"')
        (author.flags if truth else author.agents).append(name)
    author.own, author.standing = True, False
    author.dice.shuffle(own)
    author.dice.shuffle(world)
    return own, world


def _rules(author: CrowdAuthor, over: tuple[str, ...]) -> dict[str, str]:
    """What states are a step later."""
    author.draws, author.met = True, author.acts == "pair"
    author.over = () if author.acts == "pair" else over
    if author.acts == "all":
        author.over = (*over, "people")
    found = {name: f"0.5 * {name} + clip({author.number(3)}, -2, 2)" for name in ("s_one", "s_two")}
    found["b_one"] = author.truth(3)
    whose = author.whose()
    found["mood"] = f"(cross if {author.truth(2)} else mood{whose}) if {author.truth(1)} else keen"
    return found


def _state(dice: Random, name: str, start: str, rule: str) -> str:
    words = f"one_of: [{', '.join(MOODS)}], " if name == "mood" else ""
    if name == "s_one" and dice.random() < 0.5:
        words, start = "within: [-1, 1], ", f"clip({start}, -1, 1)"
    return f'      {name}: {{{words}start: "{start}", next: "{rule}"}}'


def _claims(author: CrowdAuthor, count: int) -> list[str]:
    """What is counted over agents at the end or on the way, also where something is held."""
    dice, lines = author.dice, list[str]()
    author.over = ("people",)
    for number in range(count):
        asked = f"{dice.choice(('final', 'final', 'mean', 'max'))}({author.look(2)})"
        holds = f"{asked} > final({author.number(0)})"
        if dice.random() < 0.5:
            name = dice.choice(("level", "odds", "pull", "heat", "w_one", "w_two", "toll[north]"))
            holds = f"{asked} >= ({asked} | do({name} = {dice.choice(('0.4', '0.9', '0'))}))"
        lines.append(f'  c{number}: {{why: x, holds: "{holds}"}}')
    return lines
