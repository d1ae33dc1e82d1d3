"""The page of a run: its structure, its links, its numbers, and that labels stay labels."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

import schelling
from schelling.errors import RunError
from schelling.report import html
from schelling.report.games import game_sections
from schelling.study.runs.files.series_store import Course
from schelling.study.runs.results import Run

EVIL_START = '<script>alert("1")'
VOID = {"meta", "br", "wbr", "img", "link", "input", "hr", "col"}
BLOCKS = {"p", "td", "th", "dt", "dd", "li", "caption", "summary", "small", "h3", "svg", "code"}
SVG_LEAVES = {"path", "rect", "line", "circle", "polygon"}


@dataclass
class Node:
    tag: str
    attributes: dict[str, str]
    children: list[Node] = field(default_factory=list, repr=False)
    text: str = ""

    def walk(self) -> Iterator[Node]:
        yield self
        for child in self.children:
            yield from child.walk()

    def all(self, tag: str) -> list[Node]:
        return [node for node in self.walk() if node.tag == tag]

    def by_id(self, name: str) -> Node:
        (found,) = (node for node in self.walk() if node.attributes.get("id") == name)
        return found

    def has(self, name: str) -> bool:
        return name in self.attributes.get("class", "").split()

    @property
    def words(self) -> str:
        return " ".join(self._text().split())

    def _text(self) -> str:
        inside = self.text + "".join(child._text() for child in self.children)
        return f" {inside} " if self.tag in BLOCKS else inside


class Reader(HTMLParser):
    """Builds a tree and refuses tags that do not nest."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"attribute twice in {tag}"
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in SVG_LEAVES | VOID | {"g", "text", "tspan", "clippath"}, tag
        self.open[-1].children.append(Node(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"{self.open[-1].tag} closed by {tag}"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(Node("#text", {}, text=data))


def read(page: str) -> Node:
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert reader.open == [reader.root]
    return reader.root


@pytest.fixture(scope="module")
def page(run: Run) -> str:
    return html.render(run)


@pytest.fixture(scope="module")
def tree(page: str) -> Node:
    return read(page)


def test_it_speaks_a_language_and_has_a_title(page: str, tree: Node) -> None:
    assert page.startswith("<!doctype html>\n")
    assert tree.all("html")[0].attributes["lang"] == "en"
    assert tree.all("head")[0].all("title")[0].words.startswith(EVIL_START)


def test_headings_go_down_one_level_at_a_time(tree: Node) -> None:
    levels = [int(node.tag[1]) for node in tree.walk() if re.fullmatch(r"h[1-6]", node.tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_sections_stand_in_the_order_of_the_reader(tree: Node) -> None:
    parts = [node for node in tree.walk() if node.tag in ("section", "footer")]
    ids = [part.attributes["id"] for part in parts if "id" in part.attributes]
    sections = [name for name in ids if "-" not in name]
    assert sections == [
        "brief",
        "claims",
        "series",
        "games",
        "argument",
        "assumptions",
        "model",
        "register",
        "evidence",
    ]
    assert [a.attributes["href"][1:] for a in tree.all("nav")[0].all("a")] == sections


def test_every_link_leads_somewhere_on_the_page(tree: Node) -> None:
    ids = [node.attributes["id"] for node in tree.walk() if "id" in node.attributes]
    assert len(ids) == len(set(ids))
    links = [node.attributes["href"] for node in tree.all("a")]
    assert links
    assert {link[1:] for link in links} <= set(ids)
    assert all(link.startswith("#") for link in links)
    referred = [
        name for node in tree.walk() for name in node.attributes.get("aria-labelledby", "").split()
    ]
    assert set(referred) <= set(ids)


def test_nothing_comes_from_elsewhere(page: str, tree: Node) -> None:
    without_names = page.replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert not re.search(r"https?:|//[a-z]|@import|url\((?!#)", without_names)
    (policy,) = (n for n in tree.all("meta") if "http-equiv" in n.attributes)
    assert policy.attributes["http-equiv"] == "Content-Security-Policy"
    assert policy.attributes["content"] == (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    )


def test_labels_stay_labels(page: str, tree: Node) -> None:
    """Not one tag or attribute of the page comes from the case."""
    assert not {"script", "img", "iframe", "object", "link", "form"} & {n.tag for n in tree.walk()}
    assert len(tree.all("style")) == 1
    attributes = {name for node in tree.walk() for name in node.attributes}
    assert not {name for name in attributes if name.startswith("on")} | attributes & {"src"}
    assert "<script" not in page
    assert tree.all("h1")[0].words.startswith(EVIL_START)
    assert tree.by_id("passage-P1.S2").words.count("alert(2)") == 1
    assert EVIL_START in tree.by_id("question-Q1").words
    assert EVIL_START in tree.by_id("assumption-pull").words
    assert EVIL_START in tree.by_id("event-quit").words


def test_the_brief_shows_every_verdict_in_its_group(run: Run, tree: Node) -> None:
    (table,) = (table for table in tree.all("table") if table.has("verdicts"))
    groups = [[row.words for row in body.all("tr")] for body in table.all("tbody")]
    assert [rows[0] for rows in groups] == [
        "Follows",
        "Hangs on the assumptions (2 undecided)",
        "Mostly fails",
    ]
    follows, hangs, fails = (rows[1:] for rows in groups)
    assert len(follows + hangs + fails) == len(run.verdicts)
    assert re.search(r"^1 It holds\. .*100\.0 % −0\.4 follows", follows[0]), follows
    assert re.search(r"49 % ± \d contested pull \+1\.00", hangs[0]), hangs
    assert re.search(r"\d+ % of the worlds have no number", hangs[1])
    assert "undecided" in hangs[2]
    assert re.search(r"^5 .* mostly fails", fails[0])
    caption = table.all("caption")[0].words
    assert "fails up to 5 %" in caption
    assert "follows from 95 %" in caption
    words = tree.by_id("brief").words
    assert "A share of worlds is not a probability:" in words
    assert "Of 5 claims, 1 follows, 1 is contested, 1 mostly fails and 2 are undecided." in words
    assert "is found by: schelling explore CASE --report FILE." in words


def test_passages_are_grouped_quoted_and_counted(run: Run, tree: Node) -> None:
    argument = tree.by_id("argument")
    assert [h.words for h in argument.all("h3")] == ["Heading", "Paragraph 1", "Paragraph 2"]
    quotes = [quote.words for quote in argument.all("blockquote")]
    assert quotes[1:] == ["First sentence.", "Second sentence.", "A label."]
    assert "Nothing models P1.S2; it is a gap." in argument.words
    assert "Gap: nothing models" in tree.by_id("passage-P1.S2").words
    assert "Out of scope: not modelled, not scored." in tree.by_id("passage-P2.S1").words
    first = tree.by_id("passage-P1.S1").words
    passage = next(one for one in run.case.passages if one.name == "P1.S1")
    assert f"{passage.start}–{passage.end} verified" in first
    for use in ("assumption pull", "stock support", "game duel", "claims grows, skipped"):
        assert use in first
    assert "questions Q1, Q2" in first
    assert "No passage stands behind kind, given, precision, broken" in argument.words


def test_without_the_text_nothing_is_quoted(run: Run, tmp_path: Path) -> None:
    folder = run.case.path.parent
    for name in ("case.yaml", "forecasts.csv"):
        (tmp_path / name).write_text((folder / name).read_text("utf-8"), "utf-8")
    alone = schelling.load(tmp_path)
    contents = replace(run._contents, case=alone)
    argument = read(html.render(Run(contents, run.table()))).by_id("argument")
    assert not argument.all("blockquote")
    assert "absent" in argument.words
    assert "verified" not in argument.words


def test_claims_say_what_they_rest_on(tree: Node) -> None:
    grows, sure, broken, lost = (
        tree.by_id(f"claim-{name}") for name in ("grows", "sure", "broken", "lost")
    )
    assert "final(support) > at(support, 0 weeks)" in grows.words
    assert [a.words for a in grows.all("pre")[0].all("a")] == ["support", "support"]
    (leads,) = (table for table in grows.all("table") if table.has("leads"))
    assert leads.all("tbody")[0].all("a")[0].attributes["href"] == "#assumption-pull"
    assert "+1.00" in leads.words
    assert "Failed worlds none" in grows.words
    assert sure.all("p")[0].words == "Then more is said."
    assert re.search(
        r"Failed worlds \d+ worlds of 800: \d+ % of the worlds have no number", broken.words
    )
    assert "Every world failed" in lost.words
    assert not lost.all("figure")
    assert "No assumption moves" in tree.by_id("claim-jumps").words
    assert tree.by_id("claim-skipped").tag == "li"


def test_figures_are_numbered_named_and_backed_by_a_table(tree: Node) -> None:
    figures = tree.all("figure")
    captions = [figure.all("figcaption")[0].words for figure in figures]
    numbers = [int(match[1]) for c in captions if (match := re.match(r"Figure (\d+)\. ", c))]
    assert numbers == list(range(1, len(figures) + 1))
    assert len(figures) == 1 + 4 + 2 + 1  # the map, margins, phases and support, a tree
    for figure, caption in zip(figures, captions, strict=True):
        assert caption.count(". ") >= 1  # a title and how to read it
        (svg,) = next(div for div in figure.all("div") if div.has("canvas")).all("svg")
        assert svg.attributes["role"] == "img"
        assert svg.all("title")[0].words
        assert svg.all("desc")[0].words
        (details,) = figure.all("details")
        assert "as a table" in details.all("summary")[0].words
        assert details.all("table")[0].all("tbody")[0].all("tr")


def test_drawings_have_names(tree: Node) -> None:
    for svg in tree.all("svg"):
        assert svg.attributes["role"] == "img"
        assert svg.children[0].tag == "title" or svg.all("title")
        assert "viewbox" in svg.attributes


def test_tables_have_captions_and_scopes(tree: Node) -> None:
    for table in tree.all("table"):
        assert table.all("caption")[0].words
        for head in table.all("th"):
            assert head.attributes["scope"] in ("col", "row", "rowgroup")
        widths = {
            sum(int(cell.attributes.get("colspan", 1)) for cell in row.children if cell.tag in
                ("th", "td"))
            for row in table.all("tr")
        }  # fmt: skip
        assert len(widths) == 1


def test_small_text_is_not_too_small(page: str, tree: Node) -> None:
    """12 pixels at least, in pictures and on the screen."""
    sizes = [
        float(node.attributes["font-size"].removesuffix("px"))
        for node in tree.walk()
        if "font-size" in node.attributes
    ]
    assert min(sizes) >= 12
    screen = page[: page.index("@page")]
    rems = [float(found) for found in re.findall(r"font(?:-size)?: ?([\d.]+)rem", screen)]
    assert rems
    assert min(rems) * 16 >= 12


def test_it_prints(page: str) -> None:
    printed = page[page.index("@page") : page.index("</style>")]
    for rule in (
        "size: A4",
        "print-color-adjust: exact",
        "details:not([open]) { display: none; }",
        ".with-tables details::details-content { content-visibility: visible; block-size: auto; }",
    ):
        assert rule in printed
    assert re.search(r"figure[^}]*\{ break-inside: avoid; \}", printed)


def test_the_games_the_priors_and_the_register_are_there(tree: Node) -> None:
    duel = tree.by_id("game-duel")
    assert "Played every 2 steps from 2022-03-21 to 2022-04-18, while phase == war." in duel.words
    assert "1 world could not be solved and is left out." in duel.words
    assert "push / fight" in duel.words
    assert "bob" in tree.by_id("games").words
    prior = tree.by_id("assumption-precision").words
    assert "0.5 to 20" in prior
    assert "within [0.1, 30]" in prior
    assert "log scale" in prior
    assert "−0.40" in tree.by_id("assumptions").words
    assert "cosh" not in tree.by_id("model").words
    assert "changes per week by (pull - support) / 4" in tree.by_id("stock-support").words
    assert "phase == war and support > 0.5" in tree.by_id("variable-tense").words
    assert "plan of" in tree.by_id("model").all("details")[0].words
    first, second = (tree.by_id(f"question-{name}").words for name in ("Q1", "Q2"))
    assert "likely; 0.6 to 0.8" in first
    assert "If it rains." in first
    assert "no odds given" in second
    assert "Number: a number." in second
    assert "2022-03-21 to 2022-06-30" in second
    assert "no outcome is on record" in tree.by_id("register").words


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        ((), "Not played over time; claims look at it. Shown at the start."),
        ((2,), "Played on 2022-04-04. Shown as first played"),
        ((1, 2, 3), "Played every step from 2022-03-28 to 2022-04-11. Shown"),
    ],
)
def test_games_say_when_they_are_played(run: Run, schedule: tuple[int, ...], words: str) -> None:
    game = replace(run.case.games[0], schedule=schedule, condition=None)
    assert game_sections.played(run, game).when.startswith(words)


def test_a_game_nobody_could_solve_has_no_numbers(run: Run) -> None:
    blank = run.games["duel"].copy(deep=True)
    blank["choice"][:] = float("nan")
    blank["payoffs"][:] = float("nan")
    course = Course(run.series, run.bands, {"duel": blank})
    made = Run(replace(run._contents, course=course), run.table())
    found = game_sections.played(made, run.case.games[0])
    assert found.unsolved == 200
    assert {cell for row in found.choices.rows for cell in row[1:]} == {"–", "– to –"}


def test_the_evidence_is_complete(run: Run, tree: Node) -> None:
    evidence = tree.by_id("evidence").words
    for fact in (
        run.manifest.digest,
        "800, scrambled Sobol', 8 replicates",
        "schelling 0.1.0, python 3.11.0",
        run.manifest.command,
    ):
        assert fact in evidence
    assert re.search(r"out of domain \d+ A value left the numbers", evidence)
    assert re.search(r"support \d+\.\d %", evidence)


def test_the_same_run_gives_the_same_bytes(run: Run, page: str, tmp_path: Path) -> None:
    html.write(run, tmp_path / "page.html")
    assert (tmp_path / "page.html").read_bytes() == page.encode()


def test_a_run_opened_again_gives_the_same_bytes(page: str, run: Run) -> None:
    """A store hands series back in an order of its own."""
    bands = run.bands[sorted(run.bands.data_vars, reverse=True)]
    contents = replace(run._contents, course=Course(run.series, bands, run.games))
    assert html.render(Run(contents, run.table())) == page


def test_a_place_that_cannot_be_written_is_named(run: Run, tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"cannot write .*page\.html"):
        html.write(run, tmp_path / "missing" / "page.html")


def test_a_case_of_one_number_has_a_short_page(bare: Callable[[str], Run]) -> None:
    made = bare("assumptions: {pull: {prior: uniform(0, 1), why: it varies}}\n")
    tree = read(html.render(made))
    assert [a.attributes["href"] for a in tree.all("nav")[0].all("a")] == [
        "#brief",
        "#assumptions",
        "#model",
        "#evidence",
    ]
    assert "No claim was asked" in tree.by_id("brief").words
    assert not tree.all("figure")
    assert "Bounds that were hit none" in tree.by_id("evidence").words


@pytest.mark.parametrize("name", ["bargaining-range", "arms-race"])
def test_runs_of_the_engine_make_pages_too(name: str) -> None:
    """What is made up above has the shape of what the engine makes."""
    made = schelling.run(schelling.load(f"cases/teaching/{name}"), worlds=256, seed=1)
    tree = read(html.render(made))
    assert len(tree.all("figure")) >= len(made.case.claims)
    assert made.manifest.digest in tree.by_id("evidence").words
    ids = {node.attributes.get("id") for node in tree.walk()}
    assert {link.attributes["href"][1:] for link in tree.all("a")} <= ids
