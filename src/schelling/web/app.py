"""The addresses of the live page, and what each answers."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from importlib import resources
from typing import Any, Final, cast

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
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
from schelling.web.desk import Faulty, Superseded
from schelling.web.session import Session

MOST_BYTES: Final = 4_000_000
"""Bytes of a request: the longest text of a case, written as JSON."""

_Answer = Callable[[Session, Any], Any]


def application(places: Mapping[str, gallery.Place]) -> Starlette:
    """The application that serves some cases, without a door: see `guard`.

    Args:
        places: The cases by the name their page has in addresses.
    """
    sessions = {name: Session(name, place) for name, place in places.items()}
    version = versions()["schelling"]

    async def home(request: Request) -> Response:
        if len(sessions) == 1:
            (only,) = sessions
            query = f"?{request.url.query}" if request.url.query else ""
            return RedirectResponse(f"/c/{only}/{query}", 303)
        entries = [_entry(one) for one in sessions.values()]
        entries.sort(key=lambda entry: entry.title.lower())
        return HTMLResponse(shell.gallery(entries, version=version))

    async def page(request: Request) -> Response:
        session = sessions.get(request.path_params["name"])
        if session is None:
            return PlainTextResponse("there is no such case here", 404)
        return HTMLResponse(await run_in_threadpool(session.page, version))

    async def report(request: Request) -> Response:
        session = sessions.get(request.path_params["name"])
        if session is None:
            return PlainTextResponse("there is no such case here", 404)
        state = page_state.of_query(request.query_params.multi_items())
        try:
            html = await run_in_threadpool(session.report, state)
        except (CaseError, Faulty, MethodError, RunError) as error:
            return PlainTextResponse(str(error), 422)
        headers = {"content-disposition": f'attachment; filename="{session.name}.html"'}
        return HTMLResponse(html, headers=headers)

    async def events(request: Request) -> Response:
        session = sessions.get(request.path_params["name"])
        if session is None:
            return PlainTextResponse("there is no such case here", 404)
        return StreamingResponse(session.happenings.stream(), media_type="text/event-stream")

    async def style(_request: Request) -> Response:
        return Response(shell.style(), media_type="text/css")

    static = str(resources.files("schelling.web").joinpath("static"))
    asked = [
        Route(f"/c/{{name}}/api/{path}", _asked(sessions, answer), methods=["POST"])
        for path, answer in _ANSWERS.items()
    ]
    return Starlette(
        routes=[
            Route("/", home),
            Route("/style.css", style),
            Route("/c/{name}/", page),
            Route("/c/{name}/report", report),
            Route("/c/{name}/events", events),
            *asked,
            Mount("/static", StaticFiles(directory=static)),
        ],
        max_body_size=MOST_BYTES,
    )


def _asked(sessions: Mapping[str, Session], answer: _Answer) -> Callable[..., Awaitable[Response]]:
    """A question in JSON, answered in a thread of its own."""

    async def endpoint(request: Request) -> Response:
        session = sessions.get(request.path_params["name"])
        if session is None:
            return PlainTextResponse("there is no such case here", 404)
        try:
            told = _object(json.loads(await request.body()))
            found = await run_in_threadpool(answer, session, told)
        except Superseded:
            return JSONResponse({"superseded": True})
        except Faulty as faulty:
            return JSONResponse(session.faults(faulty))
        except (RecursionError, UnicodeDecodeError, ValueError) as error:
            return PlainTextResponse(f"that is no question: {error}", 400)
        except (CaseError, MethodError, RunError) as error:
            return JSONResponse({"refused": str(error)})
        return JSONResponse(found)

    return endpoint


_ANSWERS: Final[Mapping[str, _Answer]] = {
    "verdicts": Session.verdicts,
    "view": Session.view,
    "labour": Session.labour,
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


def _entry(session: Session) -> shell.Entry:
    title, words = gallery.about(session.place)
    return shell.Entry(f"/c/{session.name}/", title or session.name, words)
