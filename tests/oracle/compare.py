"""The engine's run beside the oracle's, world by world."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

import schelling
from oracle import interpreter, play, states
from oracle.interpreter import World
from schelling.case.model import Game, StateMachine, StochasticGame
from schelling.compile.planning import plan as plans
from schelling.errors import Status

CLOSE = 1e-9
"""Both sides round differently (sums in another order, other library functions): some 1e-16 a step,
over some hundred steps, magnified by what the case does with it. Relative to the size of the
number, or to 1 where it is smaller."""


TIE = 1e-15
"""A margin of less is what is left of a difference of numbers of size one."""


def differences(
    case: schelling.Case,
    worlds: Sequence[int],
    *,
    seed: int = 5,
    claims: Sequence[str] | None = None,
    may_lose: bool = False,
    course: bool = True,
) -> list[str]:
    """Everything in which the two disagree; empty when all is well.

    Truth, margin, status, final values and states, held bounds, whole series, states over time, and
    every game where it was first played are compared. A world in which the oracle loses its way is
    a difference; where it `may_lose`, such a world is passed over, but more than one in four is too
    many. Without the `course`, series, states over time and games are left out, and with them the
    program that looks at them.
    """
    many = max(*worlds, 16) + 1
    run = schelling.run(case, worlds=many, seed=seed, replicates=4, claims=claims, course=course)
    plan = plans.build(case, claims)
    found: list[str] = []
    lost: list[str] = []
    for number in worlds:
        row = run.draws.loc[number]
        draw = {assumption.name: row[assumption.name] for assumption in plan.assumptions}
        try:
            world = interpreter.run(plan, draw, number, seed)
            lines = _rows(world, row)
            if course and number < len(run.series["world"]):
                lines += _paths(world, run)
        except FloatingPointError as error:
            lost.append(f"world {number}: the oracle is {error}")
        else:
            found += [f"world {number}: {line}" for line in lines]
    return found + ([] if may_lose and 4 * len(lost) <= len(worlds) else lost)


def _differ(what: str, ours: object, theirs: object) -> list[str]:
    a, b = np.asarray(ours, dtype=float), np.asarray(theirs, dtype=float)
    with np.errstate(invalid="ignore"):
        room = CLOSE * np.maximum(1.0, np.maximum(np.abs(a), np.abs(b)))
        same = (a == b) | (np.abs(a - b) <= room) | (np.isnan(a) & np.isnan(b))
    return [] if np.all(same) else [f"{what}: engine {ours}, oracle {theirs}"]


def _rows(world: World, row: pd.Series) -> list[str]:
    """The world's row of the table."""
    plan = world.plan
    status = Status.SOLVED if world.sound else Status.OUT_OF_DOMAIN
    found = _differ("status", row["status"], status)
    for stock in (stock for stock in plan.stocks if not stock.remembers):
        final = world.stocks[stock.name] / stock.unit.factor
        found += _differ(f"final.{stock.name}", row[f"final.{stock.name}"], final)
        held = stock.name in world.bounded
        found += _differ(f"bounded.{stock.name}", row[f"bounded.{stock.name}"], held)
    for machine in plan.machines:
        state, column = _place(machine, world.states[machine.name]), f"final.{machine.name}"
        if row[column] != machine.states[state]:
            found.append(f"{column}: engine {row[column]}, oracle {machine.states[state]}")
    for claim in plan.claims:
        answer = interpreter.ask(world, claim.holds)
        found += _differ(f"margin.{claim.name}", row[f"margin.{claim.name}"], answer.margin)
        holds = row[f"holds.{claim.name}"]
        tied = 0 < abs(answer.margin) < TIE  # rounding decides, and the two round differently
        if f"counts.{claim.name}" in row:
            counts = interpreter.asked(world, claim.holds)
            found += _differ(f"counts.{claim.name}", row[f"counts.{claim.name}"], counts)
        if pd.isna(holds) == answer.sound or (answer.sound and holds != answer.holds and not tied):
            found.append(f"holds.{claim.name}: engine {holds}, oracle {answer}")
    for game in plan.played:
        step = row[f"played.{game.name}"]
        ours = -1 if pd.isna(step) else step
        found += _differ(f"played.{game.name}", ours, world.played.get(game.name, -1))
    return found + _answers(world, row)


def _place(machine: StateMachine, number: object) -> int:
    """Which of its states a machine is in."""
    return machine.numbers.index(int(interpreter.real(number)))


def _answers(world: World, row: pd.Series) -> list[str]:
    """What the world answers to the questions; nothing where an antecedent does not hold."""
    known = {ask.column: interpreter.answer(world, ask.expression) for ask in world.plan.asks}
    found: list[str] = []
    for ask in world.plan.asks:
        given = known.get(f"given.{ask.name}", 1.0)
        answer = known[ask.column] / ask.factor
        if ask.what == "forecast" and given != 1:
            answer = np.nan
        ours = row[ask.column]
        found += _differ(ask.column, np.nan if pd.isna(ours) else float(ours), answer)
        if ask.what == "forecast" and f"asked.{ask.name}" in row:
            mine = [
                a for a in world.plan.asks if a.name == ask.name and a.what in ("forecast", "given")
            ]
            parts = [a.expression for a in mine]
            asked = all(interpreter.asked(world, part) for part in parts)
            found += _differ(f"asked.{ask.name}", row[f"asked.{ask.name}"], asked)
    return found


def _paths(world: World, run: schelling.Run) -> list[str]:
    """The world's whole course."""
    plan = world.plan
    units = {s.name: s.unit.factor for s in plan.stocks}
    units |= {v.name: v.unit.factor for v in plan.moving}
    found: list[str] = []
    for machine in plan.machines:
        path = [_place(machine, moment[machine.name]) for moment in world.moments]
        ours = run.series[machine.name].sel(world=world.number).to_numpy()
        found += _differ(machine.name, ours, path)
    kept = {stock.name for stock in plan.stocks if stock.remembers}
    for name in (name for name in plan.series if name not in kept):
        path = [moment[name] / units[name] for moment in world.moments]
        found += _differ(name, run.series[name].sel(world=world.number).to_numpy(), path)
    for game in plan.games:
        found += _odds(world, run, game)
    for game in plan.stochastic:
        found += _states(world, run, game)
    return found


def _states(world: World, run: schelling.Run, game: StochasticGame) -> list[str]:
    """What is played, and what states are worth, in a game with states."""
    with np.errstate(all="ignore"):
        solved = states.solve(
            game, lambda e: interpreter.real(interpreter.evaluate(e, world.at(0)))
        )
    data, found = run.games[game.name].sel(world=world.number), list[str]()
    found += _differ(f"{game.name} solved", data["status"] == Status.SOLVED, solved.sound)
    for (state, actor), odds in solved.odds.items():
        for action, probability in odds.items():
            edge = f"{state} / {actor}: {action}"
            ours = data["choice"].sel(edge=edge).item()
            found += _differ(f"{game.name}: {edge}", ours, probability)
    for (state, actor), worth in solved.worth.items():
        ours = data["value"].sel(state=state, player=actor).item()
        found += _differ(f"{game.name}: {state} to {actor}", ours, worth)
    return found


def _odds(world: World, run: schelling.Run, game: Game) -> list[str]:
    """What is played at every move of a game where it was first played."""
    seen = world.met[game.name] if game.schedule else world.at(0)
    with np.errstate(all="ignore"):
        solved = play.solve(game, lambda e: interpreter.real(interpreter.evaluate(e, seen)))
    ours = run.games[game.name]["choice"].sel(world=world.number)
    found: list[str] = []
    for place, choice in plans.choices(game.root):
        for branch, odds in zip(choice.branches, solved.at(choice).odds, strict=True):
            edge = play.below(place, branch.action).replace("/", " / ")
            edge = f"{choice.actor}: {branch.action}" if game.simultaneous else edge
            edge = f"{choice.actor}, {choice.knows}: {branch.action}" if choice.knows else edge
            found += _differ(f"{game.name}: {edge}", ours.sel(edge=edge).item(), odds)
    return found
