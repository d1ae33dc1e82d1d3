"""The kinds of findings of an exploration, as data from which sentences are made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from schelling.analysis.luck import LuckShare
from schelling.analysis.verdicts import Share
from schelling.study.exploring.box_search import Boxes
from schelling.study.exploring.thresholds import Threshold


@dataclass(frozen=True)
class Measure:
    """How much of one claim an input decides.

    Attributes:
        claim: Name of the claim.
        index: Total Sobol' index, or Shapley effect where assumptions are correlated.
        half_width: Half its 95 % interval.
    """

    claim: str
    index: float
    half_width: float


@dataclass(frozen=True)
class HingeFinding:
    """Claims for which one assumption matters most; or one claim for which several may.

    Attributes:
        claims: Names of the claims, the clearest first.
        assumption: The assumption with the largest index.
        tied: Assumptions that cannot be told apart from it, since their intervals overlap; there is
            one claim then.
        measures: How much the assumption decides of each claim.
        crossings: Where it separates the worlds in which a claim holds, and where those of `tied`
            do.
        chance: Claims for which chance may matter as much, or more: its interval reaches as high.
        clear: Whether its interval lies above all others, of those that do not stand out too.
        kind: `hinge`.
    """

    claims: tuple[str, ...]
    assumption: str
    tied: tuple[str, ...]
    measures: tuple[Measure, ...]
    crossings: tuple[Threshold, ...]
    chance: tuple[str, ...] = ()
    clear: bool = True
    kind: Literal["hinge"] = "hinge"


@dataclass(frozen=True)
class LuckFinding:
    """Claims of whose truth more than half of the variance is left with all assumptions fixed.

    Attributes:
        claims: Their names, the luckiest first.
        shares: Share of variance that chance decides, by itself and together with assumptions: its
            total Sobol' index.
        kind: `luck`.
    """

    claims: tuple[str, ...]
    shares: tuple[LuckShare, ...]
    kind: Literal["luck"] = "luck"


@dataclass(frozen=True)
class FixedFinding:
    """Claims that hold in every world, or in none, and whose numbers never failed.

    Attributes:
        claims: Their names.
        kind: `always` or `never`.
        shares: Shares of worlds.
        bound: Up to this share of worlds may be otherwise, at 95 % confidence, for the claim with
            fewest worlds; of those that are not certain.
        partly: Whether some of them are asked in some worlds only.
        certain: Those that are so by construction, whatever assumptions and chance bring.
    """

    claims: tuple[str, ...]
    kind: Literal["always", "never"]
    shares: tuple[Share, ...]
    bound: float
    partly: bool
    certain: tuple[str, ...] = ()


@dataclass(frozen=True)
class ConflictFinding:
    """Claims that hold together in no world, each set minimal.

    Attributes:
        claims: All claims concerned.
        sets: The sets.
        expected: In how many worlds each set would hold if its claims were independent.
        asked: Worlds that ask all claims of each set.
        worlds: Worlds examined.
        bound: A set may hold together in up to this share of the worlds that ask it, at 95 %
            confidence.
        complete: Whether all sets were searched for.
        kind: `conflict`.
    """

    claims: tuple[str, ...]
    sets: tuple[tuple[str, ...], ...]
    expected: tuple[float, ...]
    asked: tuple[int, ...]
    worlds: int
    bound: float
    complete: bool
    kind: Literal["conflict"] = "conflict"


@dataclass(frozen=True)
class CornerFinding:
    """A claim that fails, or holds, in few worlds, most of them in one box.

    Attributes:
        claims: The claim.
        boxes: Its boxes; the first rule is the corner.
        partly: Whether it is asked in some worlds only.
        failed: Whether its numbers failed in some.
        kind: `corner`.
    """

    claims: tuple[str, ...]
    boxes: Boxes
    partly: bool = False
    failed: bool = False
    kind: Literal["corner"] = "corner"


@dataclass(frozen=True)
class OpenFinding:
    """Claims whose verdict failed numbers leave open.

    Attributes:
        claims: Their names.
        shares: Bounds of the shares of worlds.
        kind: `open`.
    """

    claims: tuple[str, ...]
    shares: tuple[Share, ...]
    kind: Literal["open"] = "open"


@dataclass(frozen=True)
class LostFinding:
    """Claims of which it cannot be told what they hang on, since many points have no truth value.

    Attributes:
        claims: Their names.
        lost: Share of the points of the design that have a world without a truth value.
        partly: Whether some of them are asked in some worlds only.
        failed: Whether numbers of some of them failed.
        kind: `lost`.
    """

    claims: tuple[str, ...]
    lost: tuple[float, ...]
    partly: bool
    failed: bool
    kind: Literal["lost"] = "lost"


@dataclass(frozen=True)
class UnaskedFinding:
    """Claims that no world asks.

    Attributes:
        claims: Their names.
        kind: `unasked`.
    """

    claims: tuple[str, ...]
    kind: Literal["unasked"] = "unasked"


@dataclass(frozen=True)
class SilentFinding:
    """Claims for which no assumption stands out from the error bars.

    Attributes:
        claims: Their names.
        asked: How many claims were asked.
        kind: `nothing`.
    """

    claims: tuple[str, ...]
    asked: int
    kind: Literal["nothing"] = "nothing"


Finding = (
    HingeFinding
    | LuckFinding
    | FixedFinding
    | ConflictFinding
    | CornerFinding
    | OpenFinding
    | LostFinding
    | SilentFinding
    | UnaskedFinding
)
