"""The door: who may ask, by name, origin, key and kind; everything else is refused."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from schelling.web.guard import HEADERS, Guard, new_token

HOST = "127.0.0.1:7777"
TOKEN = "a-token-of-this-launch"
KEY = {"cookie": f"schelling-7777={TOKEN}"}


async def _inside(request: Request) -> Response:
    return PlainTextResponse(f"inside {request.url.path}?{request.url.query}")


@pytest.fixture
def client() -> TestClient:
    """A client without a key, at a server with one."""
    routes = [Route("/{rest:path}", _inside, methods=["GET", "POST", "DELETE"])]
    door = Guard(Starlette(routes=routes), TOKEN, (HOST, "localhost:7777"))
    return TestClient(door, base_url=f"http://{HOST}", follow_redirects=False)


def test_the_first_address_brings_the_key_and_loses_it(client: TestClient) -> None:
    answer = client.get(f"/?token={TOKEN}&seed=3")
    assert (answer.status_code, answer.headers["location"]) == (303, "/?seed=3")
    cookie = answer.headers["set-cookie"].lower()
    assert TOKEN in cookie
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert client.get("/").text == "inside /?"


def test_without_the_key_nothing_is_answered(client: TestClient) -> None:
    for path in ("/", "/static/page.js", "/c/two/api/verdicts", "/?token=another", "/?token="):
        assert client.get(path).status_code == 403, path
    wrong = {"cookie": "schelling-7777=another; schelling-8888=" + TOKEN}
    assert client.get("/", headers=wrong).status_code == 403


@pytest.mark.parametrize("host", ["evil.example:7777", "127.0.0.1", "127.0.0.1:80", "", "a@b"])
def test_other_names_are_refused(client: TestClient, host: str) -> None:
    answer = client.get(f"/?token={TOKEN}", headers={"host": host, **KEY})
    assert answer.status_code == 400
    assert "set-cookie" not in answer.headers


def test_names_of_its_own_are_answered(client: TestClient) -> None:
    assert client.get("/x", headers={"host": "LOCALHOST:7777", **KEY}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "https://127.0.0.1:7777"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_other_sites_are_refused(client: TestClient, headers: dict[str, str]) -> None:
    assert client.get("/x", headers=KEY | headers).status_code == 403
    asked = client.post("/x", json={}, headers=KEY | headers)
    assert asked.status_code == 403


def test_the_page_itself_may_ask(client: TestClient) -> None:
    own = {"origin": f"http://{HOST}", "sec-fetch-site": "same-origin"}
    assert client.post("/x", json={}, headers=KEY | own).status_code == 200


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_form_of_another_site_is_no_question(client: TestClient, kind: str) -> None:
    answer = client.post("/x", content=b"{}", headers=KEY | {"content-type": kind})
    assert answer.status_code == 415


def test_only_reading_and_asking(client: TestClient) -> None:
    for method in ("DELETE", "PUT", "OPTIONS", "PATCH"):
        assert client.request(method, "/x", headers=KEY).status_code == 405


def test_the_key_never_leads_elsewhere(client: TestClient) -> None:
    answer = client.get(f"//evil.example/?token={TOKEN}")
    assert answer.status_code in (303, 400)
    assert not answer.headers.get("location", "/").startswith("//")


def test_every_answer_is_sealed(client: TestClient) -> None:
    for headers in (KEY, {}):
        answer = client.get("/x", headers=headers)
        for name, value in HEADERS.items():
            assert answer.headers[name] == value
    policy = HEADERS["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "http" not in policy


def test_tokens_differ() -> None:
    assert len({new_token() for _ in range(100)}) == 100


def test_a_key_for_once_lets_in_once() -> None:
    routes = [Route("/{rest:path}", _inside)]
    door = Guard(Starlette(routes=routes), TOKEN, (HOST,), {"for-once"})
    first, second = (
        TestClient(door, base_url=f"http://{HOST}", follow_redirects=False) for _ in range(2)
    )
    assert first.get("/?token=for-once").status_code == 303
    assert first.get("/").status_code == 200
    assert second.get("/?token=for-once").status_code == 403
