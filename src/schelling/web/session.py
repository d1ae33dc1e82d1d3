"""One case that is served: everything its pages ask, answered."""

from __future__ import annotations

import threading
import time
from collections.abc import AsyncIterator
from typing import Any, Final, cast

import pandas as pd
from starlette.concurrency import run_in_threadpool

from schelling.case.model import Case
from schelling.case.settings.cuts import cut_apart
from schelling.report import html
from schelling.report.live import claim_rows, controls, plane, shell, tabs
from schelling.report.verdicts import premises
from schelling.report.verdicts.claim_verdicts import all_verdicts
from schelling.study.premises.granted import granted
from schelling.study.runs.results import Run
from schelling.study.runs.reweighted import WeightedRun
from schelling.web import editing, happenings, page_state, stories
from schelling.web.background import KINDS, Background
from schelling.web.desk import Desk, Faulty, ServedCase
from schelling.web.happenings import Happenings
from schelling.web.page_state import PageState
from schelling.web.watching import Watch

_OF_RUN: Final = {
    "claims": tabs.claims,
    "argument": tabs.argument,
    "time": tabs.time,
    "games": tabs.games,
    "forecasts": tabs.forecasts,
}
"""Tabs that show a run."""


class Session:
    """A case that is served.

    Attributes:
        name: What it is called in addresses.
        place: Where it is.
        among: Whether other cases are served beside it.
        happenings: What its pages are told unasked.
    """

    def __init__(self, name: str, place: ServedCase, *, among: bool = False) -> None:
        self.name, self.place, self.among = name, place, among
        self.happenings = Happenings()
        self._desk = Desk(place)
        self._background = Background(self._desk, self.happenings.tell)
        self._watch = Watch(editing.file_of(place), self._changed)
        self._starting = threading.Lock()

    def page(self, version: str) -> str:
        """The page before anything is computed; of a faulty case, its text to be mended."""
        base, text = f"/c/{self.name}/", editing.text_of(self.place)
        with self._starting:
            self._watch.start()
        checked = self._desk.check(PageState())
        self._follow()
        if checked.case is None:
            return shell.faulty(
                name=self.name, base=base, text=text, version=version, home=self.among
            )
        return shell.page(
            checked.case,
            base=base,
            text=text,
            version=version,
            start=self.place.start.to_json(),
            home=self.among,
        )

    def report(self, state: PageState) -> str:
        """The report of a state."""
        return html.render(self._desk.whole(state))

    def faults(self, faulty: Faulty) -> dict[str, Any]:
        """What is wrong with a state, each with the name of the change that it is in, if any."""
        file = editing.file_of(self.place)
        told = [(one, editing.told(one, file)) for one in faulty.problems]
        return {"problems": [data | {"set": faulty.changed(one)} for one, data in told]}

    def verdicts(self, told: dict[str, Any]) -> dict[str, Any]:
        """Shares and words in a state; before that, medians that were moved become priors.

        Args:
            told: `state`; `moved`, the medians by name, each with the prior it is moved from as
                text; `refined`, whether many worlds are wanted.

        Returns:
            `claims` as rows and what else the page shows; `worlds`, how many there are, or
            where worlds of another state were `weighted`, how many these are worth.
        """
        began = time.perf_counter()
        state, changed = self._moved(page_state.of_json(told.get("state", {})), told.get("moved"))
        refined = told.get("refined") is True
        weighted = None if refined else self._weighted(state, told.get("moved"))
        if weighted is not None:
            run = weighted.run
        else:
            run = self._desk.refined(state) if refined else self._desk.preview(state)
        return {
            "changes": dict(state.changes),
            "priors": changed or self._priors(run.case, state),
            "absent": self._absent(run.case, state),
            "claims": claim_rows.to_json(run),
            "worlds": run.manifest.worlds if weighted is None else weighted.worth,
            "weighted": weighted is not None,
            "command": run.manifest.command,
            "seconds": round(time.perf_counter() - began, 3),
        }

    def view(self, told: dict[str, Any]) -> dict[str, Any]:
        """What fills a tab in a state.

        Args:
            told: `state`; `tab`; `date`, which of the dates of the tab of games is wanted.
        """
        tab = told.get("tab")
        state = page_state.of_json(told.get("state", {}))
        if tab == "sources":
            return {"html": tabs.sources(self._desk.case(state))}
        if not isinstance(tab, str) or tab not in _OF_RUN:
            message = "there is no such tab"
            raise ValueError(message)
        number = told.get("date")
        if tab == "games" and isinstance(number, int):
            return {"html": tabs.games_at(*self._desk.games(state), number)}
        run = self._desk.whole(state)
        return {"html": _OF_RUN[tab](run), "worlds": run.manifest.worlds}

    def beside(self, told: dict[str, Any]) -> dict[str, Any]:
        """What stands beside the verdicts of a state.

        Returns:
            `luck`, how much of the variance of each claim's truth chance alone decides, in words;
            `granted`, what follows where the premises hold, in sentences; `moves`, of each
            assumption the largest rank correlation with a claim's margin, by size.
        """
        run = self._desk.whole(page_state.of_json(told.get("state", {})))
        found = granted(run)
        moves = run.associations.abs().max() if run.manifest.claims else pd.Series(dtype=float)
        return {
            "luck": _luck(run),
            "granted": [] if found is None else premises.sentences(found),
            "moves": {str(name): float(value) for name, value in moves.dropna().items()},
        }

    def story(self, told: dict[str, Any]) -> dict[str, Any]:
        """What happened in one world, alone or beside another.

        Args:
            told: `state`; `world`, a number, or `claim` and `holds` for a typical world; `turn`,
                what is changed from a date on; `nearest`, whether the nearest world in which the
                claim is otherwise stands beside it.
        """
        return stories.answer(self._desk.refined(page_state.of_json(told.get("state", {}))), told)

    def plane(self, told: dict[str, Any]) -> dict[str, Any]:
        """Where a claim tips on the plane of two assumptions.

        Args:
            told: `state`; `claim`; `across` and `upward`, names of assumptions, or empty for those
                that move the claim most.
        """
        names = [told.get(key, "") for key in ("claim", "across", "upward")]
        if not all(isinstance(name, str) for name in names):
            message = "'claim', 'across' and 'upward' are names"
            raise ValueError(message)
        run = self._desk.refined(page_state.of_json(told.get("state", {})))
        seen = plane.plane(run, *cast("list[str]", names))
        return {"html": tabs.tipping(run, seen), "across": seen.across, "upward": seen.upward}

    def labour(self, told: dict[str, Any]) -> dict[str, Any]:
        """Begin long work (`kind`, `state`), end it (`cancel`), or fetch what it made (`fetch`)."""
        for asked in ("cancel", "fetch"):
            number = told.get(asked)
            if isinstance(number, int):
                if asked == "cancel":
                    self._background.cancel(number)
                found = self._background.find(number)
                return {} if found is None else found.to_json() | {"html": found.html}
        kind = told.get("kind")
        if kind not in KINDS:
            message = "there is no such work"
            raise ValueError(message)
        made = self._background.start(str(kind), page_state.of_json(told.get("state", {})))
        return made.to_json() | {"html": made.html}

    def text(self, told: dict[str, Any]) -> dict[str, Any]:
        """The text of the case as it stands in its file."""
        del told
        return {"text": editing.text_of(self.place)}

    def check(self, told: dict[str, Any]) -> dict[str, Any]:
        """Problems and notes of a text in place of the file."""
        return editing.problems(self.place, _text(told))

    def meaning(self, told: dict[str, Any]) -> dict[str, Any]:
        """What stands at a line and column of a text."""
        line, column = told.get("line"), told.get("column")
        if not (isinstance(line, int) and isinstance(column, int)):
            message = "'line' and 'column' are whole numbers"
            raise ValueError(message)
        return {"text": editing.meaning(self.place, _text(told), line, column)}

    def save(self, told: dict[str, Any]) -> dict[str, Any]:
        """Write a text into the file of the case."""
        seen = told.get("seen")
        editing.save(self.place, _text(told), seen if isinstance(seen, str) else "")
        self._watch.look()
        return {"saved": True}

    def _weighted(self, state: PageState, moved: object) -> WeightedRun | None:
        """Known worlds weighed for a state, or those that are drawn where the hand is going."""
        found = self._desk.weighted(state)
        names = list(cast("dict[str, object]", moved)) if isinstance(moved, dict) else []
        if found is None and len(names) == 1 and self._desk.look_ahead(state, names[0]):
            found = self._desk.weighted(state)
        return found

    def _moved(
        self, state: PageState, moved: object
    ) -> tuple[PageState, dict[str, dict[str, Any]]]:
        """The state with medians that were moved as priors, and what their controls show."""
        if not isinstance(moved, dict) or not moved:
            return state, {}
        changes = dict(state.changes)
        for name, one_moved in cast("dict[str, object]", moved).items():
            told = cast("dict[str, Any]", one_moved if isinstance(one_moved, dict) else {})
            wanted = told.get("median")
            if isinstance(wanted, bool) or not isinstance(wanted, int | float):
                message = "a median is a number"
                raise ValueError(message)
            start = told.get("from", "")
            others = {key: text for key, text in changes.items() if key != name}
            before = others | ({name: start} if isinstance(start, str) and start else {})
            checked = self._desk.check(PageState(before, state.rival, state.seed))
            if checked.case is None:  # what was written is no prior: the slider moves the case's
                start = ""
            case = checked.case or self._desk.case(PageState(others, state.rival, state.seed))
            one = next((a for a in case.assumptions if a.name == name), None)
            text = None if one is None else controls.moved_to(one, float(wanted))
            if text is not None:
                _, cut = cut_apart(str(start))  # what was set stays cut
                changes[name] = text if cut is None else f"{text} within {cut}"
        made = PageState(changes, state.rival, state.seed)
        return made, self._priors(self._desk.case(made), made)

    def _priors(self, case: Case, state: PageState) -> dict[str, dict[str, Any]]:
        """What the controls of assumptions show that are changed, or that a rival has otherwise."""
        own = {one.name: one.prior.written for one in self._own(state).assumptions}
        return {
            one.name: controls.shown(one).to_json()
            for one in case.assumptions
            if one.name in state.changes or one.prior.written != own.get(one.name)
        }

    def _absent(self, case: Case, state: PageState) -> list[str]:
        """Assumptions of the case that a rival does not have."""
        here = {one.name for one in case.assumptions}
        return [one.name for one in self._own(state).assumptions if one.name not in here]

    def _own(self, state: PageState) -> Case:
        """The case that the page was made of."""
        return self._desk.case(PageState(seed=state.seed))

    def _follow(self) -> None:
        """Watch every file that the case is read from, or would be if it were there."""
        checked = self._desk.check(PageState())
        paths = [*checked.texts, *(p.path for p in checked.problems if p.path is not None)]
        if checked.case is not None:
            folder = checked.case.path.parent
            paths += [folder / one.file for one in checked.case.sources if one.file is not None]
        self._watch.follow([*paths, *filter(None, [self.place.source])])

    async def events(self) -> AsyncIterator[str]:
        """What happens from now on; first which text the page should be of."""
        stream = self.happenings.stream()
        yield await anext(stream)  # from here on nothing is missed
        checked = await run_in_threadpool(self._desk.check, PageState())
        mark = "" if checked.case is None else checked.case.digest[:8]
        yield happenings.event("case", {"mark": mark})
        async for text in stream:
            yield text

    def _changed(self) -> None:
        """The file has changed, whoever changed it."""
        self._desk.forget()
        self._background.forget()
        try:
            self._desk.case(PageState())
        except Faulty as faulty:
            self.happenings.tell("changed", self.faults(faulty))
        except Exception as error:
            self.happenings.tell("changed", {"refused": str(error)})
        else:
            self.happenings.tell("changed", {"problems": []})
        self._follow()


def _luck(run: Run) -> dict[str, str]:
    """How much luck alone decides of each claim, in words; only where that is known."""
    return {
        one.claim.name: one.decided_by_luck
        for one in all_verdicts(run)
        if one.luck_is_known and one.luck is not None and one.luck.pairs
    }


def _text(told: dict[str, Any]) -> str:
    text = told.get("text")
    if not isinstance(text, str):
        message = "'text' is the text of a case"
        raise ValueError(message)
    return text
