"""Who may ask: the browser that was given the token of this launch, from the page itself.

Other users of a machine and pages of other sites can reach its loopback ports. So every request
must be addressed to this server by one of its own names (a site that points its own name here is
refused), must not come from another site, and must carry the token, which the first address brings
and a cookie keeps. Cookies know no ports: another server of this machine that the browser visits is
sent the cookie too.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Final

from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

TOKEN: Final = "token"
"""Parameter of the first address that brings the token."""

HEADERS: Final = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
"""What every answer says about itself."""

_SAME = ("", "none", "same-origin")
_READING = ("GET", "HEAD")


def new_token() -> str:
    """A token nobody can guess."""
    return secrets.token_urlsafe(24)


@dataclass(frozen=True)
class Guard:
    """The door in front of an application.

    Attributes:
        app: What is behind it.
        token: The token of this launch.
        hosts: Names under which the server may be addressed, with their port.
        once: Tokens that let in once, for addresses that others can see on their way.
    """

    app: ASGIApp
    token: str
    hosts: tuple[str, ...]
    once: set[str] = field(default_factory=set[str])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or let it through."""
        if scope["type"] != "http":
            return

        async def sealed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
            await send(message)

        refused = self._answer(scope)
        await (self.app if refused is None else refused)(scope, receive, sealed)

    def _answer(self, scope: Scope) -> Response | None:
        """What is answered at the door; None to who may come in."""
        headers, method = Headers(scope=scope), scope["method"]
        host = headers.get("host", "")
        if host.lower() not in self.hosts:
            return PlainTextResponse("this server does not answer to that name", 400)
        if headers.get("origin") not in (None, f"http://{host}"):
            return PlainTextResponse("other sites may not ask here", 403)
        query = QueryParams(scope["query_string"])
        if TOKEN in query and method in _READING:
            return self._entered(scope, query)
        if headers.get("sec-fetch-site", "") not in _SAME and scope["path"] != "/":
            return PlainTextResponse("other sites may not ask here", 403)
        known = cookie_parser(headers.get("cookie", "")).get(self._cookie(host), "")
        if not _equal(known, self.token):
            message = "open the address that 'schelling serve' has printed; it brings the key"
            return PlainTextResponse(message, 403)
        if method not in (*_READING, "POST"):
            return PlainTextResponse("only reading and asking", 405)
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        if method == "POST" and kind != "application/json":
            return PlainTextResponse("questions are asked in JSON", 415)
        return None

    def _entered(self, scope: Scope, query: QueryParams) -> Response:
        """The first address: its token becomes a cookie, and leaves the address."""
        given = query[TOKEN]
        if not _equal(given, self.token) and given not in self.once:
            return PlainTextResponse("that is the address of another launch", 403)
        self.once.discard(given)
        rest = [(key, value) for key, value in query.multi_items() if key != TOKEN]
        path = "/" + scope["path"].lstrip("/")  # never the address of another server
        left = str(QueryParams(rest))
        answer = RedirectResponse(f"{path}?{left}" if left else path, 303)
        name = self._cookie(Headers(scope=scope)["host"])
        answer.set_cookie(name, self.token, httponly=True, samesite="strict", path="/")
        return answer

    @staticmethod
    def _cookie(host: str) -> str:
        """Cookies know no ports, so their names must."""
        return f"schelling-{host.rpartition(':')[2]}"


def _equal(one: str, other: str) -> bool:
    return secrets.compare_digest(one.encode("utf-8", "replace"), other.encode())
