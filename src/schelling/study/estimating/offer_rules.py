"""The ultimatum game as a game to be estimated: its players and the names of its payoffs."""

from __future__ import annotations

from typing import NamedTuple

from schelling.study.estimating.game_names import GameNames

ULTIMATUM = "ultimatum"
"""Stands for a game file."""
OFFER_SETTINGS = ("offer", "answer", "pie")
"""Settings of a model that only the ultimatum game has."""
PROPOSER, RESPONDER = "proposer", "responder"


class OfferRules(NamedTuple):
    """The ultimatum game.

    Attributes:
        name: What it is called.
        players: Its players.
    """

    name: str = "Ultimatum"
    players: tuple[str, str] = (PROPOSER, RESPONDER)

    @property
    def payoffs(self) -> tuple[str, ...]:
        """Names of the payoffs that are estimated: what each has after a rejection."""
        return tuple(f"{player}.rejected" for player in self.players)


OUTCOMES = GameNames({}, ("offer / pie", "accepted"), {}, {}, ())
"""What is predicted: the mean offer as a share of the pie, and the chance that it is accepted."""
