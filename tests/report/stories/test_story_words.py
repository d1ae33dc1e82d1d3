"""What a story says is what its facts say; hostile names reach neither page nor terminal."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest
from rich.console import Console

import schelling
from schelling.report import notebook
from schelling.report.stories import (
    story_html,
    story_json,
    story_pages,
    story_sentences,
    story_terminal,
    story_terms,
    story_words,
)
from schelling.study.stories import narrator
from schelling.study.stories.story import Happening, Story, StoryMove

EVIL = "<script>alert(1)</script> [red]x[/red]"
CASE = f"""\
schelling: 1
title: "{EVIL}"
time: {{start: 2022-01-03, step: 1 week, until: 2022-03-07}}
phases: [calm, alarm_bells]
assumptions:
  push: {{prior: "uniform(0.2, 0.9)", unit: share, why: x}}
stocks:
  level:
    {{start: 0.1, change: push / 8 weeks, within: [0, 1], unit: share, says: "{EVIL}. More."}}
  calls: {{start: 0}}
events:
  ring_ring: {{hazard: 1 / week, effects: {{calls: calls + 1}}, says: "{EVIL}"}}
  alarm:
    hazard: 3 / week if level > 0.4 else 0 / week
    once: true
    effects: {{phase: alarm_bells}}
actors: {{ann: {{name: "{EVIL}"}}, bob: {{}}}}
games:
  duel:
    says: "{EVIL}"
    played: {{every: 3 weeks}}
    solve: {{precision: 1}}
    tree:
      ann:
        hold: {{payoffs: {{ann: 0, bob: 0}}}}
        push_it:
          bob: {{bow: {{payoffs: {{ann: 1, bob: -1}}}}, fight: {{payoffs: {{ann: -1, bob: -1}}}}}}
claims:
  low: {{why: x, says: "{EVIL}", holds: max(level) < 0.6}}
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> schelling.Run:
    path = tmp_path_factory.mktemp("told") / "case.yaml"
    path.write_text(CASE, encoding="utf-8")
    return schelling.run(schelling.load(path), worlds=32, seed=1, replicates=4)


@pytest.fixture(scope="module")
def story(run: schelling.Run) -> Story:
    return run.story(3)


def test_every_fact_is_said_in_its_week(story: Story) -> None:
    said = {one.step: one for one in story_sentences.dated(story)}
    assert said
    for step, one in said.items():
        assert one.when == f"{story_terms.written(story.case.clock.day(step))} (week {step})"
        facts = [fact for fact in story.facts if fact.step == step]
        rings = sum(isinstance(f, Happening) and f.event == "ring_ring" for f in facts)
        assert ("ring ring" in one.text) == (rings > 0)
        if rings == 2 and not any(isinstance(f, Happening) and f.event == "alarm" for f in facts):
            assert ", twice" in one.text
        for fact in facts:
            if isinstance(fact, StoryMove):
                assert f"chooses {story_terms.spoken(fact.action)} (at a chance of " in one.text
                assert f"{round(100 * fact.odds)} %)" in one.text
            if isinstance(fact, Happening) and fact.states:
                assert "alarm: phase goes from calm to alarm bells" in one.text
    calls = [one.text for one in said.values() if "calls rises from " in one.text]
    assert len(calls) == sum(
        any(
            isinstance(f, Happening) and f.event == "ring_ring" and f.step == step
            for f in story.facts
        )
        for step in said
    )
    crossing = next(one.text for one in said.values() if "above 40 %" in one.text)
    assert "level" in crossing
    assert "at which the event alarm looks" in crossing


def test_a_description_stands_once(story: Story) -> None:
    text = " ".join(one.text for one in story_sentences.dated(story))
    assert text.count(f"level ({EVIL})") == 1
    assert "More" not in text


@pytest.mark.parametrize("width", [40, 80, 160])
def test_no_width_loses_a_word_or_lets_markup_in(
    story: Story, run: schelling.Run, width: int
) -> None:
    pages = [
        story_pages.one(story),
        story_pages.branched(story, story.branch("week 3: push=0.2, ring_ring=now")),
        story_pages.neighbours(story, story.nearest_other("low"), "low"),
    ]
    for page in pages:
        console = Console(width=width, record=True, file=None, force_terminal=False)
        with console.capture() as kept:
            console.print(story_terminal.shown(page))
        text = kept.get()
        assert "\x1b" not in text
        assert max(map(len, text.splitlines())) <= width
        assert "[red]" in " ".join(text.split()).replace(" ", "") or width == 40
        assert "fails" in text or "holds" in text


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.seen.add(tag)


def test_a_page_escapes_what_a_case_calls_its_things(story: Story) -> None:
    branch = story.branch("week 3: duel.ann=push_it")
    for html in (
        story_html.section(story_pages.branched(story, branch)),
        notebook.story(story),
        story._repr_html_(),  # type: ignore[attr-defined]
    ):
        tags = _Tags()
        tags.feed(html)
        assert tags.seen <= {"div", "p", "b", "table", "thead", "tbody", "tr", "th", "td", "wbr"}
        assert "&lt;script&gt;" in html


def test_control_characters_are_left_out() -> None:
    assert story_terms.clean("a\x1b[31mb\u202ec\u0007\n d") == "a [31mb c d"


def test_json_is_complete(story: Story) -> None:
    branch = story.branch("week 3: luck=world 9")
    data = json.loads(json.dumps(story_json.to_json(story, branch), allow_nan=False))
    assert data["schema"] == story_json.SCHEMA
    assert len(data["facts"]) == len(story.facts)
    assert {fact["kind"] for fact in data["other"]["facts"]} >= {"event", "move", "change"}
    assert data["claims"][0]["holds"] == story.ends[0].holds
    assert data["claims"][0]["margin"] == story.ends[0].margin


def test_a_branch_tells_the_shared_part_once(story: Story) -> None:
    page = story_pages.branched(story, story.branch("week 3: phase=alarm_bells"))
    assert all(int(when.partition("(week ")[2][:-1]) < 3 for when, _ in page.shared)
    assert all(int(row[0].partition("(week ")[2][:-1]) >= 3 for row in page.rows)
    assert "here it is changed: phase is held at alarm bells" in page.rows[0][2]
    assert "here it is changed" not in page.rows[0][1]


SIDES = """\
schelling: 1
title: x
time: {start: 2022-01-03, step: 1 week, until: 2022-03-07}
assumptions:
  a: {prior: "uniform(0, 1)", why: x}
  few: {prior: "choice([1, 2], [0.9, 0.1])", why: x}
stocks:
  x: {start: 1, change: -0.1 / week}
  y: {start: 1.25, change: -0.2 / week}
  stores: {start: 1, change: -0.125 / week, unit: share}
  delay: {start: 2 months, change: 1 month / week, unit: months}
actors: {ann: {}}
games:
  weather:
    played: {every: 2 weeks}
    solve: {precision: 1}
    tree:
      chance:
        rain: {probability: 0.3, payoffs: {ann: 0}}
        sun: {probability: 0.7, ann: {stay: {payoffs: {ann: 0}}, go_out: {payoffs: {ann: 1}}}}
claims:
  over: {why: x, holds: final(x) > final(y)}
  ahead: {why: x, holds: always(x > y)}
  lasts: {why: x, holds: min(stores) > 0.5}
  reaches: {why: x, holds: min(stores) >= 0.25}
  late: {why: x, holds: max(delay) < 4 months}
"""


@pytest.fixture(scope="module")
def sides(tmp_path_factory: pytest.TempPathFactory) -> schelling.Run:
    path = tmp_path_factory.mktemp("sides") / "case.yaml"
    path.write_text(SIDES, encoding="utf-8")
    return schelling.run(schelling.load(path), worlds=32, seed=1, replicates=4)


def test_a_crossing_says_the_side_and_not_a_movement(sides: schelling.Run) -> None:
    said = " ".join(one.text for one in story_sentences.dated(sides.story(0)))
    assert "x is now 0.7, above y (0.65), at which the claim ahead looks" in said
    assert "stores is now 50 %, at or below 50 %, at which the claim lasts looks" in said
    assert "stores is now 12.5 %, below 25 %, at which the claim reaches looks" in said
    assert "delay is now 4 months, at or above 4 months" in said


def test_at_the_start_a_threshold_has_its_unit(sides: schelling.Run) -> None:
    said = story_words.opening(sides.story(0))
    assert "x is at or below y" in said
    assert "stores is above 50 %" in said
    assert "stores is at or above 25 %" in said
    assert "delay is below 4 months" in said


def test_what_is_one_of_few_values_is_not_called_unusual(sides: schelling.Run) -> None:
    rare = [world for world in range(32) if sides.draws["few"][world] == 2]
    assert rare
    for world in rare:
        assert "few" not in story_words.unusual(sides.story(world))


def test_an_ordered_move_of_chance_is_not_told_as_drawn(sides: schelling.Run) -> None:
    branch = sides.story(0).branch("week 4: weather.start=rain")
    said = next(one.text for one in story_sentences.dated(branch) if one.step == 4)
    assert "chance is made to bring rain (30 % by itself)" in said


def test_numbers_that_failed_are_not_said_to_be_infinite(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    bad = "events: {bad: {hazard: x / week - 0.5 / week, effects: {x: x}}}"
    text = SIDES.replace("actors: {ann: {}}", f"{bad}\nactors: {{ann: {{}}}}")
    path.write_text(text, encoding="utf-8")
    story = narrator.of_case(schelling.load(path)).story(0)
    said = " ".join(one.text for one in story_sentences.dated(story))
    assert "here its numbers failed" in said
    assert "finite" not in said


def test_nothing_is_said_to_happen_where_nothing_does(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    text = CASE.partition("events:")[0] + "claims: {low: {why: x, holds: final(level) < 0.6}}\n"
    path.write_text(text, encoding="utf-8")
    run = schelling.run(schelling.load(path), worlds=32, seed=1, replicates=4)
    lines = " ".join(story_pages.one(run.story(0)).lines)
    assert "Nothing happens in it" in lines
    assert "level rises from 10 %" in lines
