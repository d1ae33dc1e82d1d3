"""What claims ask about a solved game: odds and payoffs of actors, of places, of types; beliefs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import jax.numpy as jnp
from jaxtyping import Array

from schelling.case.language.typed.types import GameValue
from schelling.claims.signal import EQUAL, Signal
from schelling.compile.expressions.frame import Value
from schelling.compile.games.tree import Board, Solved
from schelling.games.trees import dominance


@dataclass(frozen=True)
class GameAnswers:
    """A game of a case solved at some state, to be asked about.

    Attributes:
        board: The game.
        solved: Its solution.
    """

    board: Board
    solved: Solved

    def value(self, wanted: GameValue) -> Value:
        """`probability`, `payoff`, `reached` or `dominates` of the solved game."""
        if wanted.name == "belief":
            return jnp.where(self.solved.sound, self._belief(wanted), jnp.nan)
        if wanted.place:
            return jnp.where(self.solved.sound, self._at_place(wanted), jnp.nan)
        player = self.board.game.actors.index(wanted.actor)
        nodes = [
            node
            for node, owner in enumerate(self.board.tree.owner)
            if owner == player and all(a in self.board.tree.actions[node] for a in wanted.actions)
        ]
        nodes = self._of_type(nodes, wanted.actor, wanted.own)
        if wanted.name == "dominates":
            return self._dominates(nodes, wanted)
        if wanted.name == "payoff" and not wanted.actions:
            value = self._worth_of_type(wanted)
        else:
            value = self._where_it_chooses(nodes, wanted)
        return jnp.where(self.solved.sound, value, jnp.nan)

    def _where_it_chooses(self, nodes: tuple[int, ...], wanted: GameValue) -> Array:
        """Probability or payoff of an action, given that one of the nodes is reached."""
        player = self.board.game.actors.index(wanted.actor)
        owns: list[Array] = []
        for node in nodes:
            action = self.board.tree.actions[node].index(wanted.actions[0])
            after = self.board.tree.children[node][action]
            owns.append(
                self.solved.choice[node][action]
                if wanted.name == "probability"
                else self.solved.values[after][player]
            )
        alone = self.board.game.simultaneous and wanted.name == "probability"
        if alone:
            return owns[0]
        reach = self.reach()
        if wanted.name == "probability" and self._are_one(nodes):
            return owns[0]
        return self._mean(owns, [reach[node] for node in nodes])

    def _are_one(self, nodes: Iterable[int]) -> bool:
        """Whether who moves cannot tell some moves apart, so that it does the same at all."""
        return len({self.board.tree.infoset[node] for node in nodes}) == 1

    def _at_place(self, wanted: GameValue) -> Array:
        """How likely a place, or its last action, is; or what an actor expects from it on."""
        nodes, reach = self.board.places[wanted.place], self.reach()
        nodes = self._of_type(nodes, wanted.actor, wanted.own)
        if wanted.name == "reached":
            return sum((reach[node] for node in nodes), start=jnp.zeros(()))
        if wanted.name == "probability":
            nodes = tuple(self.board.tree.parent[node] for node in nodes)
            action = self.board.tree.actions[nodes[0]].index(wanted.place[-1])
            owns = [self.solved.choice[node][action] for node in nodes]
            if self._are_one(nodes):
                return owns[0]
        else:
            player = self.board.game.actors.index(wanted.actor)
            owns = [self.solved.values[node][player] for node in nodes]
        return self._mean(owns, [reach[node] for node in nodes])

    def _type_at(self, node: int, actor: str) -> str:
        """The type of an actor at a node behind all draws of types."""
        return self.board.tree.path(node)[[name for name, _ in self.board.game.types].index(actor)]

    def _of_type(self, nodes: Iterable[int], actor: str, own: str) -> tuple[int, ...]:
        """The nodes at which an actor is of a type; all of them where none is asked about."""
        return tuple(node for node in nodes if not own or self._type_at(node, actor) == own)

    def _worth_of_type(self, wanted: GameValue) -> Array:
        """What the game is worth to an actor, perhaps of a type."""
        player, nodes = self.board.game.actors.index(wanted.actor), (0,)
        if wanted.own:
            nodes = self._of_type(self.board.places[()], wanted.actor, wanted.own)
        reach = self.reach()
        return self._mean([self.solved.values[n][player] for n in nodes], [reach[n] for n in nodes])

    def _belief(self, wanted: GameValue) -> Array:
        """What who moves at a place believes of where it stands, or of another's type."""
        reach, here = self.reach(), self.board.places[wanted.place]
        sets = {self.board.tree.infoset[node] for node in here}
        nodes = [node for index in sorted(sets) for node in self.board.tree.infosets[index].members]
        believed = self._of_type(nodes, *wanted.about) if wanted.about else here
        mass = sum((reach[node] for node in believed), start=jnp.zeros(()))
        return mass / sum((reach[node] for node in nodes), start=jnp.zeros(()))

    @staticmethod
    def _mean(owns: list[Array], weights: list[Array]) -> Array:
        """What holds on average; of a single node also where it is hardly ever reached."""
        if len(owns) == 1:
            return owns[0]
        total, mass = jnp.zeros(()), jnp.zeros(())
        for own, weight in zip(owns, weights, strict=True):
            total, mass = total + weight * own, mass + weight
        return total / mass

    def reach(self) -> dict[int, Array]:
        """Probability that each node is reached."""
        found = {0: jnp.ones(())}
        for node, _ in self.board.moves:
            for action, child in enumerate(self.board.tree.children[node]):
                found[child] = found[node] * self.solved.choice[node][action]
        return found

    def _dominates(self, nodes: tuple[int, ...], wanted: GameValue) -> Signal:
        payoffs, weights = self.solved.payoffs.stacked(), self.solved.weights
        margins: list[Array] = []
        for node in nodes:
            first, second = (self.board.tree.actions[node].index(a) for a in wanted.actions)
            margins.append(
                dominance.weak_margin(self.board.tree, payoffs, node, first, second, weights)
            )
        least = margins[0]
        for margin in margins[1:]:
            least = jnp.minimum(least, margin)
        size = jnp.max(jnp.abs(payoffs[..., self.board.game.actors.index(wanted.actor)]), axis=-1)
        least = jnp.where(jnp.abs(least) <= EQUAL * size, 0.0, least)
        return Signal(least >= 0, jnp.where(self.solved.sound, least, jnp.nan))
