"""The deterrence games of Zagare and Kilgour (2000) and other published trees."""

from __future__ import annotations

from collections.abc import Mapping

from schelling.games.trees.build import Sketch, chance, decision, end

Orders = Mapping[str, float]


def unilateral(
    hard_challenger: float, hard_defender: float, challenger: Orders, defender: Orders
) -> Sketch:
    """Unilateral Deterrence Game with two types a side; `DD+` is a hard player's conflict payoff.

    The last move is the Challenger's own conflict: hard presses on, soft backs down.
    """
    branches: dict[str, tuple[float, Sketch]] = {}
    for ch, p in (("hard", hard_challenger), ("soft", 1 - hard_challenger)):
        for df, q in (("hard", hard_defender), ("soft", 1 - hard_defender)):
            conflict = {
                "ch": challenger["DD+" if ch == "hard" else "DD-"],
                "def": defender["DD+" if df == "hard" else "DD-"],
            }
            last = decision(
                "ch",
                {
                    "press": end("DD", conflict),
                    "back down": end("CD", {"ch": challenger["CD"], "def": defender["CD"]}),
                },
                f"last {ch}",
            )
            answer = decision(
                "def",
                {
                    "concede": end("DC", {"ch": challenger["DC"], "def": defender["DC"]}),
                    "defy": last,
                },
                f"def {df}",
            )
            quo = end("SQ", {"ch": challenger["SQ"], "def": defender["SQ"]})
            first = decision("ch", {"cooperate": quo, "defect": answer}, f"ch {ch}")
            branches[f"{ch} {df}"] = (p * q, first)
    return chance(branches)


def escalation(challenger: Orders, defender: Orders, label: str = "") -> Sketch:
    """Asymmetric Escalation Game; sets are named by `label` and depth, None without a label."""

    def stop(name: str) -> Sketch:
        return end(name, {"ch": challenger[name], "def": defender[name]})

    def sets(who: str, types: str) -> str | None:
        return f"{who} {types}" if label else None

    ch, df = [*label.split(), "", ""][:2]
    reply = decision("def", {"stop": stop("ED"), "escalate": stop("EE")}, sets("late", df))
    answer = decision(
        "def",
        {
            "concede": stop("DC"),
            "defy": decision("ch", {"stop": stop("DD"), "escalate": reply}, sets("mid", ch)),
            "escalate": decision(
                "ch", {"back down": stop("DE"), "escalate": stop("EE")}, sets("up", ch)
            ),
        },
        sets("first", df),
    )
    return decision("ch", {"cooperate": stop("SQ"), "defect": answer}, sets("start", ch))


def poker() -> Sketch:
    """Card game of Myerson (1991), figure 2.1: folding loses the ante, meeting doubles it."""

    def card(holds: str, wins: float) -> Sketch:
        fold = end("fold", {"1": -1, "2": 1})
        meet = end("meet", {"1": 2 * wins, "2": -2 * wins})
        leave = end("pass", {"1": 1, "2": -1})
        answer = decision("2", {"meet": meet, "pass": leave}, "reply")
        return decision("1", {"raise": answer, "fold": fold}, holds)

    return chance({"king": (0.5, card("king", 1)), "queen": (0.5, card("queen", -1))})
