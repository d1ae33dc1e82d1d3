"""Nash equilibria from Gambit, an optional extra that only ever runs in a child process.

Gambit solves what nothing here does: mixed equilibria of three and more players, and two-player
games in exact fractions. It is under the GPL, so nothing of it is imported: the child gets the game
as the text of an .nfg file and returns JSON (`gambit_child`), within limits of time and memory, for
a polynomial system can take both for ever. What it had found until then is kept. Every profile is
measured again here; what a player could gain by is left out.

Gambit's list for three and more players can be incomplete: it is "found", never "all". One game at
a time; axes as in `schelling.games.tables.strategic`, without the draw.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from dataclasses import dataclass
from fractions import Fraction
from importlib import util
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float

from schelling.games.errors import GameError
from schelling.games.files import nfg
from schelling.games.tables import strategic

INSTALL = "pip install 'schelling[gambit]'"
"""The command that installs Gambit."""

TOLERANCE = 1e-7
"""Largest gain, as a share of the payoff span, of a profile that counts as an equilibrium; Gambit's
own criterion is 1e-8."""

_SAME = 1e-6  # profiles closer than this are one
_NO_ROOM = ("MemoryError", "bad_alloc", "failed to map segment", "annot allocate memory")
_CHILD = Path(__file__).with_name("gambit_child.py")

Profile = tuple[Float[np.ndarray, " _action"], ...]
"""One mixed action per player."""
Exact = tuple[tuple[Fraction, ...], ...]
"""The same in fractions."""


@dataclass(frozen=True)
class Limits:
    """What the child may take.

    Attributes:
        seconds: Time, by the clock and of the processor.
        megabytes: Address space.
        most: Equilibria after which it stops looking.
    """

    seconds: float = 60.0
    megabytes: int = 2048
    most: int = 1000


STANDARD = Limits()
"""A minute and two gigabytes."""


class GambitError(GameError):
    """Gambit is not installed, or failed in a way that says something about the game."""


class ApproximateEquilibria(NamedTuple):
    """What Gambit found.

    Attributes:
        profiles: Distinct equilibria, measured here.
        regret: Most that any player could gain by changing only its own play, per profile, in
            payoff units; computed here.
        dropped: How many profiles of Gambit's are none by that measure.
        ended: Why the search ended early; empty where it went through.
        singular: Supports on which equilibria may form continua.
        given_up: Supports given up because they took too long.
        version: Of pygambit; empty where the child did not live to tell.
    """

    profiles: tuple[Profile, ...]
    regret: tuple[float, ...]
    dropped: int
    ended: str
    singular: int
    given_up: int
    version: str


class ExactEquilibria(NamedTuple):
    """Equilibria of a two-player game in fractions.

    Attributes:
        profiles: The extreme equilibria: all of them in a nondegenerate game.
        ended: Why the search ended early; empty where it went through.
    """

    profiles: tuple[Exact, ...]
    ended: str


class _Output(NamedTuple):
    lines: list[dict[str, Any]]
    done: dict[str, Any] | None
    ended: str


def installed() -> bool:
    """Whether Gambit is at hand; it is not loaded by asking."""
    return util.find_spec("pygambit") is not None


def solve(
    payoffs: Float[np.ndarray, "*action player"], limits: Limits = STANDARD
) -> ApproximateEquilibria:
    """Nash equilibria of a game with any number of players, pure and mixed.

    Args:
        payoffs: Payoff of each player, by every player's action.
        limits: What the child process may take.

    Returns:
        What was found; more may exist.

    Raises:
        GambitError: Gambit is not installed or cannot read the game.
        GameError: The payoffs are no strategic game or not finite.
    """
    table = _checked(payoffs)
    method = "enummixed" if table.ndim == 3 else "enumpoly"
    told = _ask(nfg.write(table), method, limits)
    found: list[tuple[Profile, float]] = []
    dropped = 0
    room = TOLERANCE * float(np.max(strategic.spans(table[None]), initial=0.0))
    for line in told.lines:
        profile = tuple(np.clip(np.array(own, dtype=np.float64), 0.0, 1.0) for own in line["play"])
        profile = tuple(own / own.sum() for own in profile)
        gain = float(np.max(strategic.regret(table[None], [own[None] for own in profile])))
        if not gain <= room:
            dropped += 1
        elif all(_distance(profile, other) > _SAME for other, _ in found):
            found.append((profile, max(gain, 0.0)))
    done = told.done or {"left": {}, "version": ""}
    left: dict[str, int] = done["left"]
    return ApproximateEquilibria(
        tuple(profile for profile, _ in found),
        tuple(gain for _, gain in found),
        dropped,
        told.ended or (f"stopped after {limits.most}" if left.get("Enough") else ""),
        left.get("Singular", 0),
        left.get("BudgetExceeded", 0),
        str(done["version"]),
    )


def exact(
    payoffs: Float[np.ndarray, "first second player"], limits: Limits = STANDARD
) -> ExactEquilibria:
    """Extreme Nash equilibria of a two-player game in exact fractions.

    Floats are taken as the shortest decimals that stand for them, so 0.1 is one tenth.

    Args:
        payoffs: Payoff of both players, by their actions.
        limits: What the child process may take.

    Returns:
        The equilibria, without rounding.

    Raises:
        GambitError: Gambit is not installed or cannot read the game.
        GameError: There are not two players, or a payoff is not finite.
    """
    table = _checked(payoffs)
    if table.ndim != 3:
        msg = f"exact enumeration is for two players; got {table.shape[-1]}"
        raise GameError(msg)
    told = _ask(nfg.write(table), "exact", limits)
    profiles = tuple(
        tuple(tuple(Fraction(share) for share in own) for own in line["play"])
        for line in told.lines
    )
    return ExactEquilibria(profiles, told.ended)


def _checked(payoffs: Float[np.ndarray, "*action player"]) -> Float[np.ndarray, "*action player"]:
    table = np.asarray(payoffs, dtype=np.float64)
    strategic.actions(table[None])
    if not np.isfinite(table).all():
        msg = "a payoff is not finite"
        raise GameError(msg)
    return table


def _distance(one: Profile, other: Profile) -> float:
    return max(float(np.max(np.abs(a - b))) for a, b in zip(one, other, strict=True))


def _ask(text: str, method: str, limits: Limits) -> _Output:
    if not installed():
        msg = f"Gambit is not installed: {INSTALL}"
        raise GambitError(msg)
    request = {
        "game": text,
        "method": method,
        "most": limits.most,
        "seconds": limits.seconds,
        "bytes": limits.megabytes * 2**20,
    }
    command = [sys.executable, "-I", str(_CHILD)]
    try:
        child = subprocess.run(
            command,
            input=json.dumps(request),
            capture_output=True,
            text=True,
            timeout=limits.seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        told = error.stdout.decode() if isinstance(error.stdout, bytes) else error.stdout or ""
        return _told(told, f"stopped after {limits.seconds:g} s")
    told = _told(child.stdout, "")
    if told.done:
        return told
    return told._replace(ended=_death(child.returncode, child.stderr, limits))


def _told(output: str, ended: str) -> _Output:
    """The lines that are whole; the last may be cut off where the child was stopped."""
    lines: list[dict[str, Any]] = [
        json.loads(line) for line in output.splitlines(keepends=True) if line.endswith("\n")
    ]
    last = [line["done"] for line in lines if "done" in line]
    return _Output([line for line in lines if "play" in line], last[0] if last else None, ended)


def _death(code: int, stderr: str, limits: Limits) -> str:
    """Why a child ended without a last word."""
    if any(word in stderr for word in _NO_ROOM):
        return f"stopped at {limits.megabytes} MB of memory"
    if code == -signal.SIGXCPU:
        return f"stopped after {limits.seconds:g} s"
    if code < 0:
        return f"ended by signal {-code}, out of time or memory"
    last = (stderr.strip().splitlines() or [""])[-1]
    msg = f"Gambit failed: {last or f'exit status {code}'}"
    raise GambitError(msg)
