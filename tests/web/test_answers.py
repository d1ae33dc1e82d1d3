"""What a page is answered: the numbers of `schelling run`, the problems of `schelling check`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

import schelling
from schelling.case.check import check, load
from schelling.case.settings import given
from schelling.report.verdicts.claim_verdicts import all_verdicts
from schelling.web.app import application, sessions
from schelling.web.desk import ServedCase
from schelling.web.gallery import places
from schelling.web.page_state import PREVIEW, REFINED
from web.conftest import BASE, CASE, Ask

STATE = {"changes": {"cost": "uniform(0.2, 0.4)"}, "rival": "", "seed": 5}


def printed(
    place: ServedCase, worlds: int, *changes: str, seed: int = 0
) -> list[tuple[str, str, str]]:
    """Numbers, errors and words of the claims as `schelling run --set` prints them."""
    case = load(place.path, settings=given.options(changes))
    run = schelling.run(case, worlds=worlds, seed=seed)
    return [(v.number, v.error, v.word) for v in all_verdicts(run)]


def shown(answer: dict[str, Any]) -> list[tuple[str, str, str]]:
    """The same as a page shows them."""
    return [(row["number"], row["error"], row["word"]) for row in answer["claims"]]


@pytest.mark.parametrize(("refined", "worlds"), [(False, PREVIEW), (True, REFINED)])
def test_the_numbers_are_those_of_a_run(
    place: ServedCase, ask: Ask, refined: bool, worlds: int
) -> None:
    answer = ask("verdicts", state=STATE, refined=refined)
    assert answer["worlds"] == worlds
    assert shown(answer) == printed(place, worlds, "cost=uniform(0.2, 0.4)", seed=5)
    assert "--set 'cost=uniform(0.2, 0.4)'" in answer["command"]
    assert "--seed 5" in answer["command"]


def test_a_cut_prior_stays_cut_while_a_slider_moves_it(ask: Ask) -> None:
    cut = "0.1 to 0.4 within [0.2, 0.3]"
    state: dict[str, Any] = {"changes": {"gain": cut}, "rival": "", "seed": 0}
    answer = ask("verdicts", state=state, moved={"gain": {"median": 0.26, "from": cut}})
    assert answer["changes"]["gain"].endswith(" within [0.2, 0.3]")
    assert answer["priors"]["gain"]["median"] == pytest.approx(0.26, abs=1e-6)  # digits written


def test_what_is_no_prior_cuts_nothing(ask: Ask) -> None:
    """The slider then moves the prior of the case, over all of its range."""
    wrong = "uniform(1, 0) within [0.2, 0.3]"
    state: dict[str, Any] = {"changes": {"gain": wrong}, "rival": "", "seed": 0}
    answer = ask("verdicts", state=state, moved={"gain": {"median": 0.26, "from": wrong}})
    assert "within" not in answer["changes"]["gain"]
    assert answer["priors"]["gain"]["median"] == pytest.approx(0.26, abs=1e-6)  # digits written


def test_a_moved_median_is_answered_from_worlds_that_are_known(ask: Ask) -> None:
    own: dict[str, Any] = {"changes": {}, "rival": "", "seed": 0}
    assert ask("verdicts", state=own, refined=True)["weighted"] is False
    moved = {"gain": {"median": 0.21, "from": ""}}
    quick = ask("verdicts", state=own, moved=moved)
    assert quick["weighted"] is True
    assert PREVIEW < quick["worlds"] < REFINED
    assert "--set 'gain=" in quick["command"]
    rested = ask("verdicts", state={**own, "changes": quick["changes"]}, refined=True)
    assert (rested["weighted"], rested["worlds"]) == (False, REFINED)
    words = [[claim["word"] for claim in answer["claims"]] for answer in (quick, rested)]
    assert words[0] == words[1]


def test_a_moved_median_becomes_a_prior_of_the_same_width(place: ServedCase, ask: Ask) -> None:
    answer = ask("verdicts", state={}, moved={"gain": {"median": 0.3, "from": ""}})
    text = answer["changes"]["gain"]
    low, high = map(float, text.split(" to "))
    assert high / low == pytest.approx(4.0, rel=1e-4)
    assert answer["priors"]["gain"]["median"] == pytest.approx(0.3, rel=1e-5)
    assert shown(answer) == printed(place, PREVIEW, f"gain={text}")


def test_a_prior_that_was_typed_is_what_the_slider_moves(ask: Ask) -> None:
    state = {"changes": {"cost": "uniform(0.4, 0.6)"}}
    answer = ask(
        "verdicts", state=state, moved={"cost": {"median": 0.7, "from": "uniform(0.4, 0.6)"}}
    )
    assert answer["changes"]["cost"] == "uniform(0.6, 0.8)"


def test_what_cannot_be_moved_stays(ask: Ask) -> None:
    moved = {"kind": {"median": 0.5, "from": ""}, "nobody": {"median": 1, "from": ""}}
    assert ask("verdicts", state={}, moved=moved)["changes"] == {}


def test_a_wrong_change_is_told_at_its_name(ask: Ask) -> None:
    answer = ask("verdicts", state={"changes": {"cost": "uniform(1, 0)", "gain": "0.2"}})
    (problem,) = answer["problems"]
    assert problem["set"] == "cost"
    assert "low < high" in problem["message"] + problem["hint"]


def test_a_case_without_claims_has_no_rows(place: ServedCase, ask: Ask) -> None:
    place.path.joinpath("case.yaml").write_text(CASE.partition("claims:")[0], "utf-8")
    assert ask("verdicts", state={})["claims"] == []


def test_options_are_written_in_full(place: ServedCase, client: TestClient) -> None:
    path = place.path / "case.yaml"
    path.write_text(CASE.replace("choice([0, 1])", "choice([0, 1234567])"), "utf-8")
    assert "<option>1234567</option>" in client.get(BASE).text


def test_tabs_are_filled_and_their_words_are_no_markup(ask: Ask) -> None:
    for tab in ("claims", "argument", "time", "games", "forecasts", "sources"):
        html = ask("view", tab=tab, state={})["html"]
        assert html.strip(), tab
        assert "<script" not in html
        assert "Appendix" not in html


def test_no_dates_where_there_is_no_time(client: TestClient) -> None:
    page = client.get(BASE).text
    assert "What happened in one world of this state; and beside it the nearest world" in page
    assert "date" not in page[page.index('id="panel-story"') : page.index('id="panel-text"')]


def test_the_page_shows_words_as_words(client: TestClient) -> None:
    page = client.get(BASE).text
    assert "<b>a war</b>" not in page
    assert "Two costs &amp; &lt;b&gt;a war&lt;/b&gt;" in page
    assert "<script>alert" not in page
    assert page.count("<script") == 1


def test_the_report_is_that_of_the_state(client: TestClient) -> None:
    answer = client.get(f"{BASE}report", params={"set": "cost=0.25"})
    assert answer.headers["content-disposition"] == 'attachment; filename="two.html"'
    assert "cost=0.25" in answer.text
    assert "<script" not in answer.text
    refused = client.get(f"{BASE}report", params={"set": "cost=nonsense"})
    assert refused.status_code == 422


@pytest.mark.parametrize(
    "path", ["/c/nobody/", "/c/two/../../etc/passwd", "/static/../app.py", "/static/%2e%2e/app.py"]
)
def test_nothing_else_is_read(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b"null", b"[" * 100_000, b'{"state": 3}', b"\xff"]
)
def test_what_is_no_question_is_refused(client: TestClient, body: bytes) -> None:
    headers = {"content-type": "application/json"}
    answer = client.post(f"{BASE}api/verdicts", content=body, headers=headers)
    assert answer.status_code == 400


def test_a_question_is_bounded(client: TestClient) -> None:
    headers = {"content-type": "application/json"}
    answer = client.post(f"{BASE}api/check", content=b" " * 5_000_000, headers=headers)
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "told",
    [
        {"state": {"changes": {"cost": 3}}},
        {"state": {"seed": "1"}},
        {"state": {}, "moved": {"cost": {"median": "x"}}},
        {"state": {}, "moved": {"cost": 3}},
    ],
)
def test_questions_are_typed(client: TestClient, told: dict[str, Any]) -> None:
    assert client.post(f"{BASE}api/verdicts", json=told).status_code == 400


def test_a_text_is_checked_as_the_command_checks_it(place: ServedCase, ask: Ask) -> None:
    text = CASE.replace("gain > cost", "gain > costs")
    answer = ask("check", text=text)
    (place.path / "case.yaml").write_text(text, "utf-8")
    wanted = check(place.path).problems
    assert [one["message"] for one in answer["problems"]] == [one.message for one in wanted]
    (found,) = answer["problems"]
    line = text.splitlines()[int(found["line"]) - 1]
    assert line[found["column"] - 1 : found["end_column"] - 1] == "costs"


def test_the_cursor_is_told_what_it_is_on(ask: Ask) -> None:
    line = next(n for n, row in enumerate(CASE.splitlines(), 1) if "gain > cost" in row)
    column = CASE.splitlines()[line - 1].index("cost") + 1
    told = ask("meaning", text=CASE, line=line, column=column)["text"]
    assert told.startswith("cost: assumption")
    assert "uniform(0, 1)" in told
    assert "**" not in told
    assert ask("meaning", text=CASE, line=1, column=400)["text"] == ""


def test_saving_keeps_what_someone_else_has_written(place: ServedCase, ask: Ask) -> None:
    file = place.path / "case.yaml"
    text = CASE.replace("War pays.", "War pays well.")
    assert ask("save", text=text, seen=CASE) == {"saved": True}
    assert file.read_text("utf-8") == text
    file.write_text(CASE, "utf-8")
    assert "has changed" in ask("save", text=text + "\n", seen=text)["refused"]
    assert file.read_text("utf-8") == CASE
    assert [one.name for one in place.path.iterdir()] == ["case.yaml"]


def test_line_ends_are_kept(place: ServedCase, ask: Ask) -> None:
    file = place.path / "case.yaml"
    file.write_bytes(CASE.replace("\n", "\r\n").encode())
    seen = ask("text")["text"]
    ask("save", text=seen.replace("War pays.", "It pays."), seen=seen)
    assert file.read_bytes() == CASE.replace("War pays.", "It pays.").replace("\n", "\r\n").encode()


def test_a_faulty_case_opens_as_its_text(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text(
        "schelling: 1\ntitle: </textarea><script>1</script>\nclaims: {a: {holds: b}}\n"
    )
    with TestClient(application(sessions({"bad": ServedCase(tmp_path)}))) as client:
        page = client.get("/c/bad/").text
    assert "has problems" in page
    assert page.count("</textarea>") == 1
    assert page.count("<script") == 1


def test_several_cases_are_offered_with_their_titles(place: ServedCase, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "case.yaml").write_text("schelling: 1\ntitle: Another\nabout: Words.\n", "utf-8")
    with TestClient(application(sessions({"two": place, "other": ServedCase(other)}))) as client:
        page = client.get("/").text
        assert page.index("Another") < page.index("Two costs &amp;")
        assert 'href="/c/two/"' in page
    with TestClient(application(sessions({"two": place})), follow_redirects=False) as client:
        assert client.get("/?seed=3").headers["location"] == "/c/two/?seed=3"


def test_worlds_are_told_and_branched(tmp_path: Path) -> None:
    text = CASE.replace(
        "assumptions:", "time: {start: 2022-03-21, step: 1 week, until: 2022-05-02}\nassumptions:"
    )
    text += "stocks:\n  rest: {start: 1, change: -cost * rest / 10 weeks, why: It melts.}\n"
    (tmp_path / "case.yaml").write_text(text, "utf-8")
    with TestClient(application(sessions({"two": ServedCase(tmp_path)}))) as client:

        def told(**asked: Any) -> dict[str, Any]:
            return client.post(f"{BASE}api/story", json={"state": dict[str, Any](), **asked}).json()

        alone = told(world=3)
        assert alone["world"] == 3
        assert "style=" not in alone["html"]
        assert "War pays." in alone["html"]
        both = told(world=3, turn="week 2: cost=0.9")
        assert "it is changed" in both["html"]
        failing = told(claim="pays", holds=False, nearest=True)
        assert "nearest" in failing["html"]
        assert "refused" in told(world=3, turn="week 2: nobody=1")
        assert "refused" in told(world=10**9)


def test_a_rival_shows_its_own_priors_and_claims(tmp_path: Path) -> None:
    text = CASE.replace(
        "  kind: {prior", '  luck: {prior: "uniform(0, 1)", why: More.}\n  kind: {prior'
    )
    text += (
        "rivals:\n  other:\n    title: Another\n    why: It is argued.\n"
        "    remove: [assumptions.luck, claims.is_one]\n"
        '    assumptions:\n      cost: {prior: "uniform(0.5, 1)", unit: share, why: It is dear.}\n'
    )
    (tmp_path / "case.yaml").write_text(text, "utf-8")
    with TestClient(application(sessions({"two": ServedCase(tmp_path)}))) as client:
        told: dict[str, Any] = {"state": {"rival": "other"}}
        answer = client.post(f"{BASE}api/verdicts", json=told).json()
    assert [row["name"] for row in answer["claims"]] == ["pays"]
    assert answer["absent"] == ["luck"]
    assert set(answer["priors"]) == {"cost"}
    assert answer["priors"]["cost"]["text"] == "uniform(0.5, 1)"
    assert "--rival other" in answer["command"]


def test_the_case_of_a_run_is_not_written_over(place: ServedCase, tmp_path: Path) -> None:
    schelling.run(load(place.path), worlds=64, folder=tmp_path / "two.run")
    (kept,) = places(tmp_path / "two.run").values()
    with TestClient(application(sessions({"two": kept}))) as client:
        seen = client.post(f"{BASE}api/text", json={}).json()["text"]
        answer = client.post(f"{BASE}api/save", json={"text": seen + "\n", "seen": seen}).json()
    assert "a run keeps" in answer["refused"]
    assert schelling.open_run(tmp_path / "two.run").manifest.worlds == 64


def test_long_answers_are_packed(client: TestClient) -> None:
    page = client.get(BASE)
    assert page.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in client.post(f"{BASE}api/save", json={}).headers
