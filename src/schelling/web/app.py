"""The addresses of the live page, and what each answers."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from importlib import resources
from typing import Any, Final, cast

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from schelling.errors import CaseError, MethodError, RunError
from schelling.report.live import shell
from schelling.study.runs.files.manifest import versions
from schelling.web import gallery, page_state
from schelling.web.desk import Faulty, ServedCase, Superseded
from schelling.web.session import Session

MOST_BYTES: Final = 4_000_000
"""Bytes of a request: the longest text of a case, written as JSON."""

_WORTH_PACKING: Final = 2_000  # bytes of an answer

_Answer = Callable[[Session, Any], Any]


def sessions(places: Mapping[str, ServedCase]) -> dict[str, Session]:
    """What answers the pages of each case.

    Args:
        places: The cases by the name their page has in addresses.
    """
    several = len(places) > 1
    return {name: Session(name, place, among=several) for name, place in places.items()}


def application(served: Mapping[str, Session]) -> Starlette:
    """The application that serves some cases, without a door: see `guard`.

    Args:
        served: What answers the pages of each case, by its name in addresses.
    """
    pages = _Pages(served)
    static = str(resources.files("schelling.web").joinpath("static"))
    asked = [
        Route(f"/c/{{name}}/api/{path}", pages.asked(answer), methods=["POST"])
        for path, answer in _ANSWERS.items()
    ]
    return Starlette(
        routes=[
            Route("/", pages.home),
            Route("/style.css", pages.style),
            Route("/c/{name}/", pages.page),
            Route("/c/{name}/report", pages.report),
            Route("/c/{name}/events", pages.events),
            *asked,
            Mount("/static", StaticFiles(directory=static)),
        ],
        exception_handlers={_NoSuchCase: _missing},
        middleware=[Middleware(GZipMiddleware, minimum_size=_WORTH_PACKING, compresslevel=1)],
        max_body_size=MOST_BYTES,
    )


class _NoSuchCase(Exception):
    """An address of a case that is not served."""


async def _missing(_request: Request, _error: Exception) -> Response:
    return PlainTextResponse("there is no such case here", 404)


class _Pages:
    """What the addresses answer."""

    def __init__(self, sessions: Mapping[str, Session]) -> None:
        self._sessions = sessions
        self._version = versions()["schelling"]

    async def home(self, request: Request) -> Response:
        """The only case, or all of them to choose from."""
        if len(self._sessions) == 1:
            (only,) = self._sessions
            query = f"?{request.url.query}" if request.url.query else ""
            return RedirectResponse(f"/c/{only}/{query}", 303)
        entries = await run_in_threadpool(_entries, self._sessions)
        return HTMLResponse(shell.gallery(entries, version=self._version))

    async def page(self, request: Request) -> Response:
        """The page of a case."""
        return HTMLResponse(await run_in_threadpool(self._session(request).page, self._version))

    async def report(self, request: Request) -> Response:
        """The report of a state, as a file."""
        session = self._session(request)
        state = page_state.of_query(request.query_params.multi_items())
        try:
            html = await run_in_threadpool(session.report, state)
        except Superseded:
            return PlainTextResponse("something was changed meanwhile; ask again", 409)
        except (CaseError, Faulty, MethodError, RunError) as error:
            return PlainTextResponse(str(error), 422)
        headers = {"content-disposition": f'attachment; filename="{session.name}.html"'}
        return HTMLResponse(html, headers=headers)

    async def events(self, request: Request) -> Response:
        """What happens from now on."""
        stream = self._session(request).events()
        return StreamingResponse(stream, media_type="text/event-stream")

    async def style(self, _request: Request) -> Response:
        """The style sheet of all pages."""
        return Response(shell.style(), media_type="text/css")

    def asked(self, answer: _Answer) -> Callable[[Request], Awaitable[Response]]:
        """A question in JSON, answered in a thread of its own."""

        async def endpoint(request: Request) -> Response:
            session = self._session(request)
            try:
                told = _object(json.loads(await request.body()))
                return JSONResponse(await run_in_threadpool(answer, session, told))
            except Superseded:
                return JSONResponse({"superseded": True})
            except Faulty as faulty:
                return JSONResponse(session.faults(faulty))
            except (RecursionError, ValueError) as error:
                return PlainTextResponse(f"that is no question: {error}", 400)
            except (CaseError, MethodError, RunError) as error:
                return JSONResponse({"refused": str(error)})

        return endpoint

    def _session(self, request: Request) -> Session:
        found = self._sessions.get(request.path_params["name"])
        if found is None:
            raise _NoSuchCase
        return found


_ANSWERS: Final[Mapping[str, _Answer]] = {
    "verdicts": Session.verdicts,
    "view": Session.view,
    "beside": Session.beside,
    "story": Session.story,
    "plane": Session.plane,
    "labour": Session.labour,
    "text": Session.text,
    "check": Session.check,
    "meaning": Session.meaning,
    "save": Session.save,
}
"""What a page may ask."""


def _object(told: object) -> dict[str, Any]:
    if not isinstance(told, dict):
        message = "it is no object"
        raise ValueError(message)
    return cast("dict[str, Any]", told)


def _entries(sessions: Mapping[str, Session]) -> list[shell.GalleryEntry]:
    found = [_entry(one) for one in sessions.values()]
    return sorted(found, key=lambda entry: entry.title.lower())


def _entry(session: Session) -> shell.GalleryEntry:
    title, words = gallery.about(session.place)
    return shell.GalleryEntry(f"/c/{session.name}/", title or session.name, words)
