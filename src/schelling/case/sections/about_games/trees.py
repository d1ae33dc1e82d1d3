"""Game trees of a case: from nested mappings to moves, payoffs and effects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from schelling.case import names
from schelling.case.draft import NOTHING, Draft
from schelling.case.file.yaml_tree import Path
from schelling.case.language.inferring.inference import infer
from schelling.case.language.inferring.machines import holders
from schelling.case.language.parsing import parsed
from schelling.case.language.parsing.syntax import SyntaxIssue
from schelling.case.language.typed.scope import GameShape, Scope, family_name, suggest
from schelling.case.language.typed.types import Constant, Kind, Reference, Type, Typed
from schelling.case.language.typed.units import PURE, Dimensions, Unit, describe, said
from schelling.case.model import CHANCE, Branch, Choice, Effect
from schelling.case.schema import commas, game_parts
from schelling.case.sections import machines
from schelling.case.sections.about_games import private
from schelling.case.sections.about_games.continuing import with_worth
from schelling.case.sections.about_games.tree_walks import branches, choices, movers

MAX_ENDS = 2_000


@dataclass(frozen=True)
class Surroundings:
    """What a tree can refer to.

    Attributes:
        actors: Names of the case's actors.
        scope: For expressions inside a run.
        targets: Units of the stocks an effect may change.
        machines: States of the case's state machines.
    """

    actors: tuple[str, ...]
    scope: Scope
    targets: Mapping[str, Unit]
    machines: Mapping[str, tuple[str, ...]]


def effects(
    draft: Draft, raw: Iterable[str], path: Path, around: Surroundings
) -> tuple[Effect, ...]:
    """What an event or an action does to the targets that it names."""
    found: list[Effect] = []
    for written in raw:
        here = (*path, written)
        target = written if "[" not in written else _of_member(draft, here, around)
        if target is None:
            continue
        if target in around.machines:
            states = around.machines[target]
            value = machines.becomes(draft, here, around.scope, target, states)
        elif target in around.targets:
            value = draft.infer(here, around.scope, around.targets[target])
        elif target in draft.left_out:
            continue
        else:
            message = f"'{target}' cannot be changed: it is neither a stock nor a state machine"
            having = holders(around.scope, target)
            known = (*around.targets, *around.machines)
            hint = f"write {having[0]}: {target}" if having else suggest(target, known)
            draft.report_key("E406", message, here, hint=hint)
            continue
        found.append(Effect(target, value))
    return tuple(found)


def unread(raw: Iterable[str]) -> tuple[Effect, ...]:
    """Effects of an action that are read once all games are known, by targets as written."""
    return tuple(Effect(target, NOTHING) for target in raw)


def _of_member(draft: Draft, path: Path, around: Surroundings) -> str | None:
    """The name of the stock that a key such as `standing[city]` means for a member."""
    written = str(path[-1])
    try:
        typed, issues = infer(parsed.parse(written), draft.inside(path, around.scope))
    except SyntaxIssue as error:
        typed, issues = NOTHING, [error.issue]
    for issue in issues:
        draft.report_key(issue.code, issue.message, path, issue.reason, issue.hint)
    if isinstance(typed, Reference) and not issues:
        return typed.name
    if not issues and typed is not NOTHING and typed.type.known:
        message = f"'{written}' cannot be changed: it is neither a stock nor a state machine"
        known = (*around.targets, *around.machines)
        draft.report_key("E406", message, path, hint=suggest(written, known))
    return None


def payoffs(
    draft: Draft, raw: Mapping[str, str], path: Path, around: Surroundings
) -> tuple[tuple[str, Typed], ...]:
    """What something is worth to actors."""
    found: list[tuple[str, Typed]] = []
    for actor in raw:
        known_actor(draft, actor, (*path, actor), around.actors)
        found.append((actor, draft.number((*path, actor), around.scope)))
    return tuple(found)


def known_actor(draft: Draft, name: str, path: Path, actors: Iterable[str]) -> None:
    """Report somebody who is not among those who can stand here."""
    actors = tuple(actors)
    if name not in actors and name not in draft.left_out:
        message = f"'{name}' is not an actor of this case"
        draft.report_key("E407", message, path, hint=suggest(name, actors))


@dataclass
class _Tree:
    """One tree being read."""

    draft: Draft
    around: Surroundings
    sets: private.InformationSets
    ends: int = 0
    trail: list[private.Taken] = field(default_factory=list[private.Taken])

    def choice(
        self, raw: Mapping[str, Mapping[str, game_parts.Branch | None]], path: Path
    ) -> Choice:
        if len(raw) != 1:
            message = f"a move belongs to one actor (or to chance); {len(raw)} are named here"
            self.draft.report_key("E407", message, path)
            return Choice(CHANCE, ())
        (actor,) = raw
        here = (*path, actor)
        known_actor(self.draft, actor, here, (*self.around.actors, CHANCE))
        actions = raw[actor]
        if not actions:
            self.draft.report_key("E407", f"'{actor}' has no actions to choose from", here)
        names.collisions(self.draft, [(action, (*here, action)) for action in actions])
        empty = game_parts.Branch.model_validate({})
        hidden = {action: (branch or empty).hidden for action, branch in actions.items()}
        blurred = private.blurred(hidden)
        branches: list[Branch] = []
        for action, branch in actions.items():
            self.trail.append(private.Taken(actor, action, blurred[action]))
            below = (*here, action)
            branches.append(self.branch(action, branch or empty, below, chance=actor == CHANCE))
            self.trail.pop()
        if actor == CHANCE:
            branches = list(self.probabilities(branches, here))
        choice = Choice(actor, tuple(branches))
        private.check_hidden(self.draft, choice, hidden, here)
        own = self.around.scope.drawn.get(actor, "")
        return replace(choice, knows=self.sets.meet(self.draft, choice, own, self.trail, here))

    def branch(self, action: str, raw: game_parts.Branch, path: Path, *, chance: bool) -> Branch:
        names.check(self.draft, family_name(action), path, element=False)
        scope = self.around.scope
        paid = payoffs(self.draft, raw.payoffs, (*path, "payoffs"), self.around)
        paid = with_worth(self.draft, paid, raw.worth, path, scope, self.around.actors)
        if raw.probability is not None and not chance:
            message = "'probability' belongs only under 'chance'"
            self.draft.report_key("E407", message, (*path, "probability"))
        probability = None
        if raw.probability is not None:
            probability = self.draft.infer((*path, "probability"), scope, PURE)
        what = unread(raw.effects)
        origin = self.draft.origin(path, raw.from_, raw.why, raw.says)
        then = self.next(raw, path)
        self.ends += then is None
        return Branch(action, paid, what, probability, then, origin, hidden=tuple(raw.hidden))

    def next(self, raw: game_parts.Branch, path: Path) -> Choice | None:
        extra = raw.__pydantic_extra__ or {}
        possible = {CHANCE, *self.around.actors} | self.draft.left_out
        movers = [name for name in extra if name in possible]
        for name in extra:
            if name not in movers:
                known = (*game_parts.BRANCH_KEYS, *self.around.actors, CHANCE)
                message = f"'{name}' is neither a key of an action nor an actor"
                hint = commas.hint(self.draft, (*path, name)) or suggest(name, known)
                self.draft.report_key("E201", message, (*path, name), hint=hint)
        if not movers:
            return None
        if len(movers) > 1:
            message = f"only one actor can move next; here {' and '.join(movers)} do"
            self.draft.report_key("E407", message, (*path, movers[1]))
        return self.choice({movers[0]: extra[movers[0]]}, path)

    def probabilities(self, branches: list[Branch], path: Path) -> tuple[Branch, ...]:
        open_ones = [b for b in branches if b.probability is None]
        if len(open_ones) > 1:
            without = " and ".join(b.action for b in open_ones)
            message = f"all branches of chance but one need a 'probability'; {without} have none"
            self.draft.report_key("E407", message, path)
        constants = [b.probability for b in branches if isinstance(b.probability, Constant)]
        total = sum(c.value for c in constants)
        exact = len(constants) == len(branches)
        if (
            total > 1 + 1e-9
            or (exact and abs(total - 1) > 1e-9)
            or any(c.value < 0 for c in constants)
        ):
            message = f"the probabilities of chance add up to {total:g}, not 1"
            if any(c.value < 0 for c in constants):
                message = "a probability of chance is negative"
            self.draft.report_key("E407", message, path)
        return tuple(branches)


def tree(
    draft: Draft, raw: game_parts.Tree, path: Path, around: Surroundings, types: private.Types = ()
) -> tuple[Choice, tuple[str, ...]]:
    """The first move of a game and the actors that have payoffs in it, in the case's order."""
    builder = _Tree(draft, around, private.InformationSets(bool(types)))

    def follow(scope: Scope) -> Choice:
        builder.around = replace(around, scope=scope)
        return builder.choice(raw, path)

    scope = replace(around.scope, types=dict(types))
    root = private.unfolded(draft, types, (*path[:-1], "types"), scope, follow)
    if builder.ends > MAX_ENDS:
        message = f"the tree has {builder.ends:,} ends; at most {MAX_ENDS:,} are allowed"
        draft.report("E407", message, path)
    moving = set(movers(root, around.actors))
    paid = {actor for branch in branches(root) for actor, _ in branch.payoffs}
    if not paid and all(choice.actor == CHANCE and choice.branches for choice in choices(root)):
        message = "nobody moves in this game and nobody has a payoff: chance alone decides"
        hint = "write what happens by chance as an event, or give an actor payoffs"
        draft.report_key("E407", message, path, hint=hint)
    _complete(draft, next(private.games(root, types)), moving, frozenset(), path)
    return root, tuple(actor for actor in around.actors if actor in moving | paid)


def _complete(
    draft: Draft, choice: Choice, movers: set[str], paid: frozenset[str], path: Path
) -> None:
    """Report ends at which an actor that moves has no payoff."""
    for branch in choice.branches:
        here = (*path, choice.actor, branch.action)
        total = paid | {actor for actor, _ in branch.payoffs}
        if branch.then is not None:
            _complete(draft, branch.then, movers, total, here)
        else:
            everybody_paid(draft, movers, total, here)


def everybody_paid(draft: Draft, movers: set[str], paid: frozenset[str], path: Path) -> None:
    """Report an end without a payoff for somebody who moves."""
    if missing := sorted(movers - paid):
        message = f"no payoff for {' and '.join(missing)} after '{path[-1]}'"
        reason = "an actor that moves needs a payoff at every end"
        draft.report_key("E407", message, path, reason, "write 0 if it is meant to be zero")


def shape(
    root: Choice, actors: tuple[str, ...], *, played: bool, types: private.Types = ()
) -> GameShape:
    """What claims need to know of a game."""
    actions: dict[str, list[str]] = {}
    units: dict[str, Dimensions | None] = dict.fromkeys(actors)
    places: dict[tuple[str, ...], tuple[str, ...]] = {}
    movers: dict[tuple[str, ...], str] = {}
    knowing = {choice.knows for choice in choices(root)}

    def visit(choice: Choice, place: tuple[str, ...]) -> None:
        places[place] = tuple(branch.action for branch in choice.branches)
        movers[place] = choice.actor
        known = actions.setdefault(choice.actor, [])
        for branch in choice.branches:
            known += [branch.action] if branch.action not in known else []
            for actor, value in branch.payoffs:
                units[actor] = value.type.dimensions if units.get(actor) is None else units[actor]
            here = (*place, branch.action)
            places[here] = ()
            if branch.then is not None:
                visit(branch.then, here)

    for game in private.games(root, types):
        visit(game, ())
    known = {actor: tuple(own) for actor, own in actions.items() if actor != CHANCE}
    return GameShape(
        known,
        units,
        played,
        places=places,
        movers=movers,
        types=dict(types),
        private=knowing != {""},
    )


def check_units(
    draft: Draft,
    root: Choice,
    shape: GameShape,
    precisions: Mapping[str, Typed],
    path: Path,
    form: str = "tree",
) -> None:
    """Payoffs of one actor must share a unit; precision times payoff must have none."""
    for branch in branches(root):
        for actor, value in branch.payoffs:
            known, found = shape.units.get(actor), value.type.dimensions
            if value is not NOTHING and None not in (known, found) and known != found:
                message = f"the payoffs of '{actor}' have different units: "
                message += f"{describe(known or ())} and {describe(found or ())}"
                reason = "the payoffs of one actor are compared with each other"
                draft.report_key("E307", message, (*path, form), reason)
                return
    for actor, precision in precisions.items():
        unit = shape.units.get(actor) or ()
        found = precision.type.dimensions
        inverse = tuple((base, -power) for base, power in unit)
        if precision.type.known and found is not None and found != inverse:
            message = (
                f"the precision is {said(found)}, but the payoffs of '{actor}' are {said(unit)}"
            )
            reason = "precision times payoff must be a pure number"
            hint = f"an assumption with unit: {describe(inverse)}" if inverse else ""
            where = (*path, "solve", "precision")
            where = where if draft.root.at(where).text else (*where, actor)
            draft.report("E307", message, where, reason, hint)
            return


def no_precision() -> Typed:
    """Stands in for a precision that could not be read."""
    return Constant(1.0, Type(Kind.UNKNOWN))
