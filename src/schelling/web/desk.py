"""What is computed for a page: the case in one state after another, each run kept a while.

A desk belongs to one case. It reads the case once and again only when its file has changed, so that
a change of one number costs its simulation and little else.
"""

from __future__ import annotations

import enum
import threading
from collections import OrderedDict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Final

import xarray as xr

from schelling.case.check import CaseReader, Checked
from schelling.case.drawn import Prior
from schelling.case.model import Case
from schelling.case.settings import given
from schelling.errors import Problem
from schelling.study.runs.made_again import game_courses
from schelling.study.runs.results import Run
from schelling.study.runs.reweighted import WeightedRun, reweighted
from schelling.study.runs.run import run
from schelling.web.looking_ahead import WORLDS, ahead
from schelling.web.memory import give_back
from schelling.web.page_state import PREVIEW, REFINED, PageState

KEPT: Final = 12
"""Runs that a desk keeps, and checked cases."""

_TRIED: Final = 3
"""Runs of many worlds, the last that were looked at, whose worlds are weighed for another state."""


@dataclass(frozen=True)
class ServedCase:
    """Where a case is.

    Attributes:
        path: Its file or folder.
        source: A file with the text it refers to, if it is not in the folder.
        start: The state in which its page opens.
    """

    path: Path
    source: Path | None = None
    start: PageState = field(default_factory=PageState)


class Faulty(Exception):
    """The case cannot be run as it stands.

    Attributes:
        checked: What came of checking it.
        state: The state in which it was checked.
    """

    def __init__(self, checked: Checked, state: PageState) -> None:
        super().__init__(checked.rendered())
        self.checked, self.state = checked, state

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong."""
        return self.checked.problems

    def changed(self, problem: Problem) -> str:
        """The name of the change that a problem lies in; empty where it lies in a file."""
        if problem.path != given.OPTION or problem.span is None:
            return ""
        return next(iter(list(self.state.changes)[problem.span.line - 1 :]), "")


class _Kind(enum.Enum):
    """How much is computed."""

    PREVIEW = "preview"
    REFINED = "refined"
    WHOLE = "whole"
    AHEAD = "ahead"


_AT_ONCE: Final = {_Kind.PREVIEW: PREVIEW, _Kind.AHEAD: WORLDS}
"""Worlds of the runs that a moving hand waits for."""


class Superseded(Exception):
    """Something was asked for meanwhile that is wanted sooner."""


class Desk:
    """Computes what pages of one case ask for; safe to ask from several threads.

    The kinds of runs go on beside each other, each one at a time. Who only previews does not wait
    until another is done: it stops the others at their next block, except for courses. Where only
    priors have moved, the worlds of a run that is known are weighed, and nothing is computed.
    """

    def __init__(self, place: ServedCase) -> None:
        self.place = place
        self._known = threading.RLock()
        self._reader: CaseReader | None = None
        self._checked: OrderedDict[Hashable, Checked] = OrderedDict()
        self._runs: OrderedDict[tuple[tuple[object, ...], _Kind], Run] = OrderedDict()
        self._turns = {kind: threading.Lock() for kind in _Kind}
        self._dating = threading.Lock()
        self._dated: tuple[Run, Mapping[str, xr.Dataset]] | None = None
        self._previews = 0
        self._hand: tuple[Hashable, Prior] | None = None
        self._asked = 0
        self._edition = 0

    def forget(self) -> None:
        """The file has changed: everything is read and computed anew when asked for."""
        with self._known:
            self._reader = None
            self._checked.clear()
            self._runs.clear()
            self._edition += 1

    def check(self, state: PageState) -> Checked:
        """What comes of checking the case in a state."""
        with self._known:
            if self._reader is None:
                self._reader = CaseReader(self.place.path, source=self.place.source)
            key = (tuple(state.changes.items()), state.rival)
            found = self._checked.get(key)
            if found is None:
                found = self._reader.check(
                    rival=state.rival or None, settings=state.settings, noted=False
                )
                self._checked[key] = found
                while len(self._checked) > KEPT:
                    self._checked.popitem(last=False)
            self._checked.move_to_end(key)
            return found

    def case(self, state: PageState) -> Case:
        """The case in a state.

        Raises:
            Faulty: It has problems.
        """
        checked = self.check(state)
        if checked.case is None:
            raise Faulty(checked, state)
        return checked.case

    def preview(self, state: PageState) -> Run:
        """The verdicts of few worlds, or of more where they are known already.

        Raises:
            Faulty: The case has problems.
        """
        with self._known:
            known = self._many(state)
            self._previews += 1
        try:
            return known or self._run(state, _Kind.PREVIEW)
        finally:
            with self._known:
                self._previews -= 1

    def weighted(self, state: PageState) -> WeightedRun | None:
        """The verdicts of a state from the worlds of another that is known, at once.

        None where its own worlds are known, or none are known that are worth as many of them as a
        preview has. What is refined stops for it, as for a preview.

        Raises:
            Faulty: The case has problems.
        """
        with self._known:
            case = self.case(state)
            if self._many(state) is not None:
                return None
            self._asked += 1
            near = [
                made
                for (key, kind), made in reversed(self._runs.items())
                if kind is not _Kind.PREVIEW and key[1:] == state.key[1:]
            ]
        found = (reweighted(made, case, PREVIEW) for made in near[:_TRIED])
        return next((one for one in found if one is not None), None)

    def look_ahead(self, state: PageState, name: str) -> bool:
        """Draw worlds where a hand is going that has moved an assumption again.

        Returns:
            Whether there are some now: `weighted` may find them.

        Raises:
            Faulty: The case has problems.
        """
        case = self.case(state)
        prior = next((one.prior for one in case.assumptions if one.name == name), None)
        tied = any(name in (one.first, one.second) for one in case.correlations)
        if prior is None or tied or self._many(state) is not None:  # what is tied is not weighed
            return False
        others = {other: text for other, text in state.changes.items() if other != name}
        hand = (*replace(state, changes=others).key, name)
        with self._known:
            before, self._hand = self._hand, (hand, prior)
        text = ahead(before[1], prior) if before is not None and before[0] == hand else None
        if text is None:
            return False
        wider = replace(state, changes={**others, name: text})
        if self.check(wider).case is None:  # further on nothing may lie
            return False
        self._run(wider, _Kind.AHEAD)
        return True

    def refined(self, state: PageState) -> Run:
        """The verdicts of many worlds.

        Raises:
            Superseded: A preview was asked for meanwhile.
            Faulty: The case has problems.
        """
        return self._found(state, _Kind.WHOLE) or self._run(state, _Kind.REFINED)

    def whole(self, state: PageState) -> Run:
        """The same with series, games, and what luck decides.

        Raises:
            Superseded: A preview was asked for meanwhile.
            Faulty: The case has problems.
        """
        return self._run(state, _Kind.WHOLE)

    def games(self, state: PageState) -> tuple[Run, Mapping[str, xr.Dataset]]:
        """The whole run of a state, and its games over time; those of the last state are kept.

        Raises:
            Superseded: A preview was asked for meanwhile.
            Faulty: The case has problems.
        """
        found = self.whole(state)
        with self._dating:
            if self._dated is None or self._dated[0] is not found:
                self._dated = found, game_courses.over_time(found)
            return self._dated

    def _run(self, state: PageState, kind: _Kind) -> Run:
        with self._turns[kind]:
            found = self._found(state, kind)
            if found is not None:
                return found
            with self._known:
                edition, case, asked = self._edition, self.case(state), self._asked
            at_once = kind in _AT_ONCE
            found = run(
                case,
                worlds=_AT_ONCE.get(kind, REFINED),
                seed=state.seed,
                course=kind is _Kind.WHOLE,
                progress=None if at_once else partial(self._yield, asked),
            )
            if not at_once:
                give_back()
            with self._known:
                if edition != self._edition:  # the file has changed meanwhile
                    return found
                self._runs[state.key, kind] = found
                while len(self._runs) > KEPT:
                    self._runs.popitem(last=False)
        return found

    def _found(self, state: PageState, kind: _Kind) -> Run | None:
        """A run that is known."""
        with self._known:
            found = self._runs.get((state.key, kind))
            if found is not None:
                self._runs.move_to_end((state.key, kind))
        return found

    def _many(self, state: PageState) -> Run | None:
        """A run of many worlds that is known."""
        return self._found(state, _Kind.WHOLE) or self._found(state, _Kind.REFINED)

    def _yield(self, asked: int, count: int) -> None:
        """Stop where a preview is asked for."""
        del count
        if self._previews or asked != self._asked:
            raise Superseded
