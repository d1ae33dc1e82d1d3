"""What runs in a process of its own beside Gambit: a game file in, JSON lines out.

Run by path, never imported: `python gambit_child.py`. It knows nothing of this project and limits
its own memory and time before Gambit is loaded. The request is one JSON object on standard input:
`game` (text of an .nfg file), `method` (`enumpoly`, `enummixed` or `exact`), `most` (equilibria to
look for), `seconds` and `bytes`. Every equilibrium is a line as soon as it is found, `{"play":
[[p, ...], ...], "regret": r}`, numbers as texts of fractions where they are exact; the last line
is `{"done": {"version": ..., "left": {...}}}`, `left` counting supports that were given up.
"""

from __future__ import annotations

import importlib
import io
import json
import math
import os
import resource
import sys
from collections import Counter
from typing import Any


def main() -> None:
    """ApproximateEquilibria the request on standard input."""
    request: dict[str, Any] = json.load(sys.stdin)
    seconds = math.ceil(request["seconds"])
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (request["bytes"], request["bytes"]))
    pygambit: Any = importlib.import_module("pygambit")
    game = pygambit.read_nfg(io.BytesIO(request["game"].encode()))
    left: Counter[str] = Counter()
    told = 0

    def tell(profile: Any, *_: Any) -> None:
        nonlocal told
        exact = request["method"] == "exact"
        number = str if exact else float
        play = [[number(profile[p][s]) for s in game.get_strategies(p)] for p in game.players]
        _line({"play": play, "regret": number(profile.max_regret())})
        told += 1
        if told >= request["most"]:  # an exception would not come through Gambit as itself
            left["Enough"] = 1
            finish()
            os._exit(0)

    def note(event: Any) -> None:
        kind = type(event).__name__
        for word in ("Singular", "BudgetExceeded"):
            left[word] += word in kind

    def finish() -> None:
        _line({"done": {"version": str(pygambit.__version__), "left": dict(left)}})

    if request["method"] == "enumpoly":
        pygambit.nash.enumpoly_solve(
            game, use_strategic=True, nash_callback=tell, event_callback=note
        )
    else:
        exact = request["method"] == "exact"
        pygambit.nash.enummixed_solve(game, rational=exact, nash_callback=tell)
    finish()


def _line(content: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(content) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
